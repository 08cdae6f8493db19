import { ResourceValidationPolicy } from "@pulumi/policy";
import { addOn, aksCluster } from "../../aksCluster";
import { Unknown } from "../../unknown";
import { benchmark } from "./benchmark";

/**
 * Container insights collects what containers write and what nodes do.
 *
 * @severity medium
 * @frameworks Microsoft cloud security benchmark LT-3, Checkov CKV_AZURE_4, PSRule Azure.AKS.ContainerInsights
 * @topics logging
 * @link https://learn.microsoft.com/azure/azure-monitor/containers/kubernetes-monitoring-enable
 */
export const containerInsights: ResourceValidationPolicy = {
  name: "aks-container-insights",
  displayName: "AKS: Container insights is on",
  description: "An AKS cluster must send its containers' logs to Azure Monitor.",
  enforcementLevel: "disabled",
  severity: "medium",
  framework: benchmark("LT-3"),
  tags: ["aks", "strict", "logging", "CKV_AZURE_4", "Azure.AKS.ContainerInsights"],
  remediationSteps:
    "Write `addonProfiles: { omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: WORKSPACE.id, " +
    'useAADAuth: "true" } } }` and the data collection rule that it reads; CalicoEbpfCluster declares both with ' +
    "`monitoring: { logAnalyticsWorkspaceId: WORKSPACE.id }`.",
  url: "https://learn.microsoft.com/azure/azure-monitor/containers/kubernetes-monitoring-enable",
  validateResource: (args, reportViolation) => {
    const cluster = aksCluster(args);
    if (!cluster) return;
    const addon = addOn(cluster, "omsagent");
    // The profile is how preview versions of AKS's API spell the add-on.
    const ways = [addon.get("enabled"), cluster.get("azureMonitorProfile", "containerInsights", "enabled")];
    if (ways.some((isOn) => isOn === true || isOn === Unknown)) return;
    reportViolation(
      `${addon.path("enabled")} is not true. What containers wrote is then gone with them, also what would tell why ` +
        "a calico-node ended. Write `addonProfiles: { omsagent: { enabled: true, config: { " +
        'logAnalyticsWorkspaceResourceID: WORKSPACE.id, useAADAuth: "true" } } }`.',
    );
  },
};
