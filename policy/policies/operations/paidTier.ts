import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster, same } from "../../aksCluster";
import { Unknown } from "../../unknown";

/**
 * The control plane has an uptime agreement: tier Standard or Premium. Checkov and PSRule ask for Standard; Premium
 * includes it. No remediation: it costs money, which nobody should spend unasked.
 *
 * @severity medium
 * @frameworks Checkov CKV_AZURE_170, PSRule Azure.AKS.UptimeSLA
 * @topics availability, cost
 * @link https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers
 */
export const paidTier: ResourceValidationPolicy = {
  name: "aks-paid-tier",
  displayName: "AKS: the control plane has an uptime agreement",
  description: "An AKS cluster must have the tier Standard or Premium.",
  enforcementLevel: "disabled",
  severity: "medium",
  tags: ["aks", "strict", "operations", "CKV_AZURE_170", "Azure.AKS.UptimeSLA"],
  remediationSteps: 'Write `sku: { name: "Base", tier: "Standard" }` on the ManagedCluster.',
  url: "https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers",
  validateResource: (args, reportViolation) => {
    const cluster = aksCluster(args);
    if (!cluster) return;
    const tier = cluster.get("sku", "tier");
    if (tier === Unknown || same(tier, "Standard") || same(tier, "Premium")) return;
    reportViolation(
      `The tier is ${tier === undefined ? "left out, which means Free" : tier}: nobody answers for the API server's ` +
        "uptime, and it is made for fewer than 10 nodes. A switch to eBPF rolls every node through this API server. " +
        `Write \`${cluster.path("sku")}: { name: "Base", tier: "Standard" }\`.`,
    );
  },
};
