// Everything that is checked of one resource without looking at what Azure already holds.
import type { Props } from "../../plugin/provider";
import { invalid, type Problem } from "../arm";
import { checkGeneric } from "../generic";
import { checkPreviews, newestVersion, takePreviews, withVersions } from "../previews";
import { checkConstraints, checkShape } from "../schema";
import { sdk } from "../sdk";
import { madeType, type ResourceType } from "../types";
import { at, isObject, text } from "../values";
import { checkCluster } from "./cluster";
import { checkMaintenance } from "./maintenance";
import { checkAssociation, checkCollectionRule, checkDiagnostics, checkWorkspace } from "./monitoring";
import { checkPool, checkVersion } from "./pool";
import { checkDiskEncryptionSet, checkKey, checkVault } from "./vault";
import { checkSubnet, checkVirtualNetwork } from "./virtualNetwork";

/** @param inputs azure-native's inputs, with names; @param body the ARM body made of them. */
export function* checkResource(type: ResourceType, inputs: Props, body: Props): Generator<Problem> {
  const made = madeType(type);
  yield* checkNames(made, inputs);
  if (type.generic) checkGeneric(inputs);
  const split = takePreviews(body, type.generic ? (text(inputs, "apiVersion") ?? newestVersion) : undefined);
  const shape = checkShape(made.model, split.body).map(withVersions);
  yield* shape;
  // A rule about a member that is misspelt or mistyped would only confuse.
  const wrong = new Set(shape.map((problem) => problem.target));
  for (const problem of rulesOf(made, inputs, split.body)) if (!wrong.has(problem.target)) yield problem;
  yield* checkPreviews(split, inputs);
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
  if (type.model === "Workspace") yield* checkWorkspace(body);
  if (type.model === "DiagnosticSetting") yield* checkDiagnostics(inputs, body);
  if (type.model === "DataCollectionRule") yield* checkCollectionRule(body);
  if (type.model === "DataCollectionRuleAssociation") yield* checkAssociation(body);
  if (type.model === "DiskEncryptionSet") yield* checkDiskEncryptionSet(body);
  if (type.model === "Vault") yield* checkVault(body);
  if (type.model === "Key") yield* checkKey(body);
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
  "Workspace.workspaceName": [
    /^[A-Za-z0-9][-A-Za-z0-9]{2,61}[A-Za-z0-9]$/,
    "4 to 63 letters, digits and hyphens",
  ],
  "DiagnosticSetting.name": [/^[^<>*%&:\\?+/]{1,260}$/, "1 to 260 characters without < > * % & : \\ ? + /"],
  "DataCollectionRule.dataCollectionRuleName": [
    /^[^<>*%&:\\?+/]{1,260}$/,
    "1 to 260 characters without < > * % & : \\ ? + /",
  ],
  "DiskEncryptionSet.diskEncryptionSetName": [/^[-\w]{1,80}$/, "1 to 80 letters, digits, - and _"],
  "Vault.vaultName": [
    /^(?!.*--)[A-Za-z][-A-Za-z0-9]{1,22}[A-Za-z0-9]$/,
    "3 to 24 letters, digits and hyphens, beginning with a letter, no two hyphens in a row",
  ],
  "Key.keyName": [/^[-A-Za-z0-9]{1,127}$/, "1 to 127 letters, digits and hyphens"],
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
