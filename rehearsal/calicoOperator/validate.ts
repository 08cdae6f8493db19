// What the operator refuses: tigera/operator v1.40.2 pkg/controller/installation/validation.go, validateCustomResource,
// as far as an Installation for AKS can run into it: Azure's CNI or Calico's, with Calico's IPAM.
import type { InstallationSpec } from "./defaults";

/** @param spec with its defaults @returns the operator's own sentence; undefined = nothing is wrong */
export function invalid(spec: InstallationSpec): string | undefined {
  const { cni, calicoNetwork: network, kubernetesProvider: provider = "", nodeUpdateStrategy } = spec;
  const azure = cni.type === "AzureVNET";
  if (azure && !["AKS", ""].includes(provider))
    return `spec.kubernetesProvider ${provider} is not compatible with spec.cni.type ${cni.type}`;
  const ipam = azure ? ["AzureVNET"] : ["Calico", "HostLocal"];
  if (!ipam.includes(cni.ipam.type))
    return `spec.cni.ipam.type ${cni.ipam.type} is not compatible with spec.cni.type ${cni.type}, valid IPAM values ${ipam}`;
  const bgp = network.bgp === "Enabled";
  for (const { encapsulation = "" } of network.ipPools ?? []) {
    if (azure && !["", "None"].includes(encapsulation))
      return `${encapsulation} is invalid for ipPool.encapsulation when using non-Calico CNI, should be None`;
    if (azure && bgp) return "BGP is not supported when using non-Calico CNI";
    if (azure || bgp) continue;
    if (encapsulation.startsWith("IPIP")) return "IPIP encapsulation requires that BGP is enabled";
    if (encapsulation === "None") return "Unencapsulated IP pools require that BGP is enabled";
  }
  const given = { ...network, hostPorts: network.hostPorts === "Enabled" || undefined };
  const calicos = ["hostPorts", "multiInterfaceMode", "containerIPForwarding"];
  const field = calicos.find((name) => given[name] !== undefined);
  if (azure && field) return `spec.calicoNetwork.${field} is supported only for Calico CNI`;
  if (nodeUpdateStrategy.type === "RollingUpdate") return undefined;
  return `Installation spec.NodeUpdateStrategy.type '${nodeUpdateStrategy.type}' is not supported`;
}
