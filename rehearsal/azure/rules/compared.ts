// Rules that compare members with each other, which a row of data/rules.yaml cannot.
import { localDisk } from "./machineSizes";
import { UNKNOWN, type Props } from "../../plugin/provider";
import { invalid, type Problem } from "../arm";
import { at, hasUnknown, isObject, list, nodeGroupName, sameId, text } from "../values";

export function* checkCluster(body: Props, names: Props): Generator<Problem> {
  yield* checkNodeGroup(body, names);
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
  const [group, name] = [text(names, "resourceGroupName"), text(names, "resourceName")];
  const [given, location] = [at(body, path), text(body, "location")];
  const used = given ?? (group && name && location && nodeGroupName(group, name, location));
  if (typeof used === "string" && used.length > 80)
    yield invalid(
      given === undefined ? "name" : path,
      "The length of the node resource group name is too long. The maximum length is 80 and the length of the value " +
        `provided is ${used.length}. Please see https://aka.ms/aks-naming-rules for more details.`,
      "Set nodeResourceGroup to a name of 1 to 80 characters.",
    );
  if (typeof given === "string" && group && sameId(given, group))
    yield invalid(
      path,
      "nodeResourceGroup is the cluster's own resource group.",
      "Write a name that is not in use.",
    );
}

/** An ephemeral disk needs a local one that is large enough. */
export function* checkLocalDisk(pool: Props, path: string): Generator<Problem> {
  const size = text(pool, "vmSize");
  const local = size === undefined ? undefined : localDisk(size);
  const wanted = typeof pool.osDiskSizeGB === "number" ? pool.osDiskSizeGB : 0;
  if (at(pool, "osDiskType") !== "Ephemeral" || local === undefined || (local > 0 && wanted <= local)) return;
  // AKS's words: Azure/AKS#2672, from before ephemeral disks could stand on a temporary one.
  yield {
    target: `${path}.osDiskType`,
    code: "VMCacheSizeTooSmall",
    message:
      `The virtual machine size ${size} has a cache size of 0 bytes and temp disk size of ${local * 2 ** 30} bytes, but ` +
      `the OS disk requires ${(wanted || 128) * 2 ** 30} bytes. Use a VM size with larger cache or temp disk, or disable ephemeral OS.`,
    advice:
      local === 0
        ? "Take a size with a `d` in its name, such as Standard_D4ds_v5: it has a local disk. Or set osDiskType: Managed."
        : `Set osDiskSizeGB to ${Math.floor(local)} or less, take a larger size, or set osDiskType: Managed.`,
  };
}

/**
 * learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-rule-structure: a flow's destinations are names
 * of the destinations. The codes: MicrosoftDocs/azure-docs#112612; the words of this one are inferred.
 */
export function* checkCollectionRule(body: Props): Generator<Problem> {
  if (hasUnknown(at(body, "properties.destinations"))) return;
  const names = Object.values(at(body, "properties.destinations") ?? {})
    .flat()
    .map((destination) => text(destination, "name"));
  for (const [i, flow] of list(body, "properties.dataFlows").entries())
    for (const name of list(flow, "destinations"))
      if (name !== UNKNOWN && !names.includes(String(name)))
        yield {
          target: `properties.dataFlows[${i}]`,
          code: "InvalidPayload",
          message: `Data collection rule is invalid (InvalidDataFlow: destination '${String(name)}' is not declared).`,
          advice: `Write one of the names in destinations: ${names.join(", ") || "there is none"}.`,
        };
}
