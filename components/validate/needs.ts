// What the pools can grow to, and what they take then.
import type * as pulumi from "@pulumi/pulumi";
import type { Refusal } from "./findings";
import type { PoolPlan } from "./pools";

/** What a pool takes: nodes and pods, as far as they can grow. */
export interface PoolNeed {
  nodes: pulumi.Input<number>;
  maxPods: pulumi.Input<number>;
}

/** AKS's default on a flat network (azure-aks-docs, concepts-network-ip-address-planning). */
const flatMaxPods = 30;

export const needOf = (pool: PoolPlan): PoolNeed => ({
  nodes: pool.autoscaling?.max ?? pool.count,
  maxPods: pool.maxPods ?? flatMaxPods,
});

export interface KnownNeed {
  nodes: number;
  maxPods: number;
}

/** Sums over the pools, with the node more that an upgrade takes in each. Numbers that are none have been refused. */
export function sum(pools: KnownNeed[], perNode: (pool: KnownNeed) => number): number {
  return pools
    .filter(({ nodes, maxPods }) => nodes > 0 && nodes <= 1000 && maxPods <= 250)
    .reduce((total, pool) => total + (pool.nodes + 1) * perNode(pool), 0);
}

/** Longest prefix of a range that has room for so many blocks of a prefix. */
export function prefixFor(blocks: number, blockPrefix: number): number {
  return blockPrefix - Math.ceil(Math.log2(Math.max(blocks, 1)));
}

export const growing = "with every pool at its most nodes, and one more in each while it is upgraded";

/** A range that does not hold what must be in it. */
export const tooSmall = (range: string, why: string, longest: number): Refusal => ({
  wrong: `${range} is too small`,
  why,
  write: longest < 1 ? "fewer nodes" : `a prefix of /${longest} or shorter, or fewer nodes`,
});
