// Just enough IPv4 arithmetic for the rules about address ranges.
import { isIPv4 } from "node:net";

export interface Range {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

/** "10.0.0.0/16", or an address; undefined where it is neither. Bits beyond the prefix are cut off, as routers do. */
export function range(text: string | undefined): Range | undefined {
  const [ip, bits = "32", ...rest] = (text ?? "").split("/");
  if (!isIPv4(ip) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32 || rest.length > 0) return undefined;
  const size = 2 ** (32 - Number(bits));
  const start = ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = start - (start % size);
  return { first, last: first + size - 1, prefix: Number(bits) };
}

export const overlap = (a: Range, b: Range): boolean => a.first <= b.last && b.first <= a.last;

export const contains = (outer: Range, inner: Range): boolean =>
  outer.first <= inner.first && inner.last <= outer.last;
