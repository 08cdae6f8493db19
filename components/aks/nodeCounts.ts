// How many nodes a living pool has is its autoscaler's to say. A PUT without a number is refused, or means something else
// (pulumi-azure-native#2943, Azure/AKS#1627), so every update sends the number that is there. `ignoreChanges` would send the
// one that was recorded (pulumi/pulumi, step_generator.go, processIgnoreChanges).
import * as pulumi from "@pulumi/pulumi";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { Finding } from "../validate/findings";
import type { PoolPlan } from "../validate/pools";
import { known, type LiveCluster, type MaybeLive } from "./liveCluster";

/** Where autoscaling is on, or no number is written, what is there; within the bounds that AKS asks for. */
export function nodeCount(pool: PoolPlan, live: MaybeLive | undefined): pulumi.Input<number> {
  if (live === undefined || (pool.autoscaling === undefined && pool.countGiven)) return pool.count;
  const { min, max } = pool.autoscaling ?? {};
  return pulumi.all([live, pool.count, min, max]).apply(([live, count, min = -Infinity, max = Infinity]) => {
    const there = live?.agentPoolProfiles?.find(({ name }) => name === pool.name)?.count;
    return there === undefined ? count : Math.min(Math.max(there, min), max);
  });
}

/** Where a number that was the autoscaler's start would end what it has grown to. */
export async function countChanges(plan: AksClusterPlan, live: LiveCluster): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [i, pool] of plan.pools.entries()) {
    const there = live.agentPoolProfiles?.find(({ name }) => name === pool.name);
    if (there?.enableAutoScaling !== true || pool.autoscaling !== undefined || !pool.countGiven) continue;
    const count = (await known(pool.count))?.value;
    if (count === undefined || count === there.count) continue;
    findings.push({
      path: i === 0 ? "systemPool.count" : `nodePools[${i - 1}].count`,
      wrong: `is ${count}, and the autoscaler, which the program no longer asks for, has brought the pool ${pool.name} to ${there.count}`,
      why: "AKS would add or delete nodes at once",
      write: `${there.count}, or leave it out, and another number when autoscaling is off`,
    });
  }
  return findings;
}
