// What Azure asks of address ranges.
import { UNKNOWN, type Json, type Props } from "../../plugin/provider";
import { invalid, wrongValue, type Problem } from "../arm";
import { contains, overlap, range, type Range } from "../cidr";
import { at, isObject, list, text } from "../values";

/**
 * learn.microsoft.com/azure/aks/concepts-network-ip-address-planning: services "must be smaller than /12", DNS not on
 * "the first IP address"; that the range's very last is refused too is inferred.
 */
export function* checkNetwork(body: Props): Generator<Problem> {
  const refuse = (name: string, message: string, advice: string) =>
    invalid(`properties.networkProfile.${name}`, `${name} ${net(name)} ${message}`, advice);
  const net = (name: string) => text(body, `properties.networkProfile.${name}`);
  const [service, dns, pods] = ["serviceCidr", "dnsServiceIP", "podCidr"].map((name) => range(net(name)));
  if (service && service.prefix <= 12)
    yield refuse("serviceCidr", "is too large.", "Write a range smaller than /12.");
  if (service && dns) {
    const reserved = dns.first <= service.first + 1 || dns.first === service.last;
    if (reserved || !contains(service, dns))
      yield refuse(
        "dnsServiceIP",
        `is ${contains(service, dns) ? "reserved" : "not"} in serviceCidr ${net("serviceCidr")}.`,
        "Write an address in serviceCidr, not its first; azure-native sends 10.0.0.10 when you write none.",
      );
  }
  // azure-native's SDK always sends a podCidr; Azure reads it only where pods have addresses of their own.
  const overlay = net("networkPluginMode") === "overlay";
  if ((overlay || net("networkPlugin") === "kubenet") && pods && service && overlap(pods, service))
    yield refuse(
      "podCidr",
      `overlaps with serviceCidr ${net("serviceCidr")}.`,
      "Write ranges that do not meet.",
    );
  // learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay: each node takes a /24 of it.
  if (overlay && pods && pods.prefix > 24)
    yield refuse("podCidr", "is too small: a node takes a /24.", "Write /24 or larger.");
  // learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges
  const allowed = "properties.apiServerAccessProfile.authorizedIPRanges";
  for (const [i, entry] of list(body, allowed).entries()) {
    if (typeof entry !== "string" || entry === UNKNOWN) continue;
    const found = range(entry);
    if (!found) yield wrongValue(`${allowed}[${i}]`, entry, 'Write an IPv4 range such as "203.0.113.0/24".');
    else if (privateRanges.some((own) => contains(own, found)))
      yield invalid(
        `${allowed}[${i}]`,
        `The authorized IP range ${entry} is a private one.`,
        "Write the public addresses that your requests come from.",
      );
  }
}

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map((own) => range(own)!);

/** azure-rest-api-specs, virtualNetwork.json; learn.microsoft.com/azure/virtual-network/virtual-networks-faq. */
export function* checkVirtualNetwork(body: Props): Generator<Problem> {
  const path = "properties.addressSpace.addressPrefixes";
  const given = list(body, path);
  for (const [i, entry] of given.entries()) yield* checkPrefix(entry, `${path}[${i}]`);
  const spaces = given.map((entry) => range(String(entry)));
  for (const [i, subnet] of list(body, "properties.subnets").entries()) {
    if (!isObject(subnet) || !isObject(subnet.properties)) continue;
    const own = `properties.subnets[${i}].properties`;
    yield* checkSubnet(subnet.properties, own);
    const prefix = range(text(subnet, "properties.addressPrefix"));
    const known = spaces.filter((space): space is Range => space !== undefined && space.prefix <= 29);
    if (prefix && known.length === given.length && !known.some((space) => contains(space, prefix)))
      yield invalid(
        `${own}.addressPrefix`,
        "The subnet is not in the network's address space.",
        "Write a range in it.",
      );
  }
}

export function* checkSubnet(properties: Props, path: string): Generator<Problem> {
  yield* checkPrefix(at(properties, "addressPrefix"), `${path}.addressPrefix`);
}

function* checkPrefix(value: Json | undefined, path: string): Generator<Problem> {
  if (typeof value !== "string" || value === UNKNOWN || value.includes(":")) return;
  if ((range(value)?.prefix ?? 32) > 29)
    yield {
      ...invalid(path, `Address prefix ${value} is invalid.`, 'Write "10.224.0.0/16", /29 or larger.'),
      code: "InvalidCIDRNotation",
    };
}
