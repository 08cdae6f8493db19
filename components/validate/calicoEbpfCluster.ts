import * as pulumi from "@pulumi/pulumi";
import type { AksClusterArgs } from "../aksClusterArgs";
import type { CalicoEbpfClusterArgs } from "../calicoEbpfCluster";
import type { CalicoEbpfDataplaneArgs } from "../dataplaneArgs";
import { CalicoMode } from "../enums";
import { clusterHints, clusterProperties, readAksCluster } from "./aksCluster";
import { readDataplaneSettings, settingsProperties } from "./dataplane";
import { ArgumentReader, isPlain } from "./findings";
import type { PoolPlan } from "./pools";

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
  const given = reader.object<CalicoEbpfClusterArgs>(
    "",
    args ?? {},
    {
      ...clusterProperties,
      ...settingsProperties,
    },
    clusterHints,
  );
  const plan = readAksCluster(reader, name, given);
  readDataplaneSettings(reader, given);
  reader.done();
  return {
    cluster: pick(given, Object.keys(clusterProperties)),
    dataplane: {
      ...pick(given, Object.keys(settingsProperties)),
      podCidr: needsPodCidr(given) ? given.network?.podCidr : undefined,
      kubernetesVersion: plan.kubernetesVersion,
      maxNodes: maxNodes([plan.systemPool, ...plan.userPools]),
      protect: plan.protect,
    },
  };
}

/** Where Calico is there already, its own pools stand. */
function needsPodCidr({ mode, calico }: Partial<CalicoEbpfClusterArgs>): boolean {
  return mode === CalicoMode.CalicoCni && calico?.existing !== true;
}

/** AKS's most nodes in a cluster (azure-aks-docs, quotas-skus-regions). */
const mostNodes = 5000;

/**
 * Most nodes that the pools can have together: plain where all are, so that a preview can show what follows from it. A
 * number that is none is refused where its pool is read, and must not be refused once more as a sum.
 */
function maxNodes(pools: PoolPlan[]): pulumi.Input<number> {
  const each = pools.map((pool) => pool.autoscaling?.max ?? pool.count);
  const sum = (numbers: number[]) => {
    const total = numbers.filter(Number.isInteger).reduce((nodes, more) => nodes + more, 0);
    return Math.min(Math.max(total, 1), mostNodes);
  };
  return isPlain(each) ? sum(each as number[]) : pulumi.all(each).apply(sum);
}

function pick(from: object, keys: string[]): object {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}
