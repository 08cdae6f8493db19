// tigera/operator v1.40.2 pkg/controller/installation/core_controller.go, fillDefaults: what the operator writes into
// an Installation that leaves it open ("a poor-man's defaulting", in its own words).
import type { KubeObject } from "../controlPlane/api";

export interface IpPool {
  name?: string;
  cidr: string;
  encapsulation?: string;
  natOutgoing?: string;
  nodeSelector?: string;
  blockSize?: number;
  allowedUses?: string[];
}

/** An Installation's spec, as loosely typed as JSON is: what the stand-in does not know is passed through. */
export type InstallationSpec = Record<string, any>;

export const isBpf = (spec: InstallationSpec): boolean => spec.calicoNetwork?.linuxDataplane === "BPF";

const azureNodes = [
  { key: "type", operator: "NotIn", values: ["virtual-node"] },
  { key: "kubernetes.azure.com/cluster", operator: "Exists" },
];

/**
 * The same spec with every default filled in, but for fields that the installed CRD (3.28) would prune.
 * @param pools the IP pools in the cluster
 */
export function fillDefaults(given: InstallationSpec, pools: readonly KubeObject[]): InstallationSpec {
  const aks = given.kubernetesProvider === "AKS";
  const spec = structuredClone(given);
  spec.variant ??= "Calico";
  spec.nonPrivileged ??= "Disabled";
  if (aks) {
    const terms = { nodeSelectorTerms: [{ matchExpressions: azureNodes }] };
    spec.typhaAffinity ??= { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } };
  }

  const cni = (spec.cni ??= {});
  cni.type ||= aks ? "AzureVNET" : "Calico";
  cni.ipam ??= {};
  cni.ipam.type ||= cni.type === "AzureVNET" ? "AzureVNET" : "Calico";

  const network = (spec.calicoNetwork ??= {});
  network.linuxDataplane ??= "Iptables";
  network.windowsDataplane ??= "Disabled";
  network.bgp ??= cni.type === "Calico" ? "Enabled" : "Disabled";
  // BPF needs the node's address even where Calico does no IPAM.
  if (isBpf(spec) || pools.some((pool) => !pool.spec.cidr.includes(":")))
    network.nodeAddressAutodetectionV4 ??= { firstFound: true };
  if (cni.type === "Calico") {
    if (network.linuxDataplane === "Iptables") network.linuxPolicySetupTimeoutSeconds ??= 0;
    network.hostPorts ??= "Enabled";
    network.multiInterfaceMode ??= "None";
    const cniLog = {
      logSeverity: "Info",
      logFileMaxCount: 10,
      logFileMaxAgeDays: 30,
      logFileMaxSize: "100Mi",
    };
    spec.logging ??= { cni: cniLog };
  }

  spec.controlPlaneReplicas ??= 2;
  const volumeplugins = aks
    ? "/etc/kubernetes/volumeplugins/"
    : "/usr/libexec/kubernetes/kubelet-plugins/volume/exec/";
  spec.flexVolumePath ||= volumeplugins;
  spec.kubeletVolumePluginPath ||= "/var/lib/kubelet";
  const strategy = (spec.nodeUpdateStrategy ??= {});
  strategy.rollingUpdate ??= {};
  strategy.rollingUpdate.maxUnavailable ??= 1;
  strategy.type ||= "RollingUpdate";
  return spec;
}
