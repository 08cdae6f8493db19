// What is collected of a cluster: the diagnostic settings of a stack that lead to it, and their categories.
import { PolicyResource } from "@pulumi/policy";
import { aksCluster, azureNativeType } from "../../aksCluster";
import { read, Unknown } from "../../unknown";

export interface Collected {
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
 * Whether a setting is this cluster's; Unknown where nothing tells. The id that it names is not known in a first
 * preview, but what that depends on always is.
 */
function leadsTo(setting: PolicyResource, cluster: PolicyResource): boolean | typeof Unknown {
  const direct = setting.propertyDependencies.resourceUri ?? [];
  const behind = (direct.length > 0 ? direct : setting.dependencies).filter((other) => aksCluster(other));
  if (behind.includes(cluster)) return true;
  const uri = read(setting.props, "resourceUri");
  if (typeof uri !== "string") return behind.length > 0 ? false : Unknown;
  const named = /\/managedClusters\/([^/]+)\/?$/i.exec(uri);
  if (!named || behind.length > 0) return false;
  const name = read(cluster.props, "name") ?? read(cluster.props, "resourceName");
  if (typeof name !== "string") return Unknown;
  return named[1].toLowerCase() === name.toLowerCase();
}

/** The enabled categories of a setting; Unknown among them for what is not known yet. */
function enabledIn(setting: PolicyResource): any[] {
  return ["logs", "metrics"].flatMap((kind) => {
    const list = read(setting.props, kind);
    if (!Array.isArray(list)) return list === Unknown ? [Unknown] : [];
    return Array.from({ length: list.length }, (_, at) => {
      const enabled = read(list, String(at), "enabled");
      if (enabled !== true && enabled !== Unknown) return undefined;
      if (enabled === Unknown) return Unknown;
      return read(list, String(at), "category") ?? read(list, String(at), "categoryGroup");
    });
  });
}

export function collectedOf(resources: PolicyResource[]): (cluster: PolicyResource) => Collected {
  const settings = resources.filter(isDiagnosticSetting);
  return (cluster) => {
    const relevant = settings.map((setting) => ({ setting, leads: leadsTo(setting, cluster) }));
    const own = relevant.filter(({ leads }) => leads === true);
    const enabled = own.flatMap(({ setting }) => enabledIn(setting));
    return {
      any: own.length > 0,
      categories: new Set(enabled.filter((one) => typeof one === "string").map((one) => one.toLowerCase())),
      isOpen: enabled.includes(Unknown) || relevant.some(({ leads }) => leads === Unknown),
    };
  };
}
