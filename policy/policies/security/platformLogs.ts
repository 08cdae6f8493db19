import { listOfTexts, textsSchema } from "../../knobs";
import { fromInputs } from "../operations/fromInputs";
import { benchmark } from "./benchmark";
import { reportUncollected } from "./diagnostics";

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

/** The lines to write, those of logs and those of metrics. */
function linesFor(categories: string[]): string[] {
  const lists = [
    ["logs", categories.filter((category) => !isMetric(category))],
    ["metrics", categories.filter(isMetric)],
  ] as [string, string[]][];
  return lists
    .filter(([, names]) => names.length > 0)
    .map(([list, names]) => {
      const entries = names.map((category) => `{ category: "${category}", enabled: true }`);
      return `\`${list}: [${entries.join(", ")}]\``;
    });
}

/**
 * Logs and metrics of the control plane are kept outside of the cluster.
 *
 * @severity medium
 * @frameworks Microsoft cloud security benchmark LT-3, PSRule Azure.AKS.PlatformLogs, Azure Policy
 * 245fc9df-fa96-4414-9a0b-3738c2f7341c
 * @topics logging
 * @link https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs
 */
export const platformLogs = fromInputs(
  {
    name: "aks-platform-logs",
    displayName: "AKS: logs and metrics of the control plane are collected",
    description: "An AKS cluster must send its control plane's logs and metrics to Azure Monitor.",
    enforcementLevel: "disabled",
    severity: "medium",
    framework: benchmark("LT-3"),
    tags: ["aks", "strict", "logging", "Azure.AKS.PlatformLogs"],
    configSchema: {
      properties: {
        categories: textsSchema("Categories of logs, and AllMetrics, that must be collected.", platform),
      },
    },
    remediationSteps:
      "Declare an azure-native.monitor.DiagnosticSetting with `resourceUri: CLUSTER.id, workspaceId: WORKSPACE.id, logs: " +
      '[{ category: "kube-apiserver", enabled: true }, ...], metrics: [{ category: "AllMetrics", enabled: true }]`; ' +
      "CalicoEbpfCluster does with `monitoring: { logAnalyticsWorkspaceId: WORKSPACE.id }`. Where something outside of " +
      'this stack makes it, set this policy to "disabled".',
    url: "https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs",
  },
  (resources, reportViolation, args) => {
    const wanted = listOfTexts(args.getConfig(), "categories", "kube-apiserver", platform);
    const lacking = (collected: Set<string>) => {
      const has = (category: string) =>
        collected.has(category.toLowerCase()) || (collected.has("alllogs") && !isMetric(category));
      return wanted.filter((category) => !has(category));
    };
    reportUncollected(
      resources,
      reportViolation,
      lacking,
      ", ",
      (missing) =>
        "Why the control plane refused or delayed something is then not known afterwards. Write " +
        `${linesFor(missing).join(" and ")} into a DiagnosticSetting with \`resourceUri: CLUSTER.id\`.`,
    );
  },
);
