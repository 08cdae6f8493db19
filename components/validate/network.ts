// The cluster's network: none of its ranges may overlap another, and each must hold what the pools can grow to.
import type * as pulumi from "@pulumi/pulumi";
import type { NetworkArgs } from "../aksClusterArgs";
import { addressAt, overlaps, parseCidr, within } from "../cidr";
import { CalicoMode, NetworkMode } from "../enums";
import type { ArgumentReader } from "./arguments";
import type { Finding } from "./findings";
import type { PoolPlan } from "./pools";
import { cidr, object, oneOf, plain, text } from "./shapes";

export const network = object<NetworkArgs>(
  {
    mode: plain(oneOf(NetworkMode)),
    subnetId: text("Azure names it by its whole resource id", "the resource id of the nodes' subnet"),
    vnetCidr: cidr("the VNet's range"),
    subnetCidr: cidr("the subnet's range"),
    podCidr: cidr("the pods' range"),
    serviceCidr: cidr("the services' range"),
  },
  { elsewhere: "managedCluster.networkProfile.NAME where it is a property of azure-native's" },
);

/** The network with every default in place. */
export interface NetworkPlan {
  /** How Azure CNI gives addresses to pods; undefined where Calico does. */
  mode?: NetworkMode;
  subnetId?: pulumi.Input<string>;
  podCidr?: pulumi.Input<string>;
  serviceCidr: pulumi.Input<string>;
}

/** The ranges that AKS takes when none is given. */
const defaultRanges = { podCidr: "10.244.0.0/16", serviceCidr: "10.0.0.0/16" };
/** The VNet that AKS makes where no subnet is given, as `az network vnet list` shows it in the node resource group. */
const aksVnet = "10.224.0.0/12";
const aksSubnet = "10.224.0.0/16";
/** AKS's default on a flat network (azure-aks-docs, concepts-network-ip-address-planning). */
const flatMaxPods = 30;

export function readNetwork(
  reader: ArgumentReader,
  given: NetworkArgs = {},
  calico: CalicoMode,
  pools: PoolPlan[],
): NetworkPlan {
  const cni = calico === CalicoMode.CalicoCni;
  const mode = cni ? undefined : (given.mode ?? NetworkMode.Overlay);
  const podCidr =
    mode === NetworkMode.Flat ? undefined : (given.podCidr ?? (cni ? undefined : defaultRanges.podCidr));
  const ownSubnet =
    given.subnetId !== undefined || pools.some(({ profile }) => profile.vnetSubnetID !== undefined);
  for (const [path, wrong, why, write] of contradictions(given, cni, ownSubnet))
    reader.refuse(path, { wrong, why, write });
  const needs = pools.map((pool) => ({
    nodes: pool.autoscaling?.max ?? pool.count,
    maxPods: pool.profile.maxPods ?? pool.maxPods ?? flatMaxPods,
    inSubnet: pool.profile.vnetSubnetID === undefined,
  }));
  const serviceCidr = reader.all<string>(
    [given.serviceCidr ?? defaultRanges.serviceCidr, podCidr, given.vnetCidr, given.subnetCidr, needs],
    ([services, pods, vnet, subnet, known]) =>
      rangeFindings({
        services,
        pods,
        vnet,
        subnet,
        ownSubnet,
        cni,
        flat: mode === NetworkMode.Flat,
        pools: known,
      }),
  );
  return { mode, subnetId: given.subnetId, podCidr, serviceCidr };
}

function* contradictions(given: NetworkArgs, cni: boolean, ownSubnet: boolean) {
  if (cni && given.mode !== undefined)
    yield [
      "network.mode",
      `is ${given.mode} while mode is CalicoCni`,
      "there Calico and not Azure CNI gives addresses to pods",
      "mode: SelfManaged or AzureManaged beside it, or leave it out",
    ];
  if (cni && given.podCidr === undefined)
    yield [
      "network.podCidr",
      "is missing",
      "Calico gives addresses to pods from it, and AKS does not know which of your networks it would cut off",
      "a range that nothing else uses, such as 10.244.0.0/16",
    ];
  if (!cni && given.mode === NetworkMode.Flat && given.podCidr !== undefined)
    yield [
      "network.podCidr",
      "is given, but mode is Flat",
      "there pods take addresses of the nodes' subnet, and AKS would ignore the range",
      "mode: Overlay, or leave it out",
    ];
  for (const key of ["vnetCidr", "subnetCidr"] as const)
    if (given[key] !== undefined && !(key === "vnetCidr" ? ownSubnet : given.subnetId !== undefined))
      yield [
        `network.${key}`,
        "is given without subnetId",
        "it says which addresses a network of yours has; AKS's own network cannot be chosen by it",
        "network.subnetId beside it, or leave it out",
      ];
}

interface KnownNetwork {
  services: string;
  pods?: string;
  /** Of the user's network, where it is known. */
  vnet?: string;
  subnet?: string;
  ownSubnet: boolean;
  flat: boolean;
  cni: boolean;
  pools: { nodes: number; maxPods: number; inSubnet: boolean }[];
}

/** What is wrong with ranges that are known. One that is no range has been refused already. */
export function rangeFindings(known: KnownNetwork): Finding[] {
  const { services, pods, vnet, subnet, ownSubnet, flat, pools } = known;
  const around = ownSubnet ? (vnet ?? subnet) : aksVnet;
  const write = ownSubnet
    ? "a range outside the VNet and the networks that it is connected to, and outside the others here"
    : "a range outside it, such as 10.244.0.0/16 for pods and 10.0.0.0/16 for services";
  const findings = [
    overlap("network.podCidr", pods, "the services' range", services, write),
    overlap("network.podCidr", pods, "addresses of the VNet", around, write),
    overlap("network.serviceCidr", services, "addresses of the VNet", around, write),
  ];
  const [range, whole] = [subnet, vnet].map(parsed);
  if (range !== undefined && whole !== undefined && !within(range, whole))
    findings.push({
      path: "network.subnetCidr",
      wrong: `${subnet} is outside the VNet, ${vnet}`,
      why: "a subnet is a part of its VNet",
      write: "the range of the subnet that network.subnetId names, and that of its VNet",
    });
  const [blocks, prefix, perNode] = podBlocks(known);
  findings.push(tooSmall("network.podCidr", pods, blocks, prefix, `${perNode}, ${blocks} in all`));
  const addresses =
    total(
      pools.filter((pool) => pool.inSubnet),
      ({ maxPods }) => (flat ? maxPods + 1 : 1),
    ) + 5;
  const why = `${flat ? "nodes and their pods" : "nodes"} take ${addresses} of its addresses, five of them Azure's`;
  const small = tooSmall("network.subnetCidr", ownSubnet ? subnet : aksSubnet, addresses, 32, why);
  // AKS's own subnet cannot be chosen; what can is the mode, for an overlay of 5,000 nodes fits.
  findings.push(
    ownSubnet || small === undefined
      ? small
      : {
          path: "network.mode",
          wrong: `is Flat, and AKS's own subnet, ${aksSubnet}, is too small`,
          why: small.why,
          write: "Overlay, or network.subnetId of a larger subnet, or fewer nodes",
        },
  );
  return findings.filter((finding) => finding !== undefined);
}

const parsed = (range: string | undefined) => (range === undefined ? undefined : parseCidr(range));

function overlap(
  path: string,
  range: string | undefined,
  what: string,
  other: string | undefined,
  write: string,
) {
  const [a, b] = [parsed(range), parsed(other)];
  if (a === undefined || b === undefined || !overlaps(a, b)) return undefined;
  const why = "an address would be in both at once, and packets to it would be lost";
  return { path, wrong: `${range} overlaps ${other}, ${what}`, why, write };
}

/**
 * Blocks of the pods' range, their prefix, and what takes them. azure-aks-docs, concepts-network-azure-cni-overlay: a /24 for
 * each node, whatever its maxPods. projectcalico/calico, api/pkg/apis/projectcalico/v3/ippool.go: blocks of /26.
 */
function podBlocks({ cni, pools }: KnownNetwork): [number, number, string] {
  return cni
    ? [
        total(pools, ({ maxPods }) => Math.ceil(maxPods / 64)),
        26,
        "each node takes a block of 64 addresses for every 64 of its maxPods",
      ]
    : [total(pools, () => 1), 24, "each node takes a /24 of it"];
}

/** Over all pools, with the node more that an upgrade takes in each. Numbers that are none have been refused. */
function total(
  pools: KnownNetwork["pools"],
  perNode: (pool: KnownNetwork["pools"][number]) => number,
): number {
  const real = pools.filter(({ nodes, maxPods }) => nodes > 0 && nodes <= 1000 && maxPods <= 250);
  return real.reduce((sum, pool) => sum + (pool.nodes + 1) * perNode(pool), 0);
}

function tooSmall(path: string, text: string | undefined, blocks: number, prefix: number, why: string) {
  const range = parsed(text);
  const longest = prefix - Math.ceil(Math.log2(Math.max(blocks, 1)));
  if (range === undefined || range.prefix <= longest) return undefined;
  return {
    path,
    wrong: `${text} is too small`,
    why: `${why} with every pool at its most nodes, and one more in each while it is upgraded`,
    write: longest < 1 ? "fewer nodes" : `a prefix of /${longest} or shorter, or fewer nodes`,
  };
}

/** Address of the DNS service, which AKS wants beside a range of its own: the tenth. */
export function dnsServiceIp(serviceCidr: string): string | undefined {
  const services = parseCidr(serviceCidr);
  return services && addressAt(services, Math.min(10, services.last - services.first - 1));
}
