import { agentPools, aksCluster } from "../../aksCluster";
import { clusterOf, clustersIn } from "./clusterOf";
import { fromInputs } from "./fromInputs";
import { mayEqual, numbers } from "./versions";

/**
 * Pools run the cluster's version of Kubernetes. A stack policy, because pools are resources of their own too. `1.35` and
 * `1.35.2` agree; a pool without a version takes the cluster's.
 *
 * @severity medium
 * @frameworks PSRule Azure.AKS.PoolVersion
 * @topics upgrades, kubernetes
 * @link https://learn.microsoft.com/azure/aks/manage-node-pools
 */
export const poolVersion = fromInputs(
  {
    name: "aks-pool-version",
    displayName: "AKS: pools run the cluster's version",
    description: "The node pools of an AKS cluster must run the cluster's version of Kubernetes.",
    enforcementLevel: "mandatory",
    severity: "medium",
    tags: ["aks", "baseline", "operations", "Azure.AKS.PoolVersion"],
    remediationSteps:
      "Write the cluster's `kubernetesVersion` as `orchestratorVersion` of each pool, or leave it out.",
    url: "https://learn.microsoft.com/azure/aks/manage-node-pools",
  },
  (resources, reportViolation) => {
    const clusters = clustersIn(resources);
    for (const resource of resources) {
      const pools = agentPools(resource);
      const owner = pools.length === 0 || aksCluster(resource) ? resource : clusterOf(resource, clusters);
      const cluster = owner && aksCluster(owner);
      if (!cluster) continue;
      const wanted = numbers(cluster.get("kubernetesVersion"));
      for (const pool of pools) {
        const own = numbers(pool.get("orchestratorVersion"));
        if (!wanted || !own || mayEqual(wanted, own)) continue;
        reportViolation(
          `${pool.title} runs Kubernetes ${own.join(".")} and its cluster ${wanted.join(".")}: nodes that lag behind ` +
            "miss fixes and stop the next upgrade of the control plane; nodes ahead of it are refused. Write " +
            `\`${pool.path("orchestratorVersion")}: "${wanted.join(".")}"\`, or leave it out.`,
          resource.urn,
        );
      }
    }
  },
);
