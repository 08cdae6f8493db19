// What Azure asks of address ranges.
import { UNKNOWN, type Props } from "../../plugin/provider";
import { invalid, missing, type Problem } from "../arm";
import { contains, range, type Range } from "../cidr";
import { absent, at, isObject, list, text } from "../values";

/** azure-rest-api-specs, virtualNetwork.json; learn.microsoft.com/azure/virtual-network/virtual-networks-faq. */
export function* checkVirtualNetwork(body: Props): Generator<Problem> {
  const path = "properties.addressSpace.addressPrefixes";
  const spaces: Range[] = [];
  const given = list(body, path) ?? [];
  for (const [i, entry] of given.entries())
    if (typeof entry === "string") yield* checkRange(entry, `${path}[${i}]`, spaces);
  for (const [i, subnet] of (list(body, "properties.subnets") ?? []).entries()) {
    if (!isObject(subnet) || !isObject(subnet.properties)) continue;
    const own = `properties.subnets[${i}].properties.`;
    yield* checkSubnet(subnet.properties, own);
    const prefix = range(text(subnet, "properties.addressPrefix") ?? "");
    if (prefix && spaces.length === given.length && !spaces.some((space) => contains(space, prefix)))
      yield invalid(
        `${own}addressPrefix`,
        "The subnet is not in the network's address space.",
        "Write a range in it.",
      );
  }
}

export function* checkSubnet(properties: Props, path: string): Generator<Problem> {
  const prefix = at(properties, "addressPrefix");
  if (
    prefix === undefined &&
    absent(properties, "addressPrefixes") &&
    absent(properties, "ipamPoolPrefixAllocations")
  )
    yield missing(`${path}addressPrefix`, 'Write a range such as "10.224.0.0/16".');
  if (typeof prefix === "string") yield* checkRange(prefix, `${path}addressPrefix`, []);
}

function* checkRange(value: string, path: string, into: Range[]): Generator<Problem> {
  if (value === UNKNOWN || value.includes(":")) return;
  const found = range(value);
  if (found && found.prefix <= 29) into.push(found);
  else
    yield {
      ...invalid(path, `Address prefix ${value} is invalid.`, 'Write "10.224.0.0/16", /29 or larger.'),
      code: "InvalidCIDRNotation",
    };
}
