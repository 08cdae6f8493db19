import { ResourceValidationPolicy } from "@pulumi/policy";
import { agentPools, same } from "../../aksCluster";

/**
 * Node pools are scale sets. Left out is right, as for Checkov: AKS has stopped making availability sets (azure-aks-docs,
 * availability-sets-on-aks). No remediation: a living pool cannot change its type.
 *
 * @severity high
 * @frameworks Checkov CKV_AZURE_169, PSRule Azure.AKS.PoolScaleSet
 * @topics availability, kubernetes
 * @link https://learn.microsoft.com/azure/aks/availability-sets-on-aks
 */
export const scaleSetPools: ResourceValidationPolicy = {
  name: "aks-scale-set-pools",
  displayName: "AKS: node pools are scale sets",
  description: "A node pool of AKS must be a virtual machine scale set.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["aks", "baseline", "operations", "CKV_AZURE_169", "Azure.AKS.PoolScaleSet"],
  remediationSteps: 'Write `type: "VirtualMachineScaleSets"` on the pool, or leave the property out.',
  url: "https://learn.microsoft.com/azure/aks/availability-sets-on-aks",
  validateResource: (args, reportViolation) => {
    for (const pool of agentPools(args)) {
      const type = pool.get("type");
      if (typeof type !== "string" || same(type, "VirtualMachineScaleSets")) continue;
      reportViolation(
        `${pool.title} is of type ${type}. Only scale sets have the autoscaler, zones and upgrades of node images ` +
          `together. Write \`${pool.path("type")}: "VirtualMachineScaleSets"\`; a pool that lives must be replaced ` +
          "by a new one.",
      );
    }
  },
};
