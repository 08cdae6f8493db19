import { ResourceValidationPolicy } from "@pulumi/policy";
import { agentPools } from "../../aksCluster";
import { Unknown } from "../../unknown";
import { isScaleSet } from "./nodes";

/**
 * Pools of scale sets are scaled by the cluster's autoscaler. No remediation: the bounds are the team's to say.
 *
 * @severity low
 * @frameworks PSRule Azure.AKS.AutoScaling
 * @topics capacity, cost
 * @link https://learn.microsoft.com/azure/aks/cluster-autoscaler
 */
export const autoscaling: ResourceValidationPolicy = {
  name: "aks-autoscaling",
  displayName: "AKS: pools are scaled",
  description: "A node pool of AKS must be scaled by the cluster autoscaler.",
  enforcementLevel: "disabled",
  severity: "low",
  tags: ["aks", "strict", "operations", "Azure.AKS.AutoScaling"],
  remediationSteps:
    "Write `enableAutoScaling: true, minCount: 3, maxCount: 6` on the pool, or `autoscaling: { min: 3, max: 6 }` on " +
    "that of a CalicoEbpfCluster.",
  url: "https://learn.microsoft.com/azure/aks/cluster-autoscaler",
  validateResource: (args, reportViolation) => {
    for (const pool of agentPools(args)) {
      const scaled = pool.get("enableAutoScaling");
      if (scaled === true || scaled === Unknown || !isScaleSet(pool)) continue;
      reportViolation(
        `${pool.title} has a fixed number of nodes: pods that do not fit wait for somebody, and idle nodes are paid ` +
          `for. Write \`${pool.path("enableAutoScaling")}: true\` with \`minCount\` and \`maxCount\` beside it.`,
      );
    }
  },
};
