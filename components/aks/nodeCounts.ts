// How many nodes a living pool has is its autoscaler's to say. A PUT without a number is refused, or means something else
// (pulumi-azure-native#2943, Azure/AKS#1627), so every update sends the number that is there. `ignoreChanges` would send the
// one that was recorded (pulumi/pulumi, step_generator.go, processIgnoreChanges).
import * as pulumi from "@pulumi/pulumi";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { Finding } from "../validate/findings";
import type { PoolPlan } from "../validate/pools";
import { livePoolOf } from "./rotation";
import type { LiveCluster, MaybeLive } from "./types";
import { known } from "./liveValues";

/** Where autoscaling is on, or no number is written, what is there; within the bounds that AKS asks for. */
export function nodeCount(pool: PoolPlan, live: MaybeLive | undefined): pulumi.Input<number> {
  if (live === undefined || (pool.autoscaling === undefined && pool.countGiven)) return pool.count;
  const { min, max } = pool.autoscaling ?? {};
  return pulumi.all([live, pool.count, min, max]).apply(([live, count, min = -Infinity, max = Infinity]) => {
    const there = livePoolOf(pool, live?.agentPoolProfiles)?.count;
    return there === undefined ? count : Math.min(Math.max(there, min), max);
  });
}

/** Where a number that was the autoscaler's start would end what it has grown to. */
export async function countChanges(plan: AksClusterPlan, live: LiveCluster): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const pool of plan.pools) {
    const there = livePoolOf(pool, live.agentPoolProfiles);
    if (there?.enableAutoScaling !== true || pool.autoscaling !== undefined || !pool.countGiven) continue;
    const count = (await known(pool.count))?.value;
    if (count === undefined || count === there.count) continue;
    findings.push({
      path: `${pool.path}.count`,
      wrong: `is ${count}, and the autoscaler, which the program no longer asks for, has brought the pool ${pool.name} to ${there.count}`,
      why: "AKS would add or delete nodes at once",
      write: `${there.count}, or leave it out, and another number when autoscaling is off`,
    });
  }
  return findings;
}
