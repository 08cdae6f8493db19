// Which cluster a child resource of AKS belongs to: a pool, a maintenance configuration.
import { PolicyResource } from "@pulumi/policy";
import { aksCluster, genericAzureType } from "../../aksCluster";
import { read } from "../../unknown";

export function clustersIn(resources: PolicyResource[]): PolicyResource[] {
  return resources.filter((resource) => aksCluster(resource) !== undefined);
}

/** The name that a child gives its cluster, where it is known. */
function clusterName(child: PolicyResource): any {
  const parent = read(child.props, "parentResourcePath");
  if (genericAzureType(child) === undefined || typeof parent !== "string")
    return read(child.props, "resourceName");
  return parent.split("/").filter((part) => part !== "")[1];
}

/**
 * The cluster that a child names, or that it depends on through its name, or the only one. Undefined where it can be any
 * of several, or one of another stack.
 */
export function clusterOf(child: PolicyResource, clusters: PolicyResource[]): PolicyResource | undefined {
  const { resourceName = [], parentResourcePath = [] } = child.propertyDependencies;
  for (const known of [[...resourceName, ...parentResourcePath], child.dependencies]) {
    const found = clusters.filter((cluster) => known.includes(cluster));
    if (found.length === 1) return found[0];
  }
  const name = clusterName(child);
  const named = clusters.filter((cluster) =>
    ["resourceName", "name"].some((property) => {
      const own = read(cluster.props, property);
      return typeof own === "string" && own === name;
    }),
  );
  if (named.length === 1) return named[0];
  return clusters.length === 1 && typeof name !== "string" ? clusters[0] : undefined;
}
