// IPv4 ranges as AKS takes them; an address is a number from 0 to 2^32 - 1.
import { Address4 } from "ip-address";

/** A range of addresses: `first` to `last`, both in it. */
export interface Cidr {
  first: number;
  last: number;
  prefix: number;
}

/** The range that the text means if the bits behind its prefix are cleared, written out; undefined where it is none. */
export const normalizeCidr = (text: string): string | undefined =>
  /\/\d+$/.test(text) && Address4.isValid(text) ? new Address4(text).networkForm() : undefined;

/** The range, or undefined where the text is no CIDR, or has bits set behind the prefix. */
export function parseCidr(text: string): Cidr | undefined {
  if (normalizeCidr(text) !== text) return undefined;
  const range = new Address4(text);
  const [first, last] = [range.startAddress(), range.endAddress()].map((address) => Number(address.bigInt()));
  return { first, last, prefix: range.subnetMask };
}

export const overlaps = (a: Cidr, b: Cidr): boolean => a.first <= b.last && b.first <= a.last;

/** The address at a place in the range; 0 is the first. */
export const addressAt = (range: Cidr, index: number): string =>
  Address4.fromBigInt(BigInt(range.first + index)).correctForm();
