// How many nodes a pool begins with, and which pools are whose.
import { Pool, AnyResource, aksCluster } from "../../aksCluster";
import { Unknown } from "../../unknown";

/** The fewest nodes that a pool has: the autoscaler's lower bound, or the fixed number. */
export function fewestNodes(pool: Pool): number | typeof Unknown | undefined {
  const scaled = pool.get("enableAutoScaling");
  return scaled === Unknown ? Unknown : pool.get(scaled === true ? "minCount" : "count");
}

/** The property that {@link fewestNodes} reads. */
export function nodesProperty(pool: Pool): string {
  return pool.path(pool.get("enableAutoScaling") === true ? "minCount" : "count");
}

/**
 * `System` or `User`. AKS takes a pool of its own without a mode for a user pool; inside a cluster PSRule
 * (Azure.AKS.MinNodeCount) counts it as a system pool, and so do we.
 */
export function poolMode(resource: AnyResource, pool: Pool): string | typeof Unknown {
  const mode = pool.get("mode");
  return mode === undefined ? (aksCluster(resource) ? "System" : "User") : mode;
}

/** Equal, whatever their case: Azure's enumerations do not mind it, and neither do the answers of its API. */
export function same(value: any, wanted: string): boolean {
  return typeof value === "string" && value.toLowerCase() === wanted.toLowerCase();
}
