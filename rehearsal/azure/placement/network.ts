// What a cluster or a subnet asks of the networks that Azure already holds.
import type { Props } from "../../plugin/provider";
import type { Problem } from "../arm";
import { contains, overlaps, range } from "../cidr";
import type { Store } from "../store";
import { cluster, parentOf } from "../types";
import { list, sameId, text } from "../values";
import { inlineSubnet, nodeSubnets } from "./held";

export function* checkClusterNetwork(store: Store, body: Props): Generator<Problem> {
  const target = "properties.networkProfile.serviceCidr";
  const services = text(body, target) ?? "10.0.0.0/16";
  for (const [, id] of nodeSubnets(body)) {
    const prefix = text(store.get(id)?.response ?? inlineSubnet(store, id), "properties.addressPrefix");
    const [own, used] = [range(services), range(prefix)];
    if (own && used && overlaps(own, used))
      yield {
        target,
        code: "ServiceCidrOverlapExistingSubnetsCidr",
        message: `The specified service CIDR ${services} is conflicted with an existing subnet CIDR ${prefix}.`,
        advice: `Set serviceCidr and dnsServiceIP to a range outside the network of that subnet.`,
      };
  }
}

/** Network RP: NetcfgSubnetRangeOutsideVnet and NetcfgSubnetRangesOverlap. */
export function* checkSubnetRange(store: Store, id: string, body: Props): Generator<Problem> {
  const target = "properties.addressPrefix";
  const own = range(text(body, target));
  const network = store.get(parentOf(id));
  if (!own || !network) return;
  const spaces = list(network.response, "properties.addressSpace.addressPrefixes") as string[];
  const not = (code: string, why: string, advice: string): Problem => ({
    target,
    code,
    message: `Subnet '${id.split("/").at(-1)}' is not valid because its IP address range ${why} virtual network '${String(network.response.name)}'.`,
    advice,
  });
  if (!spaces.some((space) => range(space) && contains(range(space)!, own)))
    yield not(
      "NetcfgSubnetRangeOutsideVnet",
      "is outside the IP address range of",
      `Write a range inside ${spaces.join(", ")}.`,
    );
  const inlined = list(network.response, "properties.subnets") as Props[];
  for (const other of [...store.under(network.id).map((entry) => entry.response), ...inlined]) {
    const taken = range(text(other, target));
    if (taken && !sameId(String(other.id), id) && overlaps(taken, own))
      yield not(
        "NetcfgSubnetRangesOverlap",
        "overlaps with that of an existing subnet in",
        `Subnet '${String(other.name)}' has ${text(other, target)}: write another range.`,
      );
  }
}

/** The cluster or pool that stands in a subnet (or in a network), if any. */
export function subnetUser(store: Store, id: string): string | undefined {
  const within = `${id.toLowerCase()}/`;
  const users = [...store.ofType(cluster.arm), ...store.ofType(`${cluster.arm}/agentPools`)];
  return users.find(({ response }) =>
    nodeSubnets(response).some(([, subnet]) => `${subnet.toLowerCase()}/`.startsWith(within)),
  )?.id;
}
