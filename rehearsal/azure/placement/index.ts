// What a new or changed resource asks of those that Azure already holds.
import type { Props } from "../../plugin/provider";
import { ArmError, refusal } from "../arm";
import type { Store } from "../store";
import { cluster, namesIn, parentOf, typeOfId, type ResourceType } from "../types";
import { list, sameId, text } from "../values";
import { checkKeyAccess, checkSetKey } from "./disks";
import { checkReferences, type Note } from "./held";
import { checkClusterNetwork, checkSubnetRange } from "./network";
import { checkRoleTwice, checkSubnetRoles } from "./roles";

export { subnetUser } from "./network";

/** @throws ArmError in Azure's words where a parent is missing or the resource does not fit what is there. */
export function checkPlacement(store: Store, id: string, body: Props, note: Note): void {
  const type = typeOfId(id)!;
  checkParents(store, type, id);
  if (type.model === "ManagedCluster") checkOneOfName(store, id);
  const names = namesIn(type, id);
  const problems = [...checkReferences(store, id, { ...names, ...body }, note)];
  if (type.model === "ManagedCluster")
    problems.push(
      ...checkClusterNetwork(store, body),
      ...checkSubnetRoles(store, body, body, note),
      ...checkKeyAccess(store, body),
    );
  if (type.model === "AgentPool")
    problems.push(...checkSubnetRoles(store, store.get(parentOf(id))!.response, body, note));
  if (type.model === "Subnet") problems.push(...checkSubnetRange(store, id, body));
  if (type.model === "DiskEncryptionSet") problems.push(...checkSetKey(store, body));
  // What an extension extends stands in its address: without it, it is the address that is not found.
  const extended = problems.some(({ target }) => target === "scope" || target === "resourceUri");
  if (problems.length > 0) throw new ArmError(problems, extended ? 404 : 400);
  if (type.model === "RoleAssignment") checkRoleTwice(store, id, { ...names, ...(body.properties as Props) });
  if (type.model === "DiagnosticSetting") checkSinkTwice(store, id, body);
}

function checkParents(store: Store, type: ResourceType, id: string): void {
  const [group] = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+(?=\/)/i.exec(id) ?? [];
  // What an extension extends may be older than the rehearsal.
  if (!group || type.names[0] !== "resourceGroupName") return;
  store.existing(group);
  const parent = parentOf(id);
  if (type.nested && !store.get(parent))
    throw refusal(
      404,
      "ParentResourceNotFound",
      `Failed to perform 'write' on resource(s) of type '${type.arm.split("/").slice(1).join("/")}', because the parent resource '${parent}' could not be found.`,
      "Create the parent first: take its name from the resource's output, so that this one depends on it.",
    );
}

/** Azure allows several; on this machine a cluster's folder bears its name. */
function checkOneOfName(store: Store, id: string): void {
  const name = id.split("/").at(-1)!;
  const other = store
    .ofType(cluster.arm)
    .find((entry) => !sameId(entry.id, id) && sameId(entry.id.split("/").at(-1)!, name));
  if (other)
    throw new Error(
      `The rehearsal runs one cluster of a name, and ${other.id} is there. Rename one of the two.`,
    );
}

/** A category goes to a workspace once. @throws ArmError in the words of Azure/Enterprise-Scale, known issues of the diagnostics initiative */
function checkSinkTwice(store: Store, id: string, body: Props): void {
  const sink = text(body, "properties.workspaceId");
  for (const other of sink === undefined ? [] : store.ofType("Microsoft.Insights/diagnosticSettings")) {
    if (sameId(other.id, id) || !sameId(parentOf(other.id), parentOf(id))) continue;
    if (!sameId(text(other.response, "properties.workspaceId") ?? "", sink!)) continue;
    const twice = categories(other.response).find((one) => categories(body).includes(one));
    if (twice === undefined) continue;
    const message = `Data sink '${sink}' is already used in diagnostic setting '${String(other.response.name)}' for category '${twice}'. Data sinks can't be reused in different settings on the same category for the same resource.`;
    const advice = "Take the category out of one of the two, or send it to another workspace.";
    throw refusal(409, "Conflict", message, advice);
  }
}

const categories = (body: Props): string[] =>
  ["logs", "metrics"]
    .flatMap((kind) => list(body, `properties.${kind}`) as Props[])
    .filter((entry) => entry.enabled === true)
    .map((entry) => String(entry.category ?? entry.categoryGroup));
