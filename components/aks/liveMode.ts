// A cluster's mode is for life. Azure would answer most changes of it by making another cluster, and the others would
// leave pods without network in between.
import { CalicoMode, KubeProxy } from "../enums";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { Finding } from "../validate/findings";
import type { LiveCluster } from "./types";

/** Who gives addresses to pods and who filters their traffic, by mode (azure-aks-docs, use-byo-cni, use-network-policies). */
export const engines: Record<CalicoMode, { networkPlugin: string; networkPolicy?: string }> = {
  [CalicoMode.AzureManaged]: { networkPlugin: "azure", networkPolicy: "calico" },
  [CalicoMode.SelfManaged]: { networkPlugin: "azure", networkPolicy: "none" },
  [CalicoMode.CalicoCni]: { networkPlugin: "none" },
};

/** Tag of a cluster without kube-proxy, for us and for policies: AKS's stable API does not tell. */
export const kubeProxyTag = "aks-calico-ebpf-kube-proxy";

const path = 'the path in docs/modes.md, "Changing the mode of a living cluster"';

/** It has nothing that could have been removed. */
export function removedAtCreation({ kubeProxy }: AksClusterPlan, name: string): Finding[] {
  if (kubeProxy !== KubeProxy.Removed) return [];
  const why = "AKS would make it with kube-proxy, which is removed from a living cluster only";
  return [
    { path: "kubeProxy", wrong: `is Removed, and there is no cluster ${name} yet`, why, write: "Absent" },
  ];
}

/**
 * How kube-proxy leaves a living cluster (azure-aks-docs, configure-kube-proxy). Not by an update of ours:
 * only preview versions of the API can say it, and Pulumi deletes a cluster whose type changes to the one that has them.
 * The stable API leaves it as it is (terraform-azurerm-avm-res-containerservice-managedcluster, variables.tf,
 * kube_proxy_config: to be enabled again before it is left out).
 */
const kubeProxyCommand =
  `az aks update --kube-proxy-config FILE with {"enabled": false} in it (Azure CLI with the extension aks-preview; ` +
  "the feature Microsoft.ContainerService/KubeProxyConfigurationPreview)";

/**
 * Where the program's mode is not the living cluster's.
 * @param isAbsent whether it was made without kube-proxy: left out where the state is not told, and a tag says it, which others
 * can take away
 */
export function modeChanges(
  plan: AksClusterPlan,
  live: LiveCluster,
  isAbsent = live.tags?.[kubeProxyTag] === KubeProxy.Absent,
): Finding[] {
  const { networkPlugin, networkPolicy = "none" } = live.networkProfile ?? {};
  const found = Object.values(CalicoMode).find(
    (mode) =>
      engines[mode].networkPlugin === networkPlugin &&
      (engines[mode].networkPolicy ?? "none") === networkPolicy,
  );
  const network = `networkPlugin ${networkPlugin ?? "none"} and networkPolicy ${networkPolicy}`;
  if (found !== plan.mode) {
    return [
      {
        path: "mode",
        wrong: `is ${plan.mode}, and the cluster ${live.name} has ${network}, which ${found === undefined ? "no mode has" : `is ${found}`}`,
        why: "a living cluster keeps its mode: its network is chosen at birth, and two Calicos must not meet in it",
        write: found === undefined ? `another cluster's name, or ${path}` : `${found}, or follow ${path}`,
      },
    ];
  }
  if (isAbsent === !plan.hasKubeProxy) return [];
  return [
    {
      path: "kubeProxy",
      wrong: isAbsent
        ? `is not Absent, and the cluster ${live.name} was made without kube-proxy`
        : `is Absent, and the cluster ${live.name} was made with kube-proxy`,
      why: "Pulumi would delete the cluster and make another one, because the two are different types to it",
      write: isAbsent
        ? `Absent, or follow ${path}`
        : `Disable or Keep; or Removed, after ${kubeProxyCommand}, see ${path}`,
    },
  ];
}
