import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster, AnyResource, same, Settings } from "../../aksCluster";

/** The cluster whose Kubernetes nobody upgrades. */
function leftBehind(resource: AnyResource): Settings | undefined {
  const cluster = aksCluster(resource);
  if (!cluster) return undefined;
  const channel = cluster.get("autoUpgradeProfile", "upgradeChannel");
  return channel === undefined || same(channel, "none") ? cluster : undefined;
}

/**
 * AKS upgrades Kubernetes by itself. The remedy is the channel that stays within the minor version.
 *
 * @severity medium
 * @frameworks Checkov CKV_AZURE_171, PSRule Azure.AKS.AutoUpgrade, Azure Policy
 * 5c345cdf-2049-47e0-b8fe-b0e96bc2df35
 * @topics upgrades, vulnerability
 * @link https://learn.microsoft.com/azure/aks/auto-upgrade-cluster
 */
export const autoUpgrade: ResourceValidationPolicy = {
  name: "aks-auto-upgrade",
  displayName: "AKS: Kubernetes is upgraded",
  description: "An AKS cluster must have a channel for automatic upgrades of Kubernetes.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["aks", "baseline", "operations", "CKV_AZURE_171", "Azure.AKS.AutoUpgrade"],
  remediationSteps: 'Write `autoUpgradeProfile: { upgradeChannel: "patch" }` on the ManagedCluster.',
  url: "https://learn.microsoft.com/azure/aks/auto-upgrade-cluster",
  remediateResource: (args) => {
    const cluster = leftBehind(args);
    return cluster && cluster.set("patch", "autoUpgradeProfile", "upgradeChannel") ? args.props : undefined;
  },
  validateResource: (args, reportViolation) => {
    const cluster = leftBehind(args);
    if (!cluster) return;
    const channel = cluster.get("autoUpgradeProfile", "upgradeChannel");
    reportViolation(
      `The upgrade channel is ${channel === undefined ? "left out, which means none" : channel}: Kubernetes stays as it ` +
        "is until somebody remembers, also with known holes, and AKS supports a version for about a year. Write " +
        `\`${cluster.path("autoUpgradeProfile.upgradeChannel")}: "patch"\`, which keeps the minor version, or "stable".`,
    );
  },
};
