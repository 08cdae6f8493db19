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

/** The part of an Installation's spec that the stand-in knows; the rest is passed through. */
export interface InstallationSpec {
  kubernetesProvider?: string;
  cni?: { type?: string; ipam?: { type?: string } };
  calicoNetwork?: {
    linuxDataplane?: string;
    windowsDataplane?: string;
    bgp?: string;
    ipPools?: IpPool[];
    nodeAddressAutodetectionV4?: object;
    linuxPolicySetupTimeoutSeconds?: number;
    [key: string]: unknown;
  };
  nodeUpdateStrategy?: { type?: string; rollingUpdate?: { maxUnavailable?: number | string } };
  registry?: string;
  imagePath?: string;
  controlPlaneReplicas?: number;
  [key: string]: unknown;
}

export const isBpf = (spec: InstallationSpec): boolean => spec.calicoNetwork?.linuxDataplane === "BPF";

/**
 * The same spec with every default filled in, but for fields that the installed CRD (3.28) would prune.
 * @param pools the IP pools in the cluster
 */
export function fillDefaults(given: InstallationSpec, pools: readonly KubeObject[]): InstallationSpec {
  const aks = given.kubernetesProvider === "AKS";
  const spec: InstallationSpec = structuredClone(given);
  spec.variant ??= "Calico";
  spec.nonPrivileged ??= "Disabled";
  if (aks) {
    spec.typhaAffinity ??= {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                { key: "type", operator: "NotIn", values: ["virtual-node"] },
                { key: "kubernetes.azure.com/cluster", operator: "Exists" },
              ],
            },
          ],
        },
      },
    };
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
    spec.logging ??= {
      cni: { logSeverity: "Info", logFileMaxCount: 10, logFileMaxAgeDays: 30, logFileMaxSize: "100Mi" },
    };
  }

  spec.controlPlaneReplicas ??= 2;
  spec.flexVolumePath ||= aks
    ? "/etc/kubernetes/volumeplugins/"
    : "/usr/libexec/kubernetes/kubelet-plugins/volume/exec/";
  spec.kubeletVolumePluginPath ||= "/var/lib/kubelet";
  const strategy = (spec.nodeUpdateStrategy ??= {});
  strategy.rollingUpdate ??= {};
  strategy.rollingUpdate.maxUnavailable ??= 1;
  strategy.type ||= "RollingUpdate";
  return spec;
}
