import { fromInputs } from "../operations/fromInputs";
import { benchmark } from "./benchmark";
import { reportUncollected } from "./diagnostics";

/** What is not collected, in the words to write; groups are Azure Monitor's short form for categories. */
function missing(collected: Set<string>): string[] {
  const has = (...names: string[]) => names.some((name) => collected.has(name));
  return [
    ...(has("kube-audit", "kube-audit-admin", "audit", "alllogs") ? [] : ["kube-audit-admin"]),
    ...(has("guard", "audit", "alllogs") ? [] : ["guard"]),
  ];
}

/**
 * What is done in the cluster and who signs in to it is kept outside of it. A stack policy, as a diagnostic setting is
 * a resource of its own. (PSRule wants all categories in every setting; here several settings may share them.)
 *
 * @severity high
 * @frameworks Microsoft cloud security benchmark LT-3, PSRule Azure.AKS.AuditLogs, Azure Policy
 * 245fc9df-fa96-4414-9a0b-3738c2f7341c
 * @topics logging
 * @link https://learn.microsoft.com/azure/aks/monitor-aks#aks-control-plane-resource-logs
 */
export const auditLogs = fromInputs(
  {
    name: "aks-audit-logs",
    displayName: "AKS: audit logs are collected",
    description: "An AKS cluster must send its audit logs to Azure Monitor.",
    enforcementLevel: "disabled",
    severity: "high",
    framework: benchmark("LT-3"),
    tags: ["aks", "strict", "logging", "Azure.AKS.AuditLogs"],
    remediationSteps:
      "Declare an azure-native.monitor.DiagnosticSetting with `resourceUri: CLUSTER.id, workspaceId: WORKSPACE.id, logs: " +
      '[{ category: "kube-audit-admin", enabled: true }, { category: "guard", enabled: true }]`; CalicoEbpfCluster does ' +
      "with `monitoring: { logAnalyticsWorkspaceId: WORKSPACE.id }`. Where something outside of this stack makes it, set " +
      'this policy to "disabled".',
    url: "https://learn.microsoft.com/azure/aks/monitor-aks#aks-control-plane-resource-logs",
  },
  (resources, reportViolation) => {
    reportUncollected(
      resources,
      reportViolation,
      missing,
      " and ",
      (lacking) =>
        "Who changed what in the cluster, Calico's policies among it, is then not known afterwards: AKS keeps no " +
        "audit log of its own. Write " +
        lacking.map((category) => `\`{ category: "${category}", enabled: true }\``).join(" and ") +
        " into `logs` of a DiagnosticSetting with `resourceUri: CLUSTER.id`.",
    );
  },
);
