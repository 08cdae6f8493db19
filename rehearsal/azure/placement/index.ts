// What a new or changed resource asks of those that Azure already holds.
import type { Props } from "../../plugin/provider";
import { ArmError, notFound, type Problem } from "../arm";
import type { Store } from "../store";
import { parentOf, type ResourceType } from "../types";
import { at, isObject, list, sameId, text } from "../values";
import { checkClusterDisks, checkSetKey } from "./disks";
import { checkHeld, type Note } from "./held";
import { checkAssociated, checkClusterLogs, checkRuleDestinations, checkSetting } from "./monitoring";
import { checkClusterNetwork, checkSubnetRange, checkSubnetRef } from "./network";
import { checkRoleTwice, checkScope, checkSubnetRole } from "./roles";

export { subnetUser } from "./network";

/** @throws ArmError in Azure's words where a parent is missing or the resource does not fit what is there. */
export function checkPlacement(
  store: Store,
  type: ResourceType,
  id: string,
  inputs: Props,
  body: Props,
  note: Note,
): void {
  checkParents(store, type, id, inputs);
  const problems = [...problemsOf(store, type, id, body, note)];
  if (problems.length > 0) throw new ArmError(problems);
  if (type.model === "RoleAssignment") {
    checkScope(store, String(inputs.scope), note);
    checkRoleTwice(store, id, inputs);
  }
  if (type.model === "DataCollectionRuleAssociation") checkAssociated(store, inputs, body, note);
  if (type.model === "DiagnosticSetting") checkSetting(store, id, inputs, body, note);
}

function* problemsOf(
  store: Store,
  type: ResourceType,
  id: string,
  body: Props,
  note: Note,
): Generator<Problem> {
  if (type.model === "ManagedCluster") {
    yield* checkClusterNetwork(store, body, note);
    yield* checkIdentities(store, body, note);
    for (const [i, pool] of (list(body, "properties.agentPoolProfiles") ?? []).entries())
      yield* subnetRole(store, body, pool, `properties.agentPoolProfiles[${i}].`, note);
    yield* checkClusterDisks(store, body, note);
    yield* checkClusterLogs(store, body, note);
  }
  if (type.model === "AgentPool") {
    yield* checkSubnetRef(store, text(body, "properties.vnetSubnetID"), note);
    const cluster = store.get(parentOf(id))!.response;
    yield* subnetRole(store, cluster, body.properties, "properties.", note);
  }
  if (type.model === "DataCollectionRule") yield* checkRuleDestinations(store, body, note);
  if (type.model === "Subnet") yield* checkSubnetRange(store, id, body);
  if (type.model === "DiskEncryptionSet") {
    yield* checkIdentities(store, body, note);
    yield* checkSetKey(store, body, note);
  }
}

function* checkIdentities(store: Store, body: Props, note: Note): Generator<Problem> {
  const assigned = at(body, "identity.userAssignedIdentities");
  for (const identity of isObject(assigned) ? Object.keys(assigned) : [])
    yield* checkHeld(store, identity, "identity.userAssignedIdentities", note);
}

function* subnetRole(
  store: Store,
  cluster: Props,
  pool: unknown,
  path: string,
  note: Note,
): Generator<Problem> {
  const subnet = isObject(pool) ? text(pool, "vnetSubnetID") : undefined;
  if (subnet !== undefined) yield* checkSubnetRole(store, cluster, subnet, `${path}vnetSubnetID`, note);
}

function checkParents(store: Store, type: ResourceType, id: string, inputs: Props): void {
  const group = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\//i.exec(id);
  // What an extension extends may be older than the rehearsal.
  if (!group || type.names[0] !== "resourceGroupName") return;
  if (!store.get(group[0].slice(0, -1)))
    throw notFound(
      "ResourceGroupNotFound",
      `Resource group '${group[1]}' could not be found.`,
      "Declare it as a ResourceGroup in the program and use its `name`: the rehearsal's Azure holds nothing else.",
    );
  if (type.names.length < 3) {
    const clash = type.model === "ManagedCluster" && otherCluster(store, id, String(inputs.resourceName));
    if (clash) throw clash;
    if (type.model === "Vault") checkVaultName(store, id, String(inputs.vaultName));
    return;
  }
  const parent = parentOf(id);
  if (!store.get(parent))
    throw notFound(
      "ParentResourceNotFound",
      `Failed to perform 'write' on resource(s) of type '${type.arm.split("/").slice(1).join("/")}', because the parent resource '${parent}' could not be found.`,
      "Create the parent first: take its name from the resource's output, so that this one depends on it.",
    );
}

/** Azure allows it; on this machine a cluster's folder bears its name. */
function otherCluster(store: Store, id: string, name: string): Error | undefined {
  const same = store
    .ofType("Microsoft.ContainerService/managedClusters")
    .find(
      (entry) => !sameId(entry.id, id) && String(entry.response.name).toLowerCase() === name.toLowerCase(),
    );
  return (
    same &&
    new Error(`The rehearsal runs one cluster of a name, and ${same.id} is there. Rename one of the two.`)
  );
}

/** A vault's name is a host name. Its words: MicrosoftDocs/azure-docs, key-vault/general/troubleshooting. */
function checkVaultName(store: Store, id: string, name: string): void {
  const other = store
    .ofType("Microsoft.KeyVault/vaults")
    .find((entry) => !sameId(entry.id, id) && sameId(String(entry.response.name), name));
  if (!other) return;
  const message = `The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already taken.`;
  throw new ArmError(
    [{ target: "", code: "VaultAlreadyExists", message, advice: `${other.id} has it: write another name.` }],
    409,
  );
}
