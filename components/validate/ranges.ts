// Ranges of addresses: none may overlap another, and each must hold what the pools can grow to.
import type * as pulumi from "@pulumi/pulumi";
import { overlaps, parseCidr } from "../cidr";
import { CalicoMode } from "../enums";
import type { ArgumentReader, Refusal } from "./findings";
import { growing, type KnownNeed, type PoolNeed, prefixFor, sum, tooSmall } from "./needs";
import { cidr } from "./rules";

/** The ranges that AKS takes when none is given. */
export const defaultRanges = { podCidr: "10.244.0.0/16", serviceCidr: "10.0.0.0/16" };

/** The VNet that AKS makes where no subnet is given, as `az network vnet list` shows it in the node resource group. */
const aksVnet = "10.224.0.0/12";

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
    wrong: `${range} overlaps ${vnet}, addresses of the VNet`,
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
    if (prefix <= 12) {
      return {
        wrong: `${services} is too large`,
        why: "AKS takes ranges smaller than a /12 (azure-aks-docs, concepts-network-ip-address-planning)",
        write: "a prefix of /13 or longer, such as 10.0.0.0/16",
      };
    }
    if (prefix > 29) {
      return {
        wrong: `${services} is too small`,
        why: "the API server's and DNS's addresses are in it",
        write: "a prefix of /29 or shorter",
      };
    }
    return overlapping(services, vnet, around.ownSubnet);
  };
  const inputs = [given ?? defaultRanges.serviceCidr, surrounding(around)];
  return reader.together<string>(["network.serviceCidr"], inputs, rule) ?? defaultRanges.serviceCidr;
}

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
