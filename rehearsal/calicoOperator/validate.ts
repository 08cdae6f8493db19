// What the operator refuses: tigera/operator v1.40.2 pkg/controller/installation/validation.go, validateCustomResource,
// as far as an Installation for AKS can run into it.
import { type InstallationSpec, isBpf } from "./defaults";

/** @param spec with its defaults @returns the operator's own sentence; undefined = nothing is wrong */
export function invalid(spec: InstallationSpec): string | undefined {
  const [type, ipam] = [spec.cni?.type ?? "", spec.cni?.ipam?.type ?? ""];
  const provider = spec.kubernetesProvider ?? "";
  const plugins: Record<string, { providers?: string[]; ipam: string[] }> = {
    Calico: { ipam: ["Calico", "HostLocal"] },
    AzureVNET: { providers: ["AKS", ""], ipam: ["AzureVNET"] },
    GKE: { providers: ["GKE", ""], ipam: ["HostLocal"] },
    AmazonVPC: { providers: ["EKS", ""], ipam: ["AmazonVPC"] },
  };
  const plugin = plugins[type];
  if (plugin.providers && !plugin.providers.includes(provider))
    return `spec.kubernetesProvider ${provider} is not compatible with spec.cni.type ${type}`;
  if (!plugin.ipam.includes(ipam))
    return `spec.cni.ipam.type ${ipam} is not compatible with spec.cni.type ${type}, valid IPAM values ${plugin.ipam.join(",")}`;

  const network = spec.calicoNetwork ?? {};
  for (const pool of network.ipPools ?? []) {
    const wrong = invalidPool(spec, pool.encapsulation ?? "");
    if (wrong) return wrong;
    if (isBpf(spec) && !network.nodeAddressAutodetectionV4)
      return "spec.calicoNetwork.nodeAddressAutodetectionV4 is required for the BPF dataplane";
  }
  if (type !== "Calico") {
    if (network.hostPorts === "Enabled")
      return "spec.calicoNetwork.hostPorts is supported only for Calico CNI";
    for (const field of ["multiInterfaceMode", "containerIPForwarding"]) {
      if (network[field] !== undefined) return `spec.calicoNetwork.${field} is supported only for Calico CNI`;
    }
  }
  if (spec.nodeUpdateStrategy?.type !== "RollingUpdate")
    return `Installation spec.NodeUpdateStrategy.type '${spec.nodeUpdateStrategy?.type}' is not supported`;
  return undefined;
}

function invalidPool({ cni, calicoNetwork }: InstallationSpec, encapsulation: string): string | undefined {
  const bgp = calicoNetwork?.bgp === "Enabled";
  if (cni?.type !== "Calico") {
    if (encapsulation !== "" && encapsulation !== "None")
      return `${encapsulation} is invalid for ipPool.encapsulation when using non-Calico CNI, should be None`;
    return bgp ? "BGP is not supported when using non-Calico CNI" : undefined;
  }
  if (cni.ipam?.type === "HostLocal")
    return encapsulation.startsWith("VXLAN")
      ? `${encapsulation} is invalid for ipPool.encapsulation with Calico CNI and HostLocal IPAM`
      : undefined;
  if (encapsulation.startsWith("IPIP") && !bgp) return "IPIP encapsulation requires that BGP is enabled";
  return encapsulation === "None" && !bgp ? "Unencapsulated IP pools require that BGP is enabled" : undefined;
}
