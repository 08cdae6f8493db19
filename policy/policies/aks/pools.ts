// The node pools of a stack, and how large each of them is.
import { agentPools, Pool, Section, Settings } from "../../aksCluster";
import { Cluster, Declared, Stack } from "../../stack";
import { same, Unknown } from "../../unknown";

/** A number, where a preview knows it. */
export type Count = number | typeof Unknown;

export interface Placed {
  readonly pool: Pool;
  /** The resource that declares it: its cluster, or itself. */
  readonly of: Declared;
  /** Undefined where it is another stack's, or can be any of several. */
  readonly cluster?: Cluster;
}

/** Every pool of a stack, once: what Azure reports of a cluster repeats the pools that are resources of their own. */
export function poolsIn(stack: Stack): Placed[] {
  const own = stack.resources
    .filter((of) => !("wanted" in of))
    .flatMap((of) => agentPools(of).map((pool): Placed => ({ pool, of, cluster: stack.clusterOf(of) })));
  const isOwn = (one: Cluster, name?: string) =>
    name !== undefined && own.some(({ cluster, pool }) => cluster === one && pool.name === name);
  const inside = stack.clusters.flatMap((cluster) =>
    agentPools(cluster).flatMap((pool) =>
      isOwn(cluster, pool.name) ? [] : [{ pool, of: cluster, cluster }],
    ),
  );
  return [...inside, ...own];
}

/** Clusters of which a preview does not know the pools inside. */
export const unknownPools = (stack: Stack) =>
  stack.clusters.flatMap((of) => {
    const notKnown = of.wanted.path("agentPoolProfiles");
    return of.wanted.get("agentPoolProfiles") === Unknown ? [{ notKnown, of }] : [];
  });

/** Where a pool of type VirtualMachines says its sizes and numbers, in place of `vmSize` and `count`. */
const scale = "virtualMachinesProfile.scale";

/**
 * Each of one size. `manual` is a list; `autoscale`, which only preview versions of the API have, is a list in some of
 * them (2024-10-02, 2026-02-02) and a single profile in those between.
 */
function scaleProfiles(pool: Pool): Section[] {
  return ["manual", "autoscale"].flatMap((kind) => {
    const keys = [...scale.split("."), kind];
    const all = pool.get(...keys);
    const part = (more: string[], written: string): Section => ({
      get: (...path) => pool.get(...keys, ...more, ...path),
      path: (property) => pool.path(`${scale}.${kind}${written}.${property}`),
    });
    if (Array.isArray(all))
      return Array.from({ length: all.length }, (_, at) => part([String(at)], `[${at}]`));
    return all === undefined ? [] : [part([], "")];
  });
}

/** The machine sizes of a pool's nodes, and where they are written. */
export const sizesOf = (pool: Pool): { size: any; path: string }[] => [
  { size: pool.get("vmSize"), path: pool.path("vmSize") },
  ...scaleProfiles(pool).map((one) => ({ size: one.get("size"), path: one.path("size") })),
];

/** The nodes of a pool at their fewest and at their most, and where that is written. */
export function nodesOf(pool: Pool): { fewest: Count; most: Count; path: string } {
  const count = (value: any): Count => (typeof value === "number" ? value : Unknown);
  const type = pool.get("type");
  if (same(type, "VirtualMachines")) {
    const profiles = scaleProfiles(pool);
    const sum = (bound: string) =>
      profiles.length ? total(profiles.map((one) => count(one.get("count") ?? one.get(bound)))) : Unknown;
    return { fewest: sum("minCount"), most: sum("maxCount"), path: pool.path(scale) };
  }
  const scaled = type === Unknown ? Unknown : pool.get("enableAutoScaling");
  if (scaled === true)
    return {
      fewest: count(pool.get("minCount")),
      most: count(pool.get("maxCount")),
      path: pool.path("minCount"),
    };
  // Left out, it is 1 (azure-native, AgentPoolArgs.count).
  const fixed = scaled === Unknown ? Unknown : count(pool.get("count") ?? 1);
  return { fewest: fixed, most: fixed, path: pool.path("count") };
}

export const total = (counts: Count[]): Count =>
  counts.reduce((sum, one) => (sum === Unknown || one === Unknown ? Unknown : sum + one), 0);

/** Whether pods take addresses of the VNet: Azure CNI without overlay. */
export function isFlat(cluster: Settings): boolean | typeof Unknown {
  const [plugin, mode] = ["networkPlugin", "networkPluginMode"].map((name) =>
    cluster.get("networkProfile", name),
  );
  if (plugin === Unknown) return Unknown;
  if (!same(plugin, "azure")) return false;
  return mode === Unknown ? Unknown : !same(mode, "overlay");
}

/** What AKS makes of a `maxPods` left out on a flat network (azure-aks-docs, concepts-network-ip-address-planning). */
export const flatMaxPods = (pool: Pool): number => (pool.get("podSubnetID") === undefined ? 30 : 110);
