// Rules that hold for one value, whatever argument it belongs to.
import { normalizeCidr, parseAddress, parseCidr } from "../cidr";
import { describe, nearest, type Rule } from "./findings";

export function text(why: string, write: string): Rule<unknown> {
  return (value) =>
    typeof value === "string" && value !== "" ? undefined : { wrong: `is ${describe(value)}`, why, write };
}

export function matching(pattern: RegExp, why: string, write: string): Rule<unknown> {
  return (value) =>
    typeof value === "string" && pattern.test(value)
      ? undefined
      : { wrong: `${describe(value)} does not fit`, why, write };
}

export function wholeNumber(min: number, max: number, why: string): Rule<unknown> {
  return (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? undefined
      : {
          wrong: `is ${describe(value)}`,
          why,
          write: `a whole number from ${min} to ${max}`,
        };
}

export function yesOrNo(): Rule<unknown> {
  return (value) =>
    typeof value === "boolean"
      ? undefined
      : { wrong: `is ${describe(value)}`, why: "it is a switch", write: "true or false" };
}

/** One of the words of an enumeration; `hints` say why a word that people try is not among them. */
export function oneOf(
  words: Record<string, string>,
  hints: (word: string) => string | undefined = () => undefined,
): Rule<unknown> {
  const known = Object.values(words);
  return (value) => {
    if (typeof value === "string" && known.includes(value)) return undefined;
    const near = typeof value === "string" ? nearest(value, known) : undefined;
    const why = typeof value === "string" ? hints(value) : undefined;
    return {
      wrong: `${describe(value)} is not known`,
      why: why ?? "only what is known here has been thought through with Calico's eBPF data plane",
      write: near !== undefined && why === undefined ? JSON.stringify(near) : `one of ${known.join(", ")}`,
    };
  };
}

export function listOf(rule: Rule<any>, why: string): Rule<unknown> {
  return (value) => {
    if (!Array.isArray(value)) return { wrong: `is ${describe(value)}`, why, write: "a list" };
    for (const [index, item] of value.entries()) {
      const refusal = rule(item);
      if (refusal !== undefined) return { ...refusal, at: `[${index}]${refusal.at ?? ""}` };
    }
    return undefined;
  };
}

export function recordOf(keys: Rule<any>, values: Rule<any>, why: string): Rule<unknown> {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return { wrong: `is ${describe(value)}`, why, write: "names with their values" };
    }
    for (const [key, item] of Object.entries(value)) {
      const refusal = keys(key) ?? values(item);
      if (refusal !== undefined) return { ...refusal, at: `[${JSON.stringify(key)}]` };
    }
    return undefined;
  };
}

export function cidr(what: string): Rule<unknown> {
  return (value) => {
    if (typeof value === "string" && parseCidr(value) !== undefined) return undefined;
    const meant = typeof value === "string" ? normalizeCidr(value) : undefined;
    return {
      wrong: `${describe(value)} is not an IPv4 range`,
      why:
        meant === undefined
          ? `${what} must be in CIDR notation`
          : `${what} has bits set behind its prefix, which Azure does not take`,
      write: meant ?? "an address and a prefix length, such as 10.244.0.0/16",
    };
  };
}

/** A range or a single address, as AKS takes them for authorized ranges. */
export function cidrOrAddress(what: string): Rule<unknown> {
  const range = cidr(what);
  return (value) =>
    typeof value === "string" && parseAddress(value) !== undefined ? undefined : range(value);
}

export function address(what: string): Rule<unknown> {
  return (value) =>
    typeof value === "string" && parseAddress(value) !== undefined
      ? undefined
      : {
          wrong: `${describe(value)} is not an IPv4 address`,
          why: what,
          write: "four numbers, such as 10.0.0.10",
        };
}

export function guid(what: string): Rule<unknown> {
  return matching(
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    `${what} is named by its object id`,
    "a GUID, such as 00000000-0000-0000-0000-000000000000",
  );
}

/** A resource id of Azure: all of it, because a name alone would be looked for nowhere. */
export function azureId(type: string): Rule<unknown> {
  const [namespace, ...kinds] = type.split("/");
  const tail = kinds.map((kind) => `${kind}/[^/]+`).join("/");
  const pattern = new RegExp(
    `^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/${namespace.replace(/\./g, "\\.")}/${tail}$`,
    "i",
  );
  const form = kinds.map((kind) => `${kind}/NAME`).join("/");
  return matching(
    pattern,
    "Azure names it by its whole resource id",
    `/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/${namespace}/${form}`,
  );
}
