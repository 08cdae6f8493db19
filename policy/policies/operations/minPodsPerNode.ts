import { ResourceValidationPolicy } from "@pulumi/policy";
import { agentPools, aksCluster, AnyResource, Pool, same } from "../../aksCluster";
import { numberSchema, wholeNumber } from "../../knobs";
import { Unknown } from "../../unknown";

const otherwise = 50;

/** What AKS makes of a pool that does not say it, as far as the resource tells (azure-aks-docs, azure-cni-overlay). */
function isFewByDefault(resource: AnyResource): boolean {
  const cluster = aksCluster(resource);
  // A pool of its own does not say what network its cluster has.
  if (!cluster) return true;
  const [plugin, mode] = ["networkPlugin", "networkPluginMode"].map((name) =>
    cluster.get("networkProfile", name),
  );
  return same(plugin, "azure") && mode !== Unknown && !same(mode, "overlay");
}

function refusal(resource: AnyResource, pool: Pool, minimum: number): string | undefined {
  const pods = pool.get("maxPods");
  const write = `Write \`${pool.path("maxPods")}: 110\`, and see that the range of addresses holds them.`;
  const why = "Every node carries the same system pods, so few pods a node mean many nodes.";
  if (typeof pods === "number" && pods < minimum) {
    return `${pool.title} takes ${pods} pods a node (maxPods), fewer than ${minimum}. ${why} ${write}`;
  }
  if (pods !== undefined || minimum <= 30 || !isFewByDefault(resource)) return undefined;
  return `${pool.title} does not set maxPods, and on a flat network of Azure CNI AKS's default is 30. ${why} ${write}`;
}

/**
 * A node takes at least so many pods. No remediation: `maxPods` cannot be changed on a living pool.
 *
 * @severity medium
 * @frameworks Checkov CKV_AZURE_168, PSRule Azure.AKS.NodeMinPods
 * @topics capacity, kubernetes
 * @link https://learn.microsoft.com/azure/aks/quotas-skus-regions
 */
export const minPodsPerNode: ResourceValidationPolicy = {
  name: "aks-min-pods-per-node",
  displayName: "AKS: nodes take enough pods",
  description: "A node pool of AKS must take at least a minimum number of pods a node.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["aks", "baseline", "operations", "CKV_AZURE_168", "Azure.AKS.NodeMinPods"],
  remediationSteps: "Write `maxPods: 110` (at least the knob `minimum`) on every pool of the cluster.",
  url: "https://learn.microsoft.com/azure/aks/quotas-skus-regions",
  configSchema: {
    properties: { minimum: numberSchema("Fewest pods that a node must take.", otherwise) },
  },
  validateResource: (args, reportViolation) => {
    const pools = agentPools(args);
    if (pools.length === 0) return;
    const minimum = wholeNumber(args.getConfig(), "minimum", otherwise);
    for (const pool of pools) {
      const message = refusal(args, pool, minimum);
      if (message) reportViolation(message);
    }
  },
};
