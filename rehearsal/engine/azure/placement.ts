// What a new or changed resource asks of those that Azure already holds.
import type { Props } from "../provider";
import { ArmError, invalid, notFound, type Problem } from "./arm";
import { contains, overlap, range } from "./cidr";
import type { Store } from "./store";
import type { ResourceType } from "./types";
import { at, isObject, list, sameId, text } from "./values";

/** @throws ArmError in Azure's words where a parent is missing or the resource does not fit what is there. */
export function checkPlacement(
  store: Store,
  type: ResourceType,
  id: string,
  inputs: Props,
  body: Props,
  note: (message: string) => void,
): void {
  checkParents(store, type, id, inputs);
  const problems: Problem[] = [];
  if (type.model === "ManagedCluster") problems.push(...checkClusterNetwork(store, body, note));
  if (type.model === "AgentPool")
    problems.push(...checkSubnetRef(store, text(body, "properties.vnetSubnetID"), note));
  if (type.model === "Subnet") problems.push(...checkSubnetRange(store, id, body));
  if (problems.length > 0) throw new ArmError(problems);
  if (type.model === "RoleAssignment") checkRoleTwice(store, id, inputs);
}

function checkParents(store: Store, type: ResourceType, id: string, inputs: Props): void {
  const group = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\//i.exec(id);
  // A role may be given on something that is older than the rehearsal.
  if (!group || type.model === "RoleAssignment") return;
  if (!store.get(group[0].slice(0, -1)))
    throw notFound(
      "ResourceGroupNotFound",
      `Resource group '${group[1]}' could not be found.`,
      "Declare it as a ResourceGroup in the program and use its `name`: the rehearsal's Azure holds nothing else.",
    );
  if (type.names.length < 3) {
    const clash = type.model === "ManagedCluster" && otherCluster(store, id, String(inputs.resourceName));
    if (clash) throw clash;
    return;
  }
  const parent = id.split("/").slice(0, -2).join("/");
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

function* checkClusterNetwork(
  store: Store,
  body: Props,
  note: (message: string) => void,
): Generator<Problem> {
  const services = range(text(body, "properties.networkProfile.serviceCidr") ?? "10.0.0.0/16");
  for (const [i, pool] of (list(body, "properties.agentPoolProfiles") ?? []).entries()) {
    const subnet = text(pool, "vnetSubnetID");
    yield* checkSubnetRef(store, subnet, note);
    const prefix = subnet === undefined ? undefined : subnetPrefix(store, subnet);
    const used = prefix === undefined ? undefined : range(prefix);
    if (services && used && overlap(services, used))
      yield {
        target: "properties.networkProfile.serviceCidr",
        code: "ServiceCidrOverlapExistingSubnetsCidr",
        message: `The specified service CIDR ${text(body, "properties.networkProfile.serviceCidr") ?? "10.0.0.0/16"} is conflicted with an existing subnet CIDR ${prefix}.`,
        advice: `Set serviceCidr and dnsServiceIP to a range outside the network of pool ${i}.`,
      };
  }
  const assigned = at(body, "identity.userAssignedIdentities");
  for (const identity of isObject(assigned) ? Object.keys(assigned) : []) {
    if (store.get(identity)) continue;
    const group = identity.split("/").slice(0, 5).join("/");
    if (store.get(group))
      yield {
        ...invalid(
          "identity.userAssignedIdentities",
          `The identity '${identity}' was not found.`,
          "Use its `id`.",
        ),
        code: "ResourceNotFound",
      };
    else note(`${identity} is outside the rehearsal: whether it exists is not checked.`);
  }
}

function subnetPrefix(store: Store, id: string): string | undefined {
  const own = store.get(id);
  if (own) return text(own.response, "properties.addressPrefix");
  const network = store.get(id.split("/").slice(0, -2).join("/"));
  const inlined = list(network?.response, "properties.subnets")?.find(
    (subnet) => text(subnet, "name")?.toLowerCase() === id.split("/").at(-1)?.toLowerCase(),
  );
  return text(inlined, "properties.addressPrefix");
}

function* checkSubnetRef(
  store: Store,
  id: string | undefined,
  note: (message: string) => void,
): Generator<Problem> {
  if (id === undefined || subnetPrefix(store, id) !== undefined || store.get(id)) return;
  if (store.get(id.split("/").slice(0, -2).join("/")))
    yield {
      target: "properties.agentPoolProfiles.vnetSubnetID",
      code: "SubnetNotFound",
      message: `The subnet '${id}' was not found.`,
      advice: "Use the Subnet resource's `id`, so that the cluster waits for it.",
    };
  else note(`${id} is outside the rehearsal: whether it exists is not checked.`);
}

/** Network RP: NetcfgSubnetRangeOutsideVnet and NetcfgSubnetRangesOverlap. */
function* checkSubnetRange(store: Store, id: string, body: Props): Generator<Problem> {
  const wanted = text(body, "properties.addressPrefix");
  const own = wanted === undefined ? undefined : range(wanted);
  const network = store.get(id.split("/").slice(0, -2).join("/"));
  if (!own || !network) return;
  const spaces = (list(network.response, "properties.addressSpace.addressPrefixes") ?? []) as string[];
  const name = id.split("/").at(-1)!;
  const target = "properties.addressPrefix";
  if (!spaces.some((space) => range(space) && contains(range(space)!, own)))
    yield {
      target,
      code: "NetcfgSubnetRangeOutsideVnet",
      message: `Subnet '${name}' is not valid because its IP address range is outside the IP address range of virtual network '${String(network.response.name)}'.`,
      advice: `Write a range inside ${spaces.join(", ")}.`,
    };
  const inlined = (list(network.response, "properties.subnets") ?? []) as Props[];
  const others = [...store.under(network.id).map((entry) => entry.response), ...inlined];
  for (const other of others) {
    const taken = range(text(other, "properties.addressPrefix") ?? "");
    if (taken && !sameId(String(other.id), id) && overlap(taken, own))
      yield {
        target,
        code: "NetcfgSubnetRangesOverlap",
        message: `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '${String(network.response.name)}'.`,
        advice: `Subnet '${String(other.name)}' has ${text(other, "properties.addressPrefix")}: write another range.`,
      };
  }
}

/** Authorization RP: one assignment of a role to a principal at a scope. */
function checkRoleTwice(store: Store, id: string, inputs: Props): void {
  const same = store.ofType("Microsoft.Authorization/roleAssignments").find((entry) => {
    const is = (name: string) =>
      sameId(String(at(entry.response, `properties.${name}`)), String(inputs[name]));
    return !sameId(entry.id, id) && is("scope") && is("principalId") && is("roleDefinitionId");
  });
  if (same)
    throw new ArmError(
      [
        {
          target: "",
          code: "RoleAssignmentExists",
          message: `The role assignment already exists. The ID of the existing role assignment is ${String(same.response.name)}.`,
          advice: "Declare it once.",
        },
      ],
      409,
    );
}

/** The cluster or pool that stands in a subnet (or in a network), if any. */
export function subnetUser(store: Store, id: string): string | undefined {
  const inside = (ref: string | undefined): boolean =>
    ref !== undefined && (sameId(ref, id) || ref.toLowerCase().startsWith(`${id.toLowerCase()}/`));
  for (const entry of store.ofType("Microsoft.ContainerService/managedClusters"))
    if (
      (list(entry.response, "properties.agentPoolProfiles") ?? []).some((pool) =>
        inside(text(pool, "vnetSubnetID")),
      )
    )
      return entry.id;
  return store
    .ofType("Microsoft.ContainerService/managedClusters/agentPools")
    .find((entry) => inside(text(entry.response, "properties.vnetSubnetID")))?.id;
}
