import type * as pulumi from "@pulumi/pulumi";
import { type Cidr, contains, parseCidr } from "../cidr";
import { NetworkMode } from "../enums";
import type { ArgumentReader } from "./findings";
import { growing, type KnownNeed, type PoolNeed, prefixFor, sum, tooSmall } from "./needs";
import type { Surroundings } from "./ranges";
import { cidr } from "./rules";

/** AKS's own subnet, 10.224.0.0/16, where none is given. */
const aksSubnetPrefix = 16;

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
