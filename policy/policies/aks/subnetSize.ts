// Whether a subnet holds the nodes that its pools can grow to and, on a flat network, their pods.
import { azureNativeType, genericAzureType } from "../../aksCluster";
import { baseline, stackPolicy, where } from "../../define";
import { Declared } from "../../stack";
import { items, read, Unknown } from "../../unknown";
import { Count, flatMaxPods, isFlat, nodesOf, Placed, poolsIn, total, unknownPools } from "./pools";

const isSubnet = (one: Declared): boolean =>
  azureNativeType(one.type) === "network:Subnet" ||
  genericAzureType(one) === "microsoft.network/virtualnetworks/subnets";

/** Whether a subnet has that id, by the names that it is declared with. */
function hasId({ props }: Declared, id: string): boolean {
  const its = (...names: string[]) => String(names.map((name) => read(props, name)).find((value) => value));
  const net = its("virtualNetworkName", "parentResourcePath").split("/").pop();
  const own = `virtualNetworks/${net}/subnets/${its("subnetName", "resourceName")}`;
  const end = `/resourceGroups/${its("resourceGroupName")}/providers/Microsoft.Network/${own}`;
  return id.toLowerCase().endsWith(end.toLowerCase());
}

/** The subnet that a pool's property names: by id or, in a first preview, by dependencies. `Unknown`: several. */
function subnetOf({ pool, of }: Placed, property: string, subnets: Declared[]) {
  const id = pool.get(property);
  const [written] = pool.path(property).split(/[.[]/);
  const from = of.propertyDependencies[written] ?? of.dependencies;
  const found = subnets.filter((one) => (id === Unknown ? from.includes(one) : hasId(one, String(id))));
  return found.length > 1 ? Unknown : found[0];
}

/** The lengths of a subnet's IPv4 prefixes. */
function prefixLengths({ props }: Declared): Count[] {
  const its = (name: string) => read(props, name) ?? read(props, "properties", name);
  const prefixes = its("addressPrefix") ?? its("addressPrefixes");
  return (Array.isArray(prefixes) ? items(prefixes) : [prefixes]).flatMap((prefix): Count[] => {
    if (prefix === Unknown) return [Unknown];
    const [, length] = /^[\d.]+\/(\d+)$/.exec(String(prefix)) ?? [];
    return length === undefined ? [] : [Number(length)];
  });
}

/** What a pool takes of each subnet of this stack, or of one of several. */
function sharesOf(placed: Placed, subnets: Declared[]) {
  const { pool, of, cluster } = placed;
  // Of another stack's cluster only this is known: that a node takes one.
  const flat = cluster ? isFlat(cluster.wanted) : false;
  const pods = flat === true ? (pool.get("maxPods") ?? flatMaxPods(pool)) : flat === false ? 0 : Unknown;
  const { most } = nodesOf(pool);
  const each: [property: string, addresses: Count][] = [
    ["vnetSubnetID", pool.get("podSubnetID") === undefined ? total([1, pods]) : 1],
    ["podSubnetID", pods],
  ];
  return each.flatMap(([property, addresses]) => {
    const subnet = subnetOf(placed, property, subnets);
    const note = { notKnown: where(pool, property), of };
    if (subnet === undefined || most === 0 || addresses === 0) return [];
    if (most === Unknown || addresses === Unknown) return [{ subnet, note, takes: 0, words: "" }];
    const words = `${pool.title} ${most + 1} nodes of ${addresses}`;
    return [{ subnet, note, takes: (most + 1) * addresses, words }];
  });
}

export const subnetSize = stackPolicy({
  name: "aks-subnet-size",
  wants: "The subnet of an AKS cluster must hold its nodes and, on a flat Azure CNI network, their pods.",
  why: "Where no address is left nodes are refused, also the one more a pool of upgrades; a used subnet cannot grow.",
  write:
    "Write a larger `addressPrefix` on the Subnet, a smaller `maxCount`, `count` or `maxPods` on its pools, or " +
    '`networkPluginMode: "overlay"` on a flat cluster.',
  ...baseline("medium"),
  answers: "Azure.AKS.CNISubnetSize",
  url: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
  *judge(stack) {
    const subnets = stack.resources.filter(isSubnet);
    if (!subnets.length) return;
    yield* unknownPools(stack);
    const shares = poolsIn(stack).flatMap((placed) => sharesOf(placed, subnets));
    yield* shares.filter(({ subnet }) => subnet === Unknown).map(({ note }) => note);
    for (const of of subnets) {
      const [its, lengths] = [shares.filter(({ subnet }) => subnet === of), prefixLengths(of)];
      if (!its.length || !lengths.length) continue;
      const has = total(lengths.map((length) => (length === Unknown ? Unknown : 2 ** (32 - length))));
      // Azure keeps five of each.
      const own = 5 * lengths.length;
      const needs = its.reduce((sum, { takes }) => sum + takes, own);
      if (has === Unknown) yield { notKnown: "addressPrefix", of };
      else if (needs > has) {
        const given = `has ${has} addresses, a prefix of /${lengths.join(" and /")}`;
        const wanted = `needs ${needs}, a prefix of /${32 - Math.ceil(Math.log2(needs))}`;
        const words = [...its.flatMap(({ words }) => words || []), `Azure's own ${own}`].join(", ");
        yield { found: `Subnet ${of.name} ${given}, and ${wanted}: ${words}`, of };
      } else yield* its.filter(({ words }) => !words).map(({ note }) => note);
    }
  },
});
