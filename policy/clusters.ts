// Which cluster a resource leads to. A Kubernetes provider's kubeconfig is secret and, in a first preview, unknown; its
// dependencies say the same and are always known.
import { PolicyResource } from "@pulumi/policy";

/**
 * For a stack's resources: a function from the URN of a provider, or of a node pool, to the URNs of the clusters that it
 * depends on, directly or through others. Empty where the provider takes its kubeconfig from elsewhere.
 */
export function clustersBehind(
  resources: PolicyResource[],
  isCluster: (resource: PolicyResource) => boolean,
): (urn: string) => Set<string> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource] as [string, PolicyResource]));
  const answers = new Map<string, Set<string>>();
  return (urn) => {
    const known = answers.get(urn);
    if (known) return known;
    const found = new Set<string>();
    const seen = new Set<PolicyResource>();
    const start = byUrn.get(urn);
    const queue = start ? [start] : [];
    for (let resource = queue.pop(); resource; resource = queue.pop()) {
      if (seen.has(resource)) continue;
      seen.add(resource);
      // What lies behind a cluster (another cluster that it was made after) is not what the provider reaches.
      if (isCluster(resource)) found.add(resource.urn);
      else queue.push(...resource.dependencies, ...Object.values(resource.propertyDependencies).flat());
    }
    answers.set(urn, found);
    return found;
  };
}
