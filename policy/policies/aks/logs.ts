// What is kept of the control plane's logs and metrics: the diagnostic settings of a stack that lead to its clusters.
import { azureNativeType } from "../../aksCluster";
import { stackPolicy, strict, Verdict } from "../../define";
import { textsKnob } from "../../knobs";
import { Cluster, Declared, Stack } from "../../stack";
import { items, read, same, Unknown } from "../../unknown";

/** `azure-native:insights` is what `azure-native:monitor` was called before version 3. */
const isDiagnosticSetting = ({ type }: Declared) =>
  /^(monitor|insights):DiagnosticSetting$/.test(azureNativeType(type) ?? "");

/**
 * Whether a setting leads to a cluster; `Unknown` where nothing tells. The id is not known in a first preview, but
 * what it depends on always is.
 */
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
function enabledIn(setting: Declared): any[] {
  return ["logs", "metrics"].flatMap((kind) => {
    const list = read(setting.props, kind);
    if (list === Unknown) return [Unknown];
    return items(list).map((entry) => {
      const enabled = entry === Unknown ? Unknown : read(entry, "enabled");
      if (enabled !== true) return enabled;
      return read(entry, "category") ?? read(entry, "categoryGroup");
    });
  });
}

/** Metrics stand in a list of their own, and no group of log categories holds them. */
const isMetric = (category: string) => same(category, "AllMetrics");

function remedy(categories: string[]): string {
  const lists = { logs: categories.filter((one) => !isMetric(one)), metrics: categories.filter(isMetric) };
  const lines = Object.entries(lists).map(([list, names]) => {
    const entries = names.map((category) => `{ category: "${category}", enabled: true }`);
    return names.length ? `, ${list}: [${entries.join(", ")}]` : "";
  });
  return (
    `Write \`resourceUri: CLUSTER.id, workspaceId: WORKSPACE.id${lines.join("")}\` in an ` +
    "azure-native.monitor.DiagnosticSetting; CalicoEbpfCluster does with `monitoring: { logAnalyticsWorkspaceId: " +
    'WORKSPACE.id }`. Where something outside of this stack makes it, set this policy to "disabled".'
  );
}

/** @param wanted each a category, and what holds it too: other categories and groups of them */
function* uncollected(stack: Stack, wanted: string[][]): Iterable<Verdict> {
  const settings = stack.resources.filter(isDiagnosticSetting);
  for (const of of stack.clusters) {
    const own = settings.flatMap((setting) => {
      const leads = leadsTo(setting, of);
      return leads === false ? [] : [leads === Unknown ? [Unknown] : enabledIn(setting)];
    });
    const enabled = own.flat();
    const missing = wanted
      .filter((names) => !names.some((name) => enabled.some((one) => same(one, name))))
      .map(([category]) => category);
    if (!missing.length) continue;
    const found = own.length
      ? `The diagnostic settings of cluster ${of.name} do not collect ${missing.join(", ")}`
      : `No diagnostic setting in this stack leads to cluster ${of.name}`;
    yield enabled.includes(Unknown)
      ? { notKnown: "what its diagnostic settings collect", of }
      : { found, write: remedy(missing), of };
  }
}

/** Groups are Azure Monitor's short form for categories. */
const audit = [
  ["kube-audit-admin", "kube-audit", "audit", "allLogs"],
  ["guard", "audit", "allLogs"],
];

export const auditLogs = stackPolicy(
  {
    name: "aks-audit-logs",
    wants: "An AKS cluster must send its audit logs to Azure Monitor.",
    why:
      "Who changed what in the cluster, Calico's policies among it, is then not known afterwards: AKS keeps no " +
      "audit log of its own.",
    write: remedy(audit.map(([category]) => category)),
    ...strict("high", "LT-3"),
    answers: "Azure.AKS.AuditLogs 245fc9df-fa96-4414-9a0b-3738c2f7341c",
    url: "https://learn.microsoft.com/azure/aks/monitor-aks#aks-control-plane-resource-logs",
  },
  (stack) => uncollected(stack, audit),
);

/** The default is PSRule's own list (AZURE_AKS_ENABLED_PLATFORM_LOG_CATEGORIES_LIST). */
const categories = textsKnob("categories", "Categories of logs, and AllMetrics, that must be collected.", [
  ...["cluster-autoscaler", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "AllMetrics"],
]);

export const platformLogs = stackPolicy(
  {
    name: "aks-platform-logs",
    wants: "An AKS cluster must send its control plane's logs and metrics to Azure Monitor.",
    why: "Why the control plane refused or delayed something is then not known afterwards.",
    write: remedy(categories.schema.default),
    ...strict("medium", "LT-3"),
    answers: "Azure.AKS.PlatformLogs 245fc9df-fa96-4414-9a0b-3738c2f7341c",
    url: "https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs",
    knobs: [categories],
  },
  (stack, config) =>
    uncollected(
      stack,
      categories.of(config).map((category) => (isMetric(category) ? [category] : [category, "allLogs"])),
    ),
);
