// IPv4 ranges, as AKS takes them for its API server: a CIDR, or an address alone.

interface Range {
  first: number;
  last: number;
}

/** Undefined for what is not an IPv4 range, a service tag for example. */
function parse(text: string): Range | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(text.trim());
  if (!parts) return undefined;
  const octets = parts.slice(1, 5).map(Number);
  const bits = parts[5] === undefined ? 32 : Number(parts[5]);
  if (octets.some((octet) => octet > 255) || bits > 32) return undefined;
  const address = octets.reduce((number, octet) => number * 256 + octet, 0);
  const size = 2 ** (32 - bits);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}

/** Whether a range lies within another one; what is no range lies within its equal only. */
export function isWithin(inner: string, outer: string): boolean {
  const [one, other] = [parse(inner), parse(outer)];
  if (!one || !other) return inner.trim().toLowerCase() === outer.trim().toLowerCase();
  return other.first <= one.first && one.last <= other.last;
}

/** 0.0.0.0/0, and halves of it as they are used to get by a check for that. */
export function isWholeInternet(range: string): boolean {
  const parsed = parse(range);
  return parsed !== undefined && parsed.last - parsed.first >= 2 ** 31 - 1;
}

/** 0.0.0.0/32 is AKS's word for "the cluster's own outbound address and no other". */
export function isOwnOutbound(range: string): boolean {
  const parsed = parse(range);
  return parsed !== undefined && parsed.first === 0 && parsed.last === 0;
}
