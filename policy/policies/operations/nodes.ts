// What a pool is: how many nodes it begins with, in which mode, of which type.
import { Pool, AnyResource, aksCluster, same } from "../../aksCluster";
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

/** Left out, it is one; false where a preview cannot say. */
export function isScaleSet(pool: Pool): boolean {
  const type = pool.get("type");
  return type === undefined || same(type, "VirtualMachineScaleSets");
}
