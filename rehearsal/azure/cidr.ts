// Just enough IPv4 arithmetic for the rules about address ranges.

export interface Range {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

/** The number of an IPv4 address; undefined where it is none. */
export function address(text: string): number | undefined {
  const parts = text.split(".").map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (parts.length !== 4 || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** "10.0.0.0/16"; undefined where it is no IPv4 range. Bits beyond the prefix are cut off, as routers do. */
export function range(text: string): Range | undefined {
  const [ip, bits, ...rest] = text.split("/");
  const start = address(ip);
  const prefix = bits === undefined ? 32 : /^\d{1,2}$/.test(bits) ? Number(bits) : 33;
  if (start === undefined || prefix > 32 || rest.length > 0) return undefined;
  const size = 2 ** (32 - prefix);
  const first = Math.floor(start / size) * size;
  return { first, last: first + size - 1, prefix };
}

export const overlap = (a: Range, b: Range): boolean => a.first <= b.last && b.first <= a.last;

export const contains = (outer: Range, inner: Range): boolean =>
  outer.first <= inner.first && inner.last <= outer.last;
