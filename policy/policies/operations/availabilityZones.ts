import { ResourceValidationPolicy } from "@pulumi/policy";
import { agentPools } from "../../aksCluster";
import { Unknown } from "../../unknown";
import { isScaleSet } from "./nodes";

/**
 * Pools of scale sets stand in availability zones. Which regions have zones is not known here: in a stack of one that
 * has none, this policy is to be disabled. No remediation: zones cannot be changed on a living pool.
 *
 * @severity medium
 * @frameworks PSRule Azure.AKS.AvailabilityZone
 * @topics availability
 * @link https://learn.microsoft.com/azure/aks/availability-zones
 */
export const availabilityZones: ResourceValidationPolicy = {
  name: "aks-availability-zones",
  displayName: "AKS: pools stand in zones",
  description: "A node pool of AKS must stand in availability zones.",
  enforcementLevel: "disabled",
  severity: "medium",
  tags: ["aks", "strict", "operations", "Azure.AKS.AvailabilityZone"],
  remediationSteps:
    'Write `availabilityZones: ["1", "2", "3"]` on the pool. In a region without zones set this policy to ' +
    "`disabled`.",
  url: "https://learn.microsoft.com/azure/aks/availability-zones",
  validateResource: (args, reportViolation) => {
    for (const pool of agentPools(args)) {
      const zones = pool.get("availabilityZones");
      if (zones === Unknown || (Array.isArray(zones) && zones.length > 0)) continue;
      if (!isScaleSet(pool)) continue;
      reportViolation(
        `${pool.title} stands in no availability zone: one data centre's failure takes all its nodes. Write ` +
          `\`${pool.path("availabilityZones")}: ["1", "2", "3"]\`; a pool that lives must be replaced by a new one.`,
      );
    }
  },
};
