// What AKS asks of a managed cluster, where more than one of its members is looked at.
import { UNKNOWN, type Props } from "../../plugin/provider";
import { invalid, missing, type Problem } from "../arm";
import { at, entries, isObject, list, nodeGroupName, sameId, text } from "../values";
import { checkLocalDisk } from "./disks";

export function* checkCluster(body: Props, names: Props): Generator<Problem> {
  yield* checkNodeGroup(body, names);
  yield* checkAddons(body);
  const identities = "identity.userAssignedIdentities";
  for (const [given] of entries(body, identities))
    if (given !== UNKNOWN && !idOf("ManagedIdentity/userAssignedIdentities").test(given))
      yield invalid(
        identities,
        `'${given}' is not the id of a user-assigned identity.`,
        "Write the identity resource's `id`.",
      );
  // AKS's words: Azure/AKS#1568.
  const path = "properties.agentPoolProfiles";
  const pools = list(body, path);
  const modes = pools.map((pool) => at(pool, "mode"));
  if (Array.isArray(at(body, path)) && !modes.includes("System") && !modes.includes(UNKNOWN))
    yield invalid(path, "Must define at least one system pool.", 'Set mode: "System" on one of the pools.');
  for (const [i, pool] of pools.entries()) {
    if (!isObject(pool)) continue;
    const name = text(pool, "name");
    if (name !== undefined && pools.slice(0, i).some((other) => text(other, "name") === name))
      yield invalid(
        `${path}[${i}].name`,
        `Agent pool name '${name}' is not unique.`,
        "Name each pool differently.",
      );
    yield* checkLocalDisk(pool, `${path}[${i}]`);
  }
}

/**
 * A group of its own: learn.microsoft.com/azure/aks/faq ("Can I provide my own name for the AKS node resource group?").
 * At most 80 characters, AKS's own `MC_...` too, which it does not cut: Azure-Terraform/terraform-azurerm-kubernetes#33
 * and rancher/dashboard#8980 have its words.
 */
function* checkNodeGroup(body: Props, names: Props): Generator<Problem> {
  const path = "properties.nodeResourceGroup";
  const given = at(body, path);
  const [group, name] = [text(names, "resourceGroupName"), text(names, "resourceName")];
  const location = text(body, "location");
  const byAks =
    given === undefined && group && name && location ? nodeGroupName(group, name, location) : undefined;
  const { length } = text(body, path) ?? byAks ?? "";
  if (length > 80)
    return yield invalid(
      byAks ? "name" : path,
      "The length of the node resource group name is too long. The maximum length is 80 and the length of the value " +
        `provided is ${length}. Please see https://aka.ms/aks-naming-rules for more details.`,
      "Set nodeResourceGroup to a name of 1 to 80 characters.",
    );
  if (typeof given !== "string" || given === UNKNOWN) return;
  if (sameId(given, String(names.resourceGroupName)))
    yield invalid(
      path,
      "nodeResourceGroup is the cluster's own resource group.",
      "Write a name that is not in use.",
    );
}

const idOf = (type: string): RegExp =>
  new RegExp(`^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.${type}/[^/]+$`, "i");

function* checkAddons(body: Props): Generator<Problem> {
  // learn.microsoft.com/azure/azure-monitor/containers/kubernetes-monitoring-enable: the add-on sends there.
  const path = "properties.addonProfiles.omsagent";
  if (at(body, `${path}.enabled`) !== true || at(body, `${path}.config`) === UNKNOWN) return;
  const id = monitoringWorkspace(body);
  if (id === undefined) yield missing(workspaceMember, "Set it to the Workspace resource's `id`.");
  else if (id !== UNKNOWN && !idOf("OperationalInsights/workspaces").test(id))
    yield invalid(
      workspaceMember,
      `'${id}' is not the id of a workspace.`,
      "Write the Workspace resource's `id`.",
    );
}

export const workspaceMember = "properties.addonProfiles.omsagent.config.logAnalyticsWorkspaceResourceID";

/** The workspace that the monitoring add-on writes to; AKS does not mind the case of the name (azure-cli does so too). */
export function monitoringWorkspace(body: Props): string | undefined {
  const config = entries(body, "properties.addonProfiles.omsagent.config");
  const found = config.find(([name]) => name.toLowerCase() === "loganalyticsworkspaceresourceid")?.[1];
  return typeof found === "string" ? found : undefined;
}
