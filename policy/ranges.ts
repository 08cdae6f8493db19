// IPv4 ranges as AKS takes them: a CIDR, or an address alone. What is neither (a service tag) lies within its equal only.
import { Address4 } from "ip-address";

const parsed = (text: any) =>
  typeof text === "string" && Address4.isValid(text.trim()) ? new Address4(text.trim()) : undefined;

/** Whether a range, or an address, lies within another range. */
export function isWithin(inner: any, outer: any): boolean {
  const [one, other] = [parsed(inner), parsed(outer)];
  return one && other
    ? one.isInSubnet(other)
    : String(inner).trim().toLowerCase() === String(outer).trim().toLowerCase();
}

/** 0.0.0.0/0, and halves of it as they are used to get by a check for that. */
export const isWholeInternet = (range: any): boolean => (parsed(range)?.subnetMask ?? 32) <= 1;

/** 0.0.0.0/32 is AKS's word for "the cluster's own outbound address and no other". */
export const isOwnOutbound = (range: any): boolean => isWithin(range, "0.0.0.0/32");
