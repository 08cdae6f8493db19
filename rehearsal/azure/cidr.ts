// The ranges that the rules compare.
import { normalizeCidr, parseCidr, type Cidr } from "../../components/cidr";

export { overlaps } from "../../components/cidr";

/** "10.0.0.0/16", or an address; undefined where it is neither. Bits beyond the prefix are cut off, as routers do. */
export function range(text = ""): Cidr | undefined {
  const normal = normalizeCidr(text.includes("/") ? text : `${text}/32`);
  return normal === undefined ? undefined : parseCidr(normal);
}

export const contains = (outer: Cidr, inner: Cidr): boolean =>
  outer.first <= inner.first && inner.last <= outer.last;
