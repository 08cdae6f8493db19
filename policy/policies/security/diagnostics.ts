// What is collected of a cluster: the diagnostic settings of a stack that lead to it, and their categories.
import { PolicyResource, ReportViolation } from "@pulumi/policy";
import { aksCluster, azureNativeType } from "../../aksCluster";
import { items, read, Unknown } from "../../unknown";

interface Collected {
  /** Whether any diagnostic setting leads to the cluster. */
  readonly any: boolean;
  /** Categories and category groups that are enabled, of logs and of metrics, in lower case. */
  readonly categories: Set<string>;
  /** Something that a preview does not know yet may add to them. */
  readonly isOpen: boolean;
}

/** `azure-native:insights` is what `azure-native:monitor` was called before version 3. */
function isDiagnosticSetting({ type }: PolicyResource): boolean {
  return /^(monitor|insights):DiagnosticSetting$/.test(azureNativeType(type) ?? "");
}

/**
 * Whose a setting is: the clusters that its `resourceUri` came from, or else the name of the cluster in it; Unknown
 * where nothing tells. The id is not known in a first preview, but what it depends on always is.
 */
function ownersOf(setting: PolicyResource): (PolicyResource | string)[] | typeof Unknown {
  const direct = setting.propertyDependencies.resourceUri ?? [];
  const behind = (direct.length > 0 ? direct : setting.dependencies).filter((other) => aksCluster(other));
  if (behind.length > 0) return behind;
  const uri = read(setting.props, "resourceUri");
  if (typeof uri !== "string") return Unknown;
  const named = /\/managedClusters\/([^/]+)\/?$/i.exec(uri);
  return named ? [named[1].toLowerCase()] : [];
}

/** The enabled categories of a setting; Unknown among them for what is not known yet. */
function enabledIn(setting: PolicyResource): any[] {
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

function collectedOf(resources: PolicyResource[]): (cluster: PolicyResource) => Collected {
  const settings = new Map<PolicyResource | string, PolicyResource[]>();
  let isOpen = false;
  let isNamed = false;
  for (const setting of resources.filter(isDiagnosticSetting)) {
    const owners = ownersOf(setting);
    if (owners === Unknown) isOpen = true;
    else for (const owner of owners) settings.set(owner, [...(settings.get(owner) ?? []), setting]);
    isNamed = isNamed || (owners !== Unknown && typeof owners[0] === "string");
  }
  return (cluster) => {
    const name = read(cluster.props, "name") ?? read(cluster.props, "resourceName");
    const byName = typeof name === "string" ? settings.get(name.toLowerCase()) : undefined;
    const own = [...(settings.get(cluster) ?? []), ...(byName ?? [])];
    const enabled = own.flatMap(enabledIn);
    return {
      any: own.length > 0,
      categories: new Set(enabled.filter((one) => typeof one === "string").map((one) => one.toLowerCase())),
      isOpen: isOpen || enabled.includes(Unknown) || (isNamed && typeof name !== "string"),
    };
  };
}

/**
 * Reports every cluster of which something is not collected.
 * @param lacking the categories that those collected (in lower case) leave out, in the words to write
 * @param joint stands between them in the message
 * @param advice why that matters, and what to write
 */
export function reportUncollected(
  resources: PolicyResource[],
  reportViolation: ReportViolation,
  lacking: (collected: Set<string>) => string[],
  joint: string,
  advice: (lacking: string[]) => string,
): void {
  const collected = collectedOf(resources);
  for (const cluster of resources) {
    if (!aksCluster(cluster)) continue;
    const { any, categories, isOpen } = collected(cluster);
    const missing = lacking(categories);
    if (missing.length === 0 || isOpen) continue;
    const found = any
      ? `The diagnostic settings of cluster ${cluster.name} do not collect ${missing.join(joint)}.`
      : `No diagnostic setting in this stack leads to cluster ${cluster.name}.`;
    reportViolation(`${found} ${advice(missing)}`, cluster.urn);
  }
}
