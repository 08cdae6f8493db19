// What is kept of the control plane's logs and metrics: the diagnostic settings of a stack that lead to its clusters.
import { azureNativeType } from "../../aksCluster";
import { stackPolicy, strict, Verdict } from "../../define";
import { textsKnob } from "../../knobs";
import { Cluster, Declared, Stack } from "../../stack";
import { items, read, same, Unknown } from "../../unknown";

/** `azure-native:insights` is what `azure-native:monitor` was called before version 3. */
const isDiagnosticSetting = ({ type }: Declared) =>
  /^(monitor|insights):DiagnosticSetting$/.test(azureNativeType(type) ?? "");

/** Whether a setting leads to a cluster; `Unknown` where neither an id nor what it depends on tells. */
function leadsTo(setting: Declared, cluster: Cluster): boolean | typeof Unknown {
  const { resourceUri: sources = [] } = setting.propertyDependencies;
  const clusters = (sources.length ? sources : setting.dependencies).filter((one) => "wanted" in one);
  if (clusters.length) return clusters.includes(cluster);
  const uri = read(setting.props, "resourceUri");
  // From another resource of Azure's, though its id is not known yet.
  const isOthers = sources.length > 0 && sources.every(({ type }) => azureNativeType(type));
  if (typeof uri !== "string") return isOthers ? false : Unknown;
  const [, named] = /\/managedClusters\/([^/]+)\/?$/i.exec(uri) ?? [];
  if (named === undefined) return false;
  const name = read(cluster.props, "resourceName") ?? read(cluster.live, "name");
  return typeof name === "string" ? same(name, named) : Unknown;
}

/** The enabled categories, and groups of them, of a setting; Unknown among them for what is not known yet. */
function enabledIn({ props }: Declared): any[] {
  const lists = ["logs", "metrics"].map((kind) => read(props, kind));
  const entries = lists.flatMap((list) => (list === Unknown ? [Unknown] : items(list)));
  return entries.map((entry) => {
    const enabled = entry === Unknown ? Unknown : read(entry, "enabled");
    return enabled === true ? (read(entry, "category") ?? read(entry, "categoryGroup")) : enabled;
  });
}

/** @param wanted each a category, and what holds it too: other categories and groups of them */
function* uncollected(stack: Stack, wanted: string[][]): Iterable<Verdict> {
  const settings = stack.resources.filter(isDiagnosticSetting);
  for (const of of stack.clusters) {
    const enabled = settings.flatMap((setting) => {
      const leads = leadsTo(setting, of);
      return leads === Unknown ? [Unknown] : leads ? enabledIn(setting) : [];
    });
    const missing = wanted.filter((names) => !enabled.some((one) => same(one, ...names)));
    if (!missing.length) continue;
    const words = `collects ${missing.map(([category]) => category).join(", ")} of cluster ${of.name}`;
    if (enabled.includes(Unknown)) yield { notKnown: "what its diagnostic settings collect", of };
    else yield { found: `No diagnostic setting in this stack ${words}`, of };
  }
}

const write =
  "Write an azure-native.monitor.DiagnosticSetting with `resourceUri: CLUSTER.id`, `workspaceId: WORKSPACE.id` and " +
  "`logs: [{ category: CATEGORY, enabled: true }]` (`metrics` for AllMetrics), or `monitoring` of " +
  'CalicoEbpfCluster; where something outside of this stack makes it, set this policy to "disabled".';

/** Groups are Azure Monitor's short form for categories. */
const audit = [
  ["kube-audit-admin", "kube-audit", "audit", "allLogs"],
  ["guard", "audit", "allLogs"],
];

export const auditLogs = stackPolicy({
  name: "aks-audit-logs",
  wants: "An AKS cluster must send its audit logs to Azure Monitor.",
  why: "Who changed what, Calico's policies among it, is then not known: AKS keeps no audit log of its own.",
  write,
  ...strict("high", "LT-3"),
  answers: "Azure.AKS.AuditLogs 245fc9df-fa96-4414-9a0b-3738c2f7341c",
  url: "https://learn.microsoft.com/azure/aks/monitor-aks#aks-control-plane-resource-logs",
  judge: (stack) => uncollected(stack, audit),
});

/** The default is PSRule's own list (AZURE_AKS_ENABLED_PLATFORM_LOG_CATEGORIES_LIST). */
const categories = textsKnob("categories", "Categories of logs, and AllMetrics, that must be collected.", [
  ...["cluster-autoscaler", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "AllMetrics"],
]);

/** No group of log categories holds metrics. */
const withGroups = (category: string) => (same(category, "AllMetrics") ? [category] : [category, "allLogs"]);

export const platformLogs = stackPolicy({
  name: "aks-platform-logs",
  wants: "An AKS cluster must send its control plane's logs and metrics to Azure Monitor.",
  why: "Why the control plane refused or delayed something is then not known afterwards.",
  write,
  ...strict("medium", "LT-3"),
  answers: "Azure.AKS.PlatformLogs 245fc9df-fa96-4414-9a0b-3738c2f7341c",
  url: "https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs",
  knobs: [categories],
  judge: (stack, config) => uncollected(stack, categories.of(config).map(withGroups)),
});
