import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster } from "../../aksCluster";
import { Unknown } from "../../unknown";
import { benchmark } from "./benchmark";

/**
 * Microsoft Defender watches the nodes.
 *
 * @severity medium
 * @frameworks Microsoft cloud security benchmark LT-1, PSRule Azure.AKS.DefenderProfile, Azure Policy
 * a1840de2-8088-4ea8-b153-b4c723e9cb01
 * @topics threat-detection
 * @link https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction
 */
export const defender: ResourceValidationPolicy = {
  name: "aks-defender",
  displayName: "AKS: Microsoft Defender watches the cluster",
  description: "An AKS cluster must have the Defender profile.",
  enforcementLevel: "disabled",
  severity: "medium",
  framework: benchmark("LT-1"),
  tags: ["aks", "strict", "threat-detection", "Azure.AKS.DefenderProfile"],
  remediationSteps:
    "Write `securityProfile: { defender: { logAnalyticsWorkspaceResourceId: WORKSPACE.id, securityMonitoring: { " +
    "enabled: true } } }` on the ManagedCluster.",
  url: "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction",
  validateResource: (args, reportViolation) => {
    const cluster = aksCluster(args);
    if (!cluster) return;
    const isOn = cluster.get("securityProfile", "defender", "securityMonitoring", "enabled");
    if (isOn === true || isOn === Unknown) return;
    reportViolation(
      `${cluster.path("securityProfile.defender.securityMonitoring.enabled")} is not true. Nobody then notices a ` +
        "shell in a container, a miner or a connection to a known attacker on the nodes. Write `securityProfile: { " +
        "defender: { logAnalyticsWorkspaceResourceId: WORKSPACE.id, securityMonitoring: { enabled: true } } }`.",
    );
  },
};
