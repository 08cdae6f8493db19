// IPv4 ranges as AKS takes them. Pure functions; an address is a number from 0 to 2^32 - 1.

/** A range of addresses: `first` to `last`, both in it. */
export interface Cidr {
  first: number;
  last: number;
  prefix: number;
}

/** The address as a number, or undefined where the text is no IPv4 address in dotted decimals. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let address = 0;
  for (const part of parts) {
    // Leading zeros are refused: some readers take them for octal.
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    address = address * 256 + Number(part);
  }
  return address;
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** The range, or undefined where the text is no CIDR, or has bits set behind the prefix. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^([\d.]+)\/(\d|[12]\d|3[0-2])$/.exec(text);
  if (match === null) return undefined;
  const first = parseAddress(match[1]);
  if (first === undefined) return undefined;
  const prefix = Number(match[2]);
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, last: first + size - 1, prefix } : undefined;
}

/** The range that the text means if the bits behind its prefix are cleared, written out. */
export function normalizeCidr(text: string): string | undefined {
  const [address, prefix] = text.split("/");
  const first = parseAddress(address);
  if (first === undefined || !/^(\d|[12]\d|3[0-2])$/.test(prefix ?? "")) return undefined;
  const size = 2 ** (32 - Number(prefix));
  return `${formatAddress(first - (first % size))}/${prefix}`;
}

export function contains(range: Cidr, address: number): boolean {
  return range.first <= address && address <= range.last;
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The address at a place in the range; 0 is the first. */
export function addressAt(range: Cidr, index: number): string {
  return formatAddress(range.first + index);
}
