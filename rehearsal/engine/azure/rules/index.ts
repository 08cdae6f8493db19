// Everything that is checked of one resource without looking at what Azure already holds.
import type { Props } from "../../provider";
import { invalid, missing, type Problem } from "../arm";
import { contains, range, type Range } from "../cidr";
import { checkConstraints, checkShape } from "../schema";
import { sdk } from "../sdk";
import type { ResourceType } from "../types";
import { UNKNOWN } from "../../provider";
import { absent, at, isObject, list, text } from "../values";
import { checkCluster } from "./cluster";
import { checkPool, checkVersion } from "./pool";

/** @param inputs azure-native's inputs, with names; @param body the ARM body made of them. */
export function* checkResource(type: ResourceType, inputs: Props, body: Props): Generator<Problem> {
  yield* checkNames(type, inputs);
  const shape = checkShape(type.model, body);
  yield* shape;
  // A rule about a member that is misspelt or mistyped would only confuse.
  const wrong = new Set(shape.map((problem) => problem.target));
  for (const problem of rulesOf(type, inputs, body)) if (!wrong.has(problem.target)) yield problem;
}

function* rulesOf(type: ResourceType, inputs: Props, body: Props): Generator<Problem> {
  if (type.model === "ManagedCluster") yield* checkCluster(body, inputs);
  if (type.model === "AgentPool") {
    const properties = isObject(body.properties) ? body.properties : {};
    yield* checkPool(properties, "properties.", text(inputs, "agentPoolName"));
    yield* checkVersion(at(properties, "orchestratorVersion"), "properties.orchestratorVersion");
  }
  if (type.model === "MaintenanceConfiguration") yield* checkMaintenance(inputs, body);
  if (type.model === "VirtualNetwork") yield* checkVirtualNetwork(body);
  if (type.model === "Subnet") yield* checkSubnet(body.properties as Props, "properties.");
  if (type.model === "RoleAssignment") yield* checkRole(body);
}

/**
 * Names in the id. Those of AKS carry their patterns in the SDK; the others: azure-rest-api-specs and
 * learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules.
 */
const namePatterns: Record<string, [RegExp, string]> = {
  "ResourceGroup.resourceGroupName": [
    /^[-\w.()]{0,89}[-\w()]$/,
    "1 to 90 letters, digits, - _ . ( ), no dot at the end",
  ],
  "Identity.resourceName": [/^[A-Za-z0-9][-\w]{2,127}$/, "3 to 128 letters, digits, - and _"],
  "VirtualNetwork.virtualNetworkName": [/^[A-Za-z0-9][-\w.]{0,62}\w$/, "2 to 64 letters, digits, - _ ."],
  "Subnet.subnetName": [/^[A-Za-z0-9]([-\w.]{0,78}\w)?$/, "1 to 80 letters, digits, - _ ."],
  "RoleAssignment.roleAssignmentName": [/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "a UUID"],
};

function* checkNames(type: ResourceType, inputs: Props): Generator<Problem> {
  for (const name of type.names) {
    const value = text(inputs, name);
    if (value === undefined) continue;
    const parameter = type.apiVersion === "2025-09-01" ? sdk().parameters[name] : undefined;
    if (parameter) yield* checkConstraints(parameter.mapper, value, name);
    const [pattern, wanted] = namePatterns[`${type.model}.${name}`] ?? [];
    if (pattern && !pattern.test(value))
      yield invalid(name, `The value of parameter ${name} is invalid: "${value}".`, `Write ${wanted}.`);
  }
}

/** learn.microsoft.com/azure/aks/planned-maintenance: three names, each with its own kind of window. */
function* checkMaintenance(inputs: Props, body: Props): Generator<Problem> {
  const name = text(inputs, "configName");
  const window = "properties.maintenanceWindow";
  if (name === undefined) return;
  if (name === "default") {
    if (absent(body, "properties.timeInWeek"))
      yield missing("properties.timeInWeek", "Configuration `default` has timeInWeek: days and hours.");
  } else if (name === "aksManagedAutoUpgradeSchedule" || name === "aksManagedNodeOSUpgradeSchedule") {
    if (absent(body, window)) yield missing(window, `Configuration \`${name}\` has a maintenanceWindow.`);
  } else
    yield invalid(
      "configName",
      `The maintenance configuration name '${name}' is invalid.`,
      "Write default, aksManagedAutoUpgradeSchedule or aksManagedNodeOSUpgradeSchedule.",
    );
  const schedule = at(body, `${window}.schedule`);
  const kinds = isObject(schedule) ? Object.keys(schedule).length : undefined;
  if (!absent(body, window) && absent(body, `${window}.schedule`))
    yield missing(`${window}.schedule`, "Write one of daily, weekly, absoluteMonthly, relativeMonthly.");
  if (kinds !== undefined && kinds !== 1)
    yield invalid(`${window}.schedule`, `A window has one schedule, ${kinds} given.`, "Keep one of them.");
  for (const [i, entry] of (list(body, "properties.timeInWeek") ?? []).entries())
    for (const hour of list(entry, "hourSlots") ?? [])
      if (typeof hour === "number" && (hour < 0 || hour > 23 || !Number.isInteger(hour)))
        yield invalid(
          `properties.timeInWeek[${i}].hourSlots`,
          `Hour ${hour} is invalid.`,
          "Hours are 0 to 23 (UTC).",
        );
}

/** azure-rest-api-specs, virtualNetwork.json; learn.microsoft.com/azure/virtual-network/virtual-networks-faq. */
function* checkVirtualNetwork(body: Props): Generator<Problem> {
  const path = "properties.addressSpace.addressPrefixes";
  const spaces: Range[] = [];
  const given = list(body, path) ?? [];
  for (const [i, entry] of given.entries()) yield* checkRange(entry as string, `${path}[${i}]`, 2, spaces);
  for (const [i, subnet] of (list(body, "properties.subnets") ?? []).entries()) {
    if (!isObject(subnet) || !isObject(subnet.properties)) continue;
    const own = `properties.subnets[${i}].properties.`;
    yield* checkSubnet(subnet.properties, own);
    const prefix = range(text(subnet, "properties.addressPrefix") ?? "");
    if (prefix && spaces.length === given.length && !spaces.some((space) => contains(space, prefix)))
      yield invalid(
        `${own}addressPrefix`,
        "The subnet is not in the network's address space.",
        "Write a range in it.",
      );
  }
}

export function* checkSubnet(properties: Props, path: string): Generator<Problem> {
  const prefix = at(properties, "addressPrefix");
  if (
    prefix === undefined &&
    absent(properties, "addressPrefixes") &&
    absent(properties, "ipamPoolPrefixAllocations")
  )
    yield missing(`${path}addressPrefix`, 'Write a range such as "10.224.0.0/16".');
  if (typeof prefix === "string") yield* checkRange(prefix, `${path}addressPrefix`, 29, []);
}

function* checkRange(value: string, path: string, _smallest: number, into: Range[]): Generator<Problem> {
  if (value === UNKNOWN || value.includes(":")) return;
  const found = range(value);
  if (found && found.prefix <= 29) into.push(found);
  else
    yield {
      ...invalid(path, `Address prefix ${value} is invalid.`, 'Write "10.224.0.0/16", /29 or larger.'),
      code: "InvalidCIDRNotation",
    };
}

function* checkRole(body: Props): Generator<Problem> {
  const path = "properties.roleDefinitionId";
  const role = text(body, path);
  const wanted =
    /\/providers\/Microsoft\.Authorization\/roleDefinitions\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
  if (role !== undefined && !wanted.test(role))
    yield invalid(
      path,
      `The role definition ID '${role}' is not valid.`,
      'Write ".../providers/Microsoft.Authorization/roleDefinitions/<UUID>"; a role\'s name is not taken.',
    );
}
