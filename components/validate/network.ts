// The cluster's network: none of its ranges may overlap another, and each must hold what the pools can grow to.
import type { NetworkArgs } from "../aksClusterArgs";
import { addressAt, overlaps, parseCidr } from "../cidr";
import { CalicoMode, NetworkMode } from "../enums";
import type { ArgumentReader } from "./arguments";
import type { Finding } from "./findings";
import type { PoolPlan } from "./pools";
import { anything, cidr, object, oneOf, plain } from "./shapes";

export const network = object<NetworkArgs>(
  {
    mode: plain(oneOf(NetworkMode)),
    subnetId: anything,
    vnetCidr: cidr,
    subnetCidr: cidr,
    podCidr: cidr,
    serviceCidr: cidr,
  },
  { elsewhere: "managedCluster.networkProfile.NAME where it is a property of azure-native's" },
);

/** The ranges that AKS takes when none is given. */
const defaultRanges = { podCidr: "10.244.0.0/16", serviceCidr: "10.0.0.0/16" };
/** The VNet that AKS makes where no subnet is given, as `az network vnet list` shows it in the node resource group. */
const aksVnet = "10.224.0.0/12";
const aksSubnet = "10.224.0.0/16";
/** AKS's default on a flat network (azure-aks-docs, concepts-network-ip-address-planning). */
const flatMaxPods = 30;

/** The network with every default in place; `mode` is undefined where Calico gives pods their addresses. */
export function readNetwork(
  reader: ArgumentReader,
  given: NetworkArgs = {},
  calico: CalicoMode,
  pools: PoolPlan[],
) {
  const cni = calico === CalicoMode.CalicoCni;
  const mode = cni ? undefined : (given.mode ?? NetworkMode.Overlay);
  const flat = mode === NetworkMode.Flat;
  const podCidr = flat ? undefined : (given.podCidr ?? (cni ? undefined : defaultRanges.podCidr));
  const ownSubnet =
    given.subnetId !== undefined || pools.some(({ profile }) => profile.vnetSubnetID !== undefined);
  if (cni && given.mode !== undefined)
    reader.refuse("network.mode", {
      wrong: `is ${given.mode} while mode is CalicoCni`,
      why: "there Calico and not Azure CNI gives addresses to pods",
      write: "mode: SelfManaged or AzureManaged beside it, or leave it out",
    });
  if (cni && given.podCidr === undefined) reader.refuse("network.podCidr", podCidrMissing);
  if (!cni && given.mode === NetworkMode.Flat && given.podCidr !== undefined)
    reader.refuse("network.podCidr", {
      wrong: "is given, but mode is Flat",
      why: "there pods take addresses of the nodes' subnet, and AKS would ignore the range",
      write: "mode: Overlay, or leave it out",
    });
  for (const key of ["vnetCidr", "subnetCidr"] as const)
    if (given[key] !== undefined && !ownSubnet)
      reader.refuse(`network.${key}`, {
        wrong: "is given without subnetId",
        why: "it says which addresses a network of yours has; AKS's own network cannot be chosen by it",
        write: "network.subnetId beside it, or leave it out",
      });
  const growing = pools.map((pool) => ({
    nodes: pool.autoscaling?.max ?? pool.count,
    maxPods: pool.profile.maxPods ?? pool.maxPods ?? flatMaxPods,
    inSubnet: pool.profile.vnetSubnetID === undefined,
  }));
  const serviceCidr = reader.all<string>(
    [given.serviceCidr ?? defaultRanges.serviceCidr, podCidr, given.vnetCidr, given.subnetCidr, growing],
    ([services, pods, vnet, subnet, known]) => [
      ...overlapping(services, pods, ownSubnet, vnet ?? subnet),
      ...tooSmall("network.podCidr", pods, cni ? needs.calico : needs.overlay, known),
      ...tooSmall(
        "network.subnetCidr",
        ownSubnet ? subnet : aksSubnet,
        flat ? needs.flat : needs.nodes,
        known.filter((pool: GrowingPool) => pool.inSubnet),
      ),
    ],
  );
  return { mode, subnetId: given.subnetId, podCidr, serviceCidr };
}

/** For the cluster and for its data plane. */
export const podCidrMissing = {
  wrong: "is missing while mode is CalicoCni",
  why: "Calico gives the pods addresses of it; its own default, 192.168.0.0/16, may well be somebody's network",
  write: "a range that nothing else uses, such as 10.244.0.0/16",
};

/** A range that is none has been refused already. */
const parsed = (range: string | undefined) => (range === undefined ? undefined : parseCidr(range));

function overlapping(services: string, pods: string | undefined, ownSubnet: boolean, own?: string) {
  const vnet = ownSubnet ? own : aksVnet;
  const pairs = [
    ["network.podCidr", pods, services, "the services' range"],
    ["network.podCidr", pods, vnet, "addresses of the VNet"],
    ["network.serviceCidr", services, vnet, "addresses of the VNet"],
  ] as const;
  return pairs.flatMap(([path, range, other, what]): Finding[] => {
    const [a, b] = [parsed(range), parsed(other)];
    if (a === undefined || b === undefined || !overlaps(a, b)) return [];
    return [
      {
        path,
        wrong: `${range} overlaps ${other}, ${what}`,
        why: "an address would be in both at once, and packets to it would be lost",
        write: ownSubnet
          ? "a range outside the VNet and the networks that it is connected to, and outside the others here"
          : "a range outside it, such as 10.244.0.0/16 for pods and 10.0.0.0/16 for services",
      },
    ];
  });
}

interface GrowingPool {
  /** At its most. */
  nodes: number;
  maxPods: number;
  /** Whether it lies in the cluster's own subnet. */
  inSubnet: boolean;
}

/** What nodes take of a range: how many blocks of a prefix. Azure keeps five addresses of a subnet. */
const needs = {
  // azure-aks-docs, concepts-network-azure-cni-overlay: whatever its maxPods.
  overlay: { prefix: 24, blocks: () => 1, more: 0, words: "each node takes a /24 of it" },
  // projectcalico/calico, api/pkg/apis/projectcalico/v3/ippool.go
  calico: {
    prefix: 26,
    blocks: (maxPods: number) => Math.ceil(maxPods / 64),
    more: 0,
    words: "each node takes a block of 64 addresses for every 64 of its maxPods",
  },
  nodes: {
    prefix: 32,
    blocks: () => 1,
    more: 5,
    words: "each node takes one of its addresses, and Azure five",
  },
  flat: {
    prefix: 32,
    blocks: (maxPods: number) => maxPods + 1,
    more: 5,
    words: "each node and each of its pods takes one of its addresses, and Azure five",
  },
};

/** Over all pools, with the node more that an upgrade takes in each. */
function tooSmall(
  path: string,
  text: string | undefined,
  { prefix, blocks, more, words }: (typeof needs)[keyof typeof needs],
  pools: GrowingPool[],
): Finding[] {
  const growing = pools.filter(({ nodes }) => nodes > 0);
  const all = growing.reduce((sum, { nodes, maxPods }) => sum + (nodes + 1) * blocks(maxPods), more);
  const longest = prefix - Math.ceil(Math.log2(Math.max(all, 1)));
  const range = parsed(text);
  if (range === undefined || range.prefix <= longest) return [];
  return [
    {
      path,
      wrong: `${text} is too small`,
      why: `${words}, ${all} in all, with every pool at its most nodes and one more in each while it is upgraded`,
      write: longest < 1 ? "fewer nodes" : `a range with a prefix of /${longest} or shorter, or fewer nodes`,
    },
  ];
}

/** Address of the DNS service, which AKS wants beside a range of its own: the tenth. */
export function dnsServiceIp(serviceCidr: string): string | undefined {
  const services = parseCidr(serviceCidr);
  return services && addressAt(services, Math.max(0, Math.min(10, services.last - services.first - 1)));
}
