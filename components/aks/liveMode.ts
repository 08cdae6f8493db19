// A cluster's mode is for life. Azure would answer most changes of it by making another cluster, and the others would
// leave pods without network in between.
import { CalicoMode, KubeProxy } from "../enums";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { Finding } from "../validate/findings";
import type { LiveCluster } from "./liveCluster";

/** The tag of a cluster that was made without kube-proxy: AKS's stable API does not tell. */
export const kubeProxyTag = "aks-calico-ebpf-kube-proxy";

const path = 'the path in docs/modes.md, "Changing the mode of a living cluster"';

/** Where the program's mode is not the living cluster's. */
export function modeChanges(plan: AksClusterPlan, live: LiveCluster): Finding[] {
  const { networkPlugin, networkPolicy } = live.networkProfile ?? {};
  const found = modeOf(networkPlugin, networkPolicy);
  const network = `networkPlugin ${networkPlugin ?? "none"} and networkPolicy ${networkPolicy ?? "none"}`;
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
  const absent = live.tags?.[kubeProxyTag] === KubeProxy.Absent;
  if (absent === !plan.hasKubeProxy) return [];
  return [
    {
      path: "kubeProxy",
      wrong: absent
        ? `is not Absent, and the cluster ${live.name} was made without kube-proxy`
        : `is Absent, and the cluster ${live.name} was made with kube-proxy`,
      why: "Pulumi would delete the cluster and make another one, because the two are different types to it",
      write: `${absent ? "Absent" : "Disable or Keep"}, or follow ${path}`,
    },
  ];
}

function modeOf(
  networkPlugin: string | undefined,
  networkPolicy: string | undefined,
): CalicoMode | undefined {
  const policy = networkPolicy ?? "none";
  if (networkPlugin === "none" && policy === "none") return CalicoMode.CalicoCni;
  if (networkPlugin !== "azure") return undefined;
  if (policy === "calico") return CalicoMode.AzureManaged;
  return policy === "none" ? CalicoMode.SelfManaged : undefined;
}
