// What a cluster, a pool or a subnet asks of the networks that Azure already holds.
import type { Props } from "../../plugin/provider";
import type { Problem } from "../arm";
import { contains, overlap, range } from "../cidr";
import type { Store } from "../store";
import { parentOf } from "../types";
import { list, sameId, text } from "../values";
import { existence, outside, type Note } from "./held";

export function* checkClusterNetwork(store: Store, body: Props, note: Note): Generator<Problem> {
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
}

function subnetPrefix(store: Store, id: string): string | undefined {
  const own = store.get(id);
  if (own) return text(own.response, "properties.addressPrefix");
  const network = store.get(parentOf(id));
  const inlined = list(network?.response, "properties.subnets")?.find(
    (subnet) => text(subnet, "name")?.toLowerCase() === id.split("/").at(-1)?.toLowerCase(),
  );
  return text(inlined, "properties.addressPrefix");
}

export function* checkSubnetRef(store: Store, id: string | undefined, note: Note): Generator<Problem> {
  if (id === undefined || subnetPrefix(store, id) !== undefined || store.get(id)) return;
  if (existence(store, parentOf(id)) !== "unknown")
    yield {
      target: "properties.agentPoolProfiles.vnetSubnetID",
      code: "SubnetNotFound",
      message: `The subnet '${id}' was not found.`,
      advice: "Use the Subnet resource's `id`, so that the cluster waits for it.",
    };
  else note(outside(id));
}

/** Network RP: NetcfgSubnetRangeOutsideVnet and NetcfgSubnetRangesOverlap. */
export function* checkSubnetRange(store: Store, id: string, body: Props): Generator<Problem> {
  const wanted = text(body, "properties.addressPrefix");
  const own = wanted === undefined ? undefined : range(wanted);
  const network = store.get(parentOf(id));
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
