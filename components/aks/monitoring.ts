// Where the control plane's logs and metrics go, and what Container insights collects.
import { DataCollectionRule } from "@pulumi/azure-native/monitor/dataCollectionRule";
import { DataCollectionRuleAssociation } from "@pulumi/azure-native/monitor/dataCollectionRuleAssociation";
import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting";
import * as pulumi from "@pulumi/pulumi";
import { insightsRuleOf } from "../validate/names";
import type { Place } from "./names";
import type { ClusterContext } from "./types";

/** All but reading requests, which are most of the audit log. */
const defaultCategories = [
  ...["kube-apiserver", "kube-audit-admin", "kube-controller-manager", "kube-scheduler"],
  ...["cluster-autoscaler", "guard"],
];

/** Logs, inventory and performance (Microsoft Learn, "Configure data collection in Container insights"). */
const streams = ["Microsoft-ContainerInsights-Group-Default"];

/**
 * Azure keeps a diagnostic setting when its resource is deleted, and a cluster of the same name would find it again
 * (Microsoft Learn, "Diagnostic settings in Azure Monitor"). So these have no `deletedWith`: they are deleted, before the cluster.
 */
export function createMonitoring(
  { name, parent, plan: { monitoring, tags } }: ClusterContext,
  where: Place,
  clusterId: pulumi.Output<string>,
): pulumi.Resource[] {
  if (monitoring === undefined) return [];
  const setting = new DiagnosticSetting(
    `${name}-diagnostics`,
    {
      name: pulumi.interpolate`${where.clusterName}-diagnostics`,
      resourceUri: clusterId,
      workspaceId: monitoring.logAnalyticsWorkspaceId,
      // Tables of AKS's own (AKSControlPlane, AKSAudit), which are cheaper to keep and to ask than the common one.
      logAnalyticsDestinationType: "Dedicated",
      logs: pulumi
        .output(monitoring.diagnosticCategories ?? defaultCategories)
        .apply((categories) => categories.map((category) => ({ category, enabled: true }))),
      metrics: [{ category: "AllMetrics", enabled: true }],
    },
    { parent },
  );
  if (monitoring.containerInsights === false) return [setting];
  // Which data the add-on sends where. An agent that signs in with a managed identity sends nothing without such a rule
  // (Azure/azure-cli-extensions, azuremonitorcontainerlogs); the Azure CLI makes the same one.
  const rule = new DataCollectionRule(
    `${name}-insights`,
    {
      resourceGroupName: where.resourceGroupName,
      dataCollectionRuleName: pulumi.output(where.clusterName).apply(insightsRuleOf),
      location: monitoring.logAnalyticsLocation ?? where.location,
      tags,
      kind: "Linux",
      dataSources: {
        extensions: [
          {
            name: "ContainerInsightsExtension",
            extensionName: "ContainerInsights",
            streams,
            extensionSettings: {
              dataCollectionSettings: {
                interval: "1m",
                namespaceFilteringMode: "Off",
                enableContainerLogV2: true,
              },
            },
          },
        ],
      },
      destinations: {
        logAnalytics: [{ name: "ciworkspace", workspaceResourceId: monitoring.logAnalyticsWorkspaceId }],
      },
      dataFlows: [{ streams, destinations: ["ciworkspace"] }],
    },
    { parent },
  );
  const association = new DataCollectionRuleAssociation(
    `${name}-insights-association`,
    // The name under which the add-on looks for it.
    {
      resourceUri: clusterId,
      associationName: "ContainerInsightsExtension",
      dataCollectionRuleId: rule.id,
    },
    { parent },
  );
  return [setting, association];
}
