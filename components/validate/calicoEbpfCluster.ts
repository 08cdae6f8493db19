import * as pulumi from "@pulumi/pulumi";
import type { AksClusterArgs } from "../aksClusterArgs";
import type { CalicoEbpfClusterArgs, CalicoEbpfDataplaneArgs } from "../dataplaneArgs";
import { clusterEntries, elsewhere, readAksCluster } from "./aksCluster";
import { ArgumentReader } from "./arguments";
import { readDataplaneSettings, settingsEntries } from "./dataplane";
import { isPlain } from "./findings";
import type { PoolPlan } from "./pools";
import { object } from "./shapes";

const shape = object<CalicoEbpfClusterArgs>({ ...clusterEntries, ...settingsEntries }, { elsewhere });

/**
 * Reads what {@link CalicoEbpfCluster} takes and shares it out. All that is plain is checked here, so that one message
 * names everything that is wrong before anything is declared; the two parts check again, and what is known later.
 */
export function readCalicoEbpfClusterArgs(
  subject: string,
  name: string,
  args: CalicoEbpfClusterArgs,
): { cluster: AksClusterArgs; dataplane: Omit<CalicoEbpfDataplaneArgs, "apiServerHost"> } {
  const reader = new ArgumentReader(subject, "skip");
  const given = reader.read<CalicoEbpfClusterArgs>(shape, args ?? {});
  const plan = readAksCluster(reader, name, given);
  const { makesPool } = readDataplaneSettings(reader, given);
  reader.done();
  return {
    cluster: pick(given, Object.keys(clusterEntries)),
    dataplane: {
      ...pick(given, Object.keys(settingsEntries)),
      podCidr: makesPool ? given.network?.podCidr : undefined,
      kubernetesVersion: plan.kubernetesVersion,
      maxNodes: maxNodes(plan.pools),
      protect: plan.protect,
    },
  };
}

/** AKS's most nodes in a cluster (azure-aks-docs, quotas-skus-regions). */
const mostNodes = 5000;

/** Most nodes that the pools can have together: plain where all are, so that a preview can show what follows from it. */
function maxNodes(pools: PoolPlan[]): pulumi.Input<number> {
  const each = pools.map((pool) => pool.autoscaling?.max ?? pool.count);
  const sum = (counts: number[]) => counts.reduce((nodes, more) => Math.min(nodes + more, mostNodes), 0);
  return isPlain(each) ? sum(each as number[]) : pulumi.all(each).apply(sum);
}

function pick(from: object, keys: string[]): object {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}
