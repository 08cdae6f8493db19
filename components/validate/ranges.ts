// Ranges of addresses: none may overlap another, and each must hold what the pools can grow to.
import type * as pulumi from "@pulumi/pulumi";
import { type Cidr, contains, overlaps, parseCidr } from "../cidr";
import { CalicoMode, NetworkMode } from "../enums";
import type { ArgumentReader, Refusal } from "./findings";
import type { PoolPlan } from "./pools";
import { cidr } from "./rules";

/** The ranges that AKS takes when none is given. */
export const defaultRanges = { podCidr: "10.244.0.0/16", serviceCidr: "10.0.0.0/16" };

/** What AKS makes where no subnet is given: a VNet 10.224.0.0/12 and in it a subnet 10.224.0.0/16. */
const aksVnet = "10.224.0.0/12";
const aksSubnetPrefix = 16;

/** What a pool takes: nodes and pods, as far as they can grow. */
export interface PoolNeed {
  nodes: pulumi.Input<number>;
  maxPods: pulumi.Input<number>;
}

/** AKS's default on a flat network (azure-aks-docs, concepts-network-ip-address-planning). */
const flatMaxPods = 30;

export const needOf = (pool: PoolPlan): PoolNeed => ({
  nodes: pool.autoscaling?.max ?? pool.count,
  maxPods: pool.maxPods ?? flatMaxPods,
});

interface KnownNeed {
  nodes: number;
  maxPods: number;
}

/** Sums over the pools, with the node more that an upgrade takes in each. Numbers that are none have been refused. */
function sum(pools: KnownNeed[], perNode: (pool: KnownNeed) => number): number {
  return pools
    .filter(({ nodes, maxPods }) => nodes > 0 && nodes <= 1000 && maxPods <= 250)
    .reduce((total, pool) => total + (pool.nodes + 1) * perNode(pool), 0);
}

/** Longest prefix of a range that has room for so many blocks of a prefix. */
function prefixFor(blocks: number, blockPrefix: number): number {
  return blockPrefix - Math.ceil(Math.log2(Math.max(blocks, 1)));
}

const growing = "with every pool at its most nodes, and one more in each while it is upgraded";

/** Who has addresses that no other range may touch. */
export interface Surroundings {
  /** A VNet of the user's, where its range is given. */
  vnetCidr?: pulumi.Input<string>;
  subnetCidr?: pulumi.Input<string>;
  /** Whether the nodes are in a subnet of the user's. */
  ownSubnet: boolean;
}

/** The ranges around the pods', to be handed to `together`, and what the rule makes of them. */
const surrounding = ({ vnetCidr, subnetCidr, ownSubnet }: Surroundings) =>
  ownSubnet ? (vnetCidr ?? subnetCidr) : aksVnet;

function overlapping(range: string, vnet: string | undefined, own: boolean): Refusal | undefined {
  const taken = vnet === undefined ? undefined : parseCidr(vnet);
  if (taken === undefined || !overlaps(parseCidr(range)!, taken)) return undefined;
  return {
    wrong: `${range} overlaps the VNet, ${vnet}`,
    why: own
      ? "an address would be in the cluster and in the VNet at once, and packets to it would be lost"
      : `AKS makes the VNet ${aksVnet} where no subnet is given, and packets to an address of both would be lost`,
    write: own
      ? "a range outside the VNet and the networks that it is connected to"
      : "a range outside it, or network.subnetId in a VNet of your own",
  };
}

/** The services' range. */
export function readServiceCidr(
  reader: ArgumentReader,
  given: pulumi.Input<string> | undefined,
  around: Surroundings,
): pulumi.Input<string> {
  const rule = ([services, vnet]: string[]) => {
    const refusal = cidr("the services' range")(services);
    if (refusal !== undefined) return refusal;
    const { prefix } = parseCidr(services)!;
    if (prefix < 12) {
      return {
        wrong: `${services} is too large`,
        why: "Kubernetes takes ranges of at most 2^20 services",
        write: "a prefix of /12 or longer, such as 10.0.0.0/16",
      };
    }
    if (prefix > 29) return tooSmall(services, "the API server's and DNS's addresses are in it", 29);
    return overlapping(services, vnet, around.ownSubnet);
  };
  const inputs = [given ?? defaultRanges.serviceCidr, surrounding(around)];
  return reader.together<string>(["network.serviceCidr"], inputs, rule) ?? defaultRanges.serviceCidr;
}

const tooSmall = (range: string, why: string, longest: number): Refusal => ({
  wrong: `${range} is too small`,
  why,
  write: longest < 1 ? "fewer nodes" : `a prefix of /${longest} or shorter, or fewer nodes`,
});

/** The pods' range, where they have one of their own. */
export function readPodCidr(
  reader: ArgumentReader,
  podCidr: pulumi.Input<string>,
  serviceCidr: pulumi.Input<string>,
  around: Surroundings,
  mode: CalicoMode,
  pools: PoolNeed[],
): pulumi.Input<string> {
  const ipam = mode === CalicoMode.CalicoCni ? calicoBlocks : overlayBlocks;
  const inputs = [podCidr, serviceCidr, surrounding(around), pools];
  const checked = reader.together<string>(["network.podCidr"], inputs, ([pods, services, vnet, needs]) => {
    const refusal = cidr("the pods' range")(pods);
    if (refusal !== undefined) return refusal;
    const range = parseCidr(pods)!;
    const blocks = ipam.blocks(needs);
    const longest = prefixFor(blocks, ipam.prefix);
    if (range.prefix > longest) return tooSmall(pods, ipam.why(blocks), longest);
    const taken = parseCidr(services);
    if (taken === undefined || !overlaps(range, taken)) return overlapping(pods, vnet, around.ownSubnet);
    return {
      wrong: `${pods} overlaps the services' range, ${services}`,
      why: "an address would be a pod's and a service's at once",
      write: "ranges that have no address in common, such as 10.244.0.0/16 and 10.0.0.0/16",
    };
  });
  return checked ?? podCidr;
}

/** azure-aks-docs, concepts-network-azure-cni-overlay: a /24 for each node, whatever its maxPods. */
const overlayBlocks = {
  prefix: 24,
  blocks: (pools: KnownNeed[]) =>
    Math.max(
      sum(pools, () => 1),
      1,
    ),
  why: (blocks: number) => `each node takes a /24 of it, ${blocks} in all ${growing}`,
};

/** projectcalico/calico, api/pkg/apis/projectcalico/v3/ippool.go: blocks of /26 unless the pool says otherwise. */
const calicoBlocks = {
  prefix: 26,
  blocks: (pools: KnownNeed[]) =>
    Math.max(
      sum(pools, ({ maxPods }) => Math.ceil(maxPods / 64)),
      1,
    ),
  why: (blocks: number) =>
    `each node takes a block of 64 addresses for every 64 of its maxPods, ${blocks} blocks in all ${growing}`,
};

/**
 * Checks whether the nodes' subnet holds them. Handed back is what the check stands before, so that it is made before
 * the cluster also where its numbers are known later: the subnet's id, or on a subnet of AKS's the services' range.
 */
export function checkSubnet<T>(
  reader: ArgumentReader,
  before: pulumi.Input<T> | undefined,
  around: Surroundings,
  mode: NetworkMode | undefined,
  pools: PoolNeed[],
): pulumi.Input<T> | undefined {
  const flat = mode === NetworkMode.Flat;
  const needed = (needs: KnownNeed[]) => sum(needs, ({ maxPods }) => (flat ? maxPods + 1 : 1)) + 5;
  const why = (addresses: number) =>
    `${flat ? "nodes and their pods" : "nodes"} take ${addresses} of its addresses, five of them Azure's, ${growing}`;
  if (!around.ownSubnet) {
    return reader.together<T>(["network.mode"], [before, pools], ([, needs]) => {
      const addresses = needed(needs);
      if (addresses <= 2 ** (32 - aksSubnetPrefix)) return undefined;
      return {
        wrong: `is ${mode}, and AKS's own subnet, a /${aksSubnetPrefix}, is too small`,
        why: why(addresses),
        write: "Overlay, or network.subnetId of a larger subnet, or fewer nodes",
      };
    });
  }
  const inputs = [before, around.subnetCidr, around.vnetCidr, pools];
  return reader.together<T>(["network.subnetCidr"], inputs, ([, subnet, vnet, needs]) => {
    if (subnet === undefined) return undefined;
    const refusal = cidr("the subnet's range")(subnet);
    if (refusal !== undefined) return refusal;
    const range = parseCidr(subnet)!;
    const whole = vnet === undefined ? undefined : parseCidr(vnet);
    if (whole !== undefined && !within(range, whole)) {
      return {
        wrong: `${subnet} is outside the VNet, ${vnet}`,
        why: "a subnet is a part of its VNet",
        write: "the range of the subnet that network.subnetId names, and that of its VNet",
      };
    }
    const addresses = needed(needs);
    return range.last - range.first + 1 >= addresses
      ? undefined
      : tooSmall(subnet, why(addresses), prefixFor(addresses, 32));
  });
}

const within = (part: Cidr, whole: Cidr) => contains(whole, part.first) && contains(whole, part.last);
