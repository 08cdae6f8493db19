import { StackValidationPolicy } from "@pulumi/policy";
import { aksCluster } from "../../aksCluster";
import { benchmark } from "./benchmark";
import { collectedOf } from "./diagnostics";

interface Config {
  categories?: string[];
}

/** PSRule's own list (AZURE_AKS_ENABLED_PLATFORM_LOG_CATEGORIES_LIST). */
const platform = [
  "cluster-autoscaler",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "AllMetrics",
];

/** Metrics stand in a list of their own, and no group of log categories holds them. */
const isMetric = (category: string) => category.toLowerCase() === "allmetrics";

/**
 * Logs and metrics of the control plane are kept outside of the cluster.
 *
 * @severity medium
 * @frameworks Microsoft cloud security benchmark LT-3, PSRule Azure.AKS.PlatformLogs, Azure Policy
 * 245fc9df-fa96-4414-9a0b-3738c2f7341c
 * @topics logging
 * @link https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs
 */
export const platformLogs: StackValidationPolicy = {
  name: "aks-platform-logs",
  displayName: "AKS: logs and metrics of the control plane are collected",
  description: "An AKS cluster must send its control plane's logs and metrics to Azure Monitor.",
  enforcementLevel: "disabled",
  severity: "medium",
  framework: benchmark("LT-3"),
  tags: ["aks", "strict", "logging", "Azure.AKS.PlatformLogs"],
  configSchema: {
    properties: {
      categories: {
        description: "Categories of logs, and AllMetrics, that must be collected.",
        type: "array",
        items: { type: "string" },
        default: platform,
      },
    },
  },
  remediationSteps:
    "Declare an azure-native.monitor.DiagnosticSetting with `resourceUri: CLUSTER.id, workspaceId: WORKSPACE.id, logs: " +
    '[{ category: "kube-apiserver", enabled: true }, ...], metrics: [{ category: "AllMetrics", enabled: true }]`; ' +
    "CalicoEbpfCluster does with `monitoring: { logAnalyticsWorkspaceId: WORKSPACE.id }`. Where something outside of " +
    'this stack makes it, set this policy to "disabled".',
  url: "https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs",
  validateStack: (args, reportViolation) => {
    const { categories = platform } = args.getConfig<Config>();
    const collected = collectedOf(args.resources);
    for (const cluster of args.resources) {
      if (!aksCluster(cluster)) continue;
      const found = collected(cluster);
      const has = (category: string) =>
        found.categories.has(category.toLowerCase()) ||
        (found.categories.has("alllogs") && !isMetric(category));
      const lacking = categories.filter((category) => !has(category));
      if (lacking.length === 0 || found.isOpen) continue;
      const lists = [
        ["logs", lacking.filter((category) => !isMetric(category))],
        ["metrics", lacking.filter(isMetric)],
      ] as [string, string[]][];
      const lines = lists
        .filter(([, names]) => names.length > 0)
        .map(([list, names]) => {
          const entries = names.map((category) => `{ category: "${category}", enabled: true }`);
          return `\`${list}: [${entries.join(", ")}]\``;
        });
      reportViolation(
        (found.any
          ? `The diagnostic settings of cluster ${cluster.name} do not collect ${lacking.join(", ")}. `
          : `No diagnostic setting in this stack leads to cluster ${cluster.name}. `) +
          "Why the control plane refused or delayed something is then not known afterwards. Write " +
          `${lines.join(" and ")} into a DiagnosticSetting with \`resourceUri: CLUSTER.id\`.`,
        cluster.urn,
      );
    }
  },
};
