// Whether a subnet holds the nodes that its pools can grow to and, on a flat network, their pods.
import { azureNativeType, genericAzureType } from "../../aksCluster";
import { baseline, NotKnown, stackPolicy } from "../../define";
import { Declared } from "../../stack";
import { items, read, same, Unknown } from "../../unknown";
import { Count, flatMaxPods, isFlat, nodesOf, Placed, poolsIn, total, unknownPools } from "./pools";

const isSubnet = (one: Declared): boolean =>
  azureNativeType(one.type) === "network:Subnet" ||
  genericAzureType(one) === "microsoft.network/virtualnetworks/subnets";

/** Whether a subnet has that id, by the names that it is declared with. */
function hasId({ props }: Declared, id: string): boolean {
  const [, group, net, name] =
    /\/resourceGroups\/([^/]+)\/.*\/virtualNetworks\/([^/]+)\/subnets\/([^/]+)$/i.exec(id) ?? [];
  const isNamed = (wanted: string[], ...properties: string[]) =>
    properties.some((property) => same(read(props, property), ...wanted));
  return (
    name !== undefined &&
    isNamed([group], "resourceGroupName") &&
    isNamed([net, `virtualNetworks/${net}`], "virtualNetworkName", "parentResourcePath") &&
    isNamed([name], "subnetName", "resourceName")
  );
}

/**
 * The subnet of this stack that a pool's property names: by its id or, while a preview does not know that, by what the
 * property comes from. `Unknown` where that leaves several.
 */
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
  const [one, many] = [its("addressPrefix"), its("addressPrefixes")];
  return (one === undefined && Array.isArray(many) ? items(many) : [one ?? many]).flatMap(
    (prefix): Count[] => {
      const [, length] = /^[\d.]+\/(\d+)$/.exec(String(prefix)) ?? [];
      return prefix === Unknown ? [Unknown] : length === undefined ? [] : [Number(length)];
    },
  );
}

/** What pools take of a subnet of this stack, or of one of several. */
interface Share {
  readonly subnet: Declared | typeof Unknown;
  /** Undefined where a preview does not know it. */
  readonly takes?: number;
  readonly words: string;
  readonly note: NotKnown;
}

function sharesOf(placed: Placed, subnets: Declared[]): Share[] {
  const { pool, of, cluster } = placed;
  // Of another stack's cluster only this is known: that a node takes one.
  const flat = cluster ? isFlat(cluster.wanted) : false;
  const pods = flat === true ? (pool.get("maxPods") ?? flatMaxPods(pool)) : flat === false ? 0 : Unknown;
  const isApart = pool.get("podSubnetID") !== undefined;
  const { most } = nodesOf(pool);
  const each: [property: string, addresses: Count][] = [
    ["vnetSubnetID", isApart ? 1 : total([1, pods])],
    ["podSubnetID", pods],
  ];
  return each.flatMap(([property, addresses]) => {
    const subnet = subnetOf(placed, property, subnets);
    if (subnet === undefined) return [];
    const note = { notKnown: `${pool.title}: ${pool.path(property)}`, of };
    if (most === Unknown || addresses === Unknown) return { subnet, words: "", note };
    const takes = most > 0 ? (most + 1) * addresses : 0;
    return { subnet, takes, words: `${pool.title} ${most + 1} nodes of ${addresses}`, note };
  });
}

/** What Azure keeps of each range of a subnet. */
const azures = 5;

export const subnetSize = stackPolicy(
  {
    name: "aks-subnet-size",
    wants:
      "The subnet of an AKS cluster must hold its nodes at their most and, on a flat Azure CNI network, their pods.",
    why:
      "Each node takes one, on a flat network one more for each pod that it may run, and an upgrade one node more " +
      "in each pool. Where none is left nodes are refused, and a subnet in use cannot grow.",
    write:
      "Write a larger `addressPrefix` on the Subnet, or fewer nodes and pods on the pools (`maxCount` or `count`, " +
      '`maxPods`), or `networkPluginMode: "overlay"` on the cluster where its network is flat.',
    ...baseline("medium"),
    answers: "Azure.AKS.CNISubnetSize",
    url: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
  },
  function* (stack) {
    const subnets = stack.resources.filter(isSubnet);
    if (!subnets.length) return;
    yield* unknownPools(stack);
    const shares = poolsIn(stack).flatMap((placed) => sharesOf(placed, subnets));
    for (const { subnet, note } of shares) if (subnet === Unknown) yield note;
    for (const of of subnets) {
      const [its, lengths] = [shares.filter(({ subnet }) => subnet === of), prefixLengths(of)];
      if (!its.length || !lengths.length) continue;
      const own = azures * lengths.length;
      const has = total(lengths.map((length) => (length === Unknown ? Unknown : 2 ** (32 - length))));
      const needs = its.reduce((sum, { takes = 0 }) => sum + takes, own);
      if (has === Unknown) yield { notKnown: "addressPrefix", of };
      else if (needs > has) {
        const prefix = `/${32 - Math.ceil(Math.log2(needs))}`;
        const words = its.flatMap(({ takes, words }) => (takes ? [words] : []));
        yield {
          found:
            `Subnet ${of.name} has ${has} addresses, a prefix of /${lengths.join(" and /")}, and needs ${needs}, ` +
            `a prefix of ${prefix}: ${words.join(", ")}, Azure's own ${own}`,
          of,
        };
      } else for (const { takes, note } of its) if (takes === undefined) yield note;
    }
  },
);
