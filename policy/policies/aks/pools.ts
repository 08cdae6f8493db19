// The node pools of a stack, and how large each of them is.
import { agentPools, below, Pool, Section, Settings } from "../../aksCluster";
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
  const inside = stack.clusters.flatMap((cluster) =>
    agentPools(cluster).map((pool): Placed => ({ pool, of: cluster, cluster })),
  );
  const isRepeated = ({ pool, cluster }: Placed) =>
    pool.name && own.some((one) => one.cluster === cluster && one.pool.name === pool.name);
  return [...inside.filter((one) => !isRepeated(one)), ...own];
}

/** Clusters of which a preview does not know the pools inside. */
export const unknownPools = ({ clusters }: Stack) =>
  clusters
    .filter(({ wanted }) => wanted.get("agentPoolProfiles") === Unknown)
    .map((of) => ({ notKnown: of.wanted.path("agentPoolProfiles"), of }));

/** Where a pool of type VirtualMachines says its sizes and numbers, in place of `vmSize` and `count`. */
const scale = "virtualMachinesProfile.scale";

/** Each of one size. `autoscale`, of preview versions of the API, is a list in some of them (2026-02-02). */
function scaleProfiles(pool: Pool): Section[] {
  return ["manual", "autoscale"].flatMap((kind) => {
    const [keys, path] = [[...scale.split("."), kind], `${scale}.${kind}`];
    const all = pool.get(...keys);
    if (!Array.isArray(all)) return all === undefined ? [] : [below(pool, keys, path)];
    return Array.from({ length: all.length }, (_, at) => below(pool, [...keys, `${at}`], `${path}[${at}]`));
  });
}

/** The machine sizes of a pool's nodes, and where they are written. */
export const sizesOf = (pool: Pool): { size: any; path: string }[] => [
  { size: pool.get("vmSize"), path: pool.path("vmSize") },
  ...scaleProfiles(pool).map((one) => ({ size: one.get("size"), path: one.path("size") })),
];

/** The nodes of a pool at their fewest and at their most, and where that is written. */
export function nodesOf(pool: Pool): { fewest: Count; most: Count; path: string } {
  const type = pool.get("type");
  if (same(type, "VirtualMachines")) {
    const profiles = scaleProfiles(pool);
    const sum = (bound: string) =>
      profiles.length ? total(profiles.map((one) => one.get("count") ?? one.get(bound) ?? Unknown)) : Unknown;
    return { fewest: sum("minCount"), most: sum("maxCount"), path: pool.path(scale) };
  }
  const scaled = type === Unknown ? Unknown : pool.get("enableAutoScaling");
  const names = scaled === true ? ["minCount", "maxCount"] : ["count", "count"];
  // Left out, it is 1 (azure-native, AgentPoolArgs.count).
  const [fewest, most] = names.map((name): Count => (scaled === Unknown ? Unknown : (pool.get(name) ?? 1)));
  return { fewest, most, path: pool.path(names[0]) };
}

export const total = (counts: Count[]): Count =>
  counts.reduce((sum, one) => (sum === Unknown || one === Unknown ? Unknown : sum + one), 0);

/** Whether pods take addresses of the VNet: Azure CNI without overlay. */
export function isFlat({ get }: Settings): boolean | typeof Unknown {
  const [plugin, mode] = [get("networkProfile", "networkPlugin"), get("networkProfile", "networkPluginMode")];
  if (plugin === Unknown) return Unknown;
  if (!same(plugin, "azure")) return false;
  return mode === Unknown ? Unknown : !same(mode, "overlay");
}

/** What AKS makes of a `maxPods` left out on a flat network (azure-aks-docs, concepts-network-ip-address-planning). */
export const flatMaxPods = (pool: Pool): number => (pool.get("podSubnetID") === undefined ? 30 : 110);
