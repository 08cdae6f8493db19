import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import type * as pulumi from "@pulumi/pulumi";
import { CalicoMode, NetworkMode } from "../enums";
import type { AutoscalingArgs, FurtherPoolArgs, NodePoolProfile, SystemPoolArgs } from "../nodePoolArgs";
import { firstKernel } from "../releases";
import type { ArgumentReader } from "./arguments";
import {
  anything,
  resourceObject,
  listOf,
  matching,
  needed,
  object,
  ours,
  plain,
  text,
  wholeNumber,
  yesOrNo,
} from "./shapes";

const linux = "Calico's eBPF data plane runs on Linux nodes only, and a cluster must not mix data planes";
const elsewhere = "profile.NAME where it is a property of azure-native's ManagedClusterAgentPoolProfileArgs";
// AKS sees the numbers of a further pool only when the cluster is made.
const nodes = wholeNumber(0, 1000, "AKS takes up to 1000 nodes in a pool");
const ofPool = (name: string) => ours("the pool says it", `${name} of the pool`);
const ofAutoscaling = ours("it follows from autoscaling", "autoscaling of the pool, with min and max");

const profile = resourceObject(AgentPool, {
  name: ofPool("name"),
  vmSize: ofPool("vmSize"),
  count: ofPool("count"),
  enableAutoScaling: ofAutoscaling,
  minCount: ofAutoscaling,
  maxCount: ofAutoscaling,
  // Taints hang on them.
  mode: plain(anything),
  scaleSetPriority: plain(anything),
  osType: ours(linux, "nothing: pools are Linux"),
  type: ours("the other types are for clusters of other kinds", "nothing: pools are scale sets"),
  // Felix would silently fall back to iptables on an older kernel.
  osSKU: matching(
    /^(?!.*(windows|18\.?04|16\.?04|mariner))/i,
    `its kernel is older than ${firstKernel}, or it is no Linux: ${linux}`,
    "Ubuntu or AzureLinux",
  ),
  maxPods: wholeNumber(10, 250, "AKS takes 10 to 250 pods on a node with Azure CNI"),
});

const pool = {
  vmSize: anything,
  count: nodes,
  autoscaling: object<AutoscalingArgs>({ min: needed(nodes), max: needed(nodes) }),
  profile: plain(profile),
  rotation: plain(yesOrNo),
};

export const systemPool = object<SystemPoolArgs>(
  { ...pool, name: plain(text), criticalAddonsOnly: plain(yesOrNo) },
  { elsewhere },
);
export const furtherPools = listOf(
  object<FurtherPoolArgs>({ ...pool, name: needed(plain(text)) }, { elsewhere }),
  "a list of pools",
);

/** AKS puts it on Spot pools, and refuses an update without it (azure-aks-docs, spot-node-pool; Azure/AKS#959). */
const spot = "kubernetes.azure.com/scalesetpriority=spot:NoSchedule";

/** A pool with every default in place. */
export interface PoolPlan extends FurtherPoolArgs {
  /** Of the argument. */
  path: string;
  mode: string;
  vmSize: pulumi.Input<string>;
  count: pulumi.Input<number>;
  /** Whether the program says the number, and no autoscaler moves it. */
  isFixed: boolean;
  /** Default of `profile.maxPods`; undefined where AKS's own stands. */
  maxPods?: number;
  taints: string[];
  profile: NodePoolProfile;
}

export function readPools(
  reader: ArgumentReader,
  system: SystemPoolArgs = {},
  further: FurtherPoolArgs[] = [],
  mode: CalicoMode,
  network: NetworkMode | undefined,
): PoolPlan[] {
  const flat = mode !== CalicoMode.CalicoCni && network === NetworkMode.Flat;
  const plan = (path: string, given: FurtherPoolArgs, mode: string, taints: string[] = []): PoolPlan => ({
    ...given,
    path,
    mode,
    vmSize: given.vmSize ?? "Standard_D4ds_v5",
    count: given.count ?? given.autoscaling?.min ?? 3,
    isFixed: given.count !== undefined && given.autoscaling === undefined,
    maxPods: flat ? undefined : 110,
    taints: given.profile?.scaleSetPriority === "Spot" ? [...taints, spot] : taints,
    profile: given.profile ?? {},
  });
  const pools = further.map((given, i) =>
    plan(`nodePools[${i}]`, given, String(given.profile?.mode ?? "User")),
  );
  const reserved = system.criticalAddonsOnly ?? pools.some((one) => one.mode === "User");
  const taints = reserved ? ["CriticalAddonsOnly=true:NoSchedule"] : [];
  const all = [plan("systemPool", { ...system, name: system.name ?? "system" }, "System", taints), ...pools];
  refuseNames(reader, all);
  return all;
}

/** The names that a pool may bear in Azure: one that may be rotated has two. */
export const namesOf = ({ name, rotation }: Pick<PoolPlan, "name" | "rotation">): string[] =>
  rotation ? [name, `${name}b`] : [name];

function refuseNames(reader: ArgumentReader, pools: PoolPlan[]): void {
  for (const [index, pool] of pools.entries()) {
    const name = JSON.stringify(pool.name);
    if (pool.rotation && pool.name?.length > 11)
      reader.refuse(`${pool.path}.name`, {
        wrong: `is ${name} beside rotation: true`,
        why: "the pool that takes its place has a letter more in its name, and AKS takes 12",
        write: "a name of at most 11 characters",
      });
    if (pools.slice(0, index).some((other) => namesOf(other).some((one) => namesOf(pool).includes(one))))
      reader.refuse(`${pool.path}.name`, {
        wrong: `is ${name}, as another pool's, or the other name of one with rotation: true`,
        why: "pools of a cluster are told apart by their names",
        write: "another name",
      });
  }
}
