// How many nodes a living pool has is its autoscaler's to say. A PUT without a number is refused, or means something else
// (pulumi-azure-native#2943, Azure/AKS#1627), so every update sends the number that is there. `ignoreChanges` would send the
// one that was recorded (pulumi/pulumi, step_generator.go, processIgnoreChanges).
import * as pulumi from "@pulumi/pulumi";
import type { PoolPlan } from "../validate/pools";
import { livePoolOf } from "./rotation";
import type { MaybeLive } from "./types";

/** Where autoscaling is on, or no number is written, what is there; within the bounds that AKS asks for. */
export function nodeCount(pool: PoolPlan, live: MaybeLive | undefined): pulumi.Input<number> {
  if (live === undefined || (pool.autoscaling === undefined && pool.countGiven)) return pool.count;
  const { min, max } = pool.autoscaling ?? {};
  return pulumi.all([live, pool.count, min, max]).apply(([live, count, min = -Infinity, max = Infinity]) => {
    const there = livePoolOf(pool, live?.agentPoolProfiles)?.count;
    return there === undefined ? count : Math.min(Math.max(there, min), max);
  });
}
