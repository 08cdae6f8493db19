// What the program asks for beside what Azure answers.
import { isDeepStrictEqual } from "node:util";
import { specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { isObject } from "../merge";
import { known } from "../outputs";
import { isPlainAtTop } from "../validate/findings";

/** Stands for what a preview does not know. */
export const unknown = Symbol("not known yet");

/** A value without Outputs and Promises. */
export async function resolved(value: any): Promise<any> {
  if (!isPlainAtTop(value)) return known(value, unknown);
  if (Array.isArray(value)) return Promise.all(value.map(resolved));
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(async ([name, inner]) => [name, await resolved(inner)]);
  return Object.fromEntries(await Promise.all(members));
}

/** {@link unknown} where any of it is. */
export function valueAt(body: object, path: string): unknown {
  const found = path
    .split(".")
    .reduce<any>((inner, member) => (inner === unknown ? inner : inner?.[member]), body);
  return isKnown(found) ? found : unknown;
}

export const isSecret = (recorded: unknown): boolean =>
  JSON.stringify(recorded)?.includes(specialSigKey) ?? false;

export const isKnown = (value: unknown): boolean =>
  typeof value === "object" && value !== null ? Object.values(value).every(isKnown) : value !== unknown;

/** A copy with another value at a path; undefined = none. */
export function withValueAt(body: any, path: string, value: unknown): any {
  const [member, ...rest] = path.split(".");
  const { [member]: old, ...others } = body;
  const inner = rest.length > 0 ? old && withValueAt(old, rest.join("."), value) : value;
  return inner === undefined ? others : { ...others, [member]: inner };
}

/** Whether Azure has another value. Of an object only what both name: secrets are not in the answer, defaults are. */
export function differs(path: string, asked: unknown, live: unknown): boolean {
  if (!isObject(asked) || !isObject(live))
    return !isDeepStrictEqual(normalized(path, asked), normalized(path, live));
  return Object.keys(asked).some(
    (member) => live[member] !== undefined && differs(member, asked[member], live[member]),
  );
}

/** Whether all that is asked for is there already. @param none stands for what is not there */
export const contains = (has: any, asked: any, none?: false): boolean =>
  isObject(asked)
    ? Object.keys(asked).every((member) => contains(has?.[member] ?? undefined, asked[member], none))
    : isDeepStrictEqual(has, asked) || (none === false && has === undefined && isOff(asked));
const isOff = (asked: unknown): boolean => asked === false || normalized("", asked) === undefined;

/** Azure leaves empty members out and writes ids in a case of its own; of a location azure-native sees no blanks either. */
export function normalized(path: string, value: unknown): unknown {
  if (typeof value === "object" && Object.keys(value ?? {}).length === 0) return undefined;
  if (path === "availabilityZones" && Array.isArray(value)) return [...value].sort();
  if (typeof value !== "string") return value;
  if (path === "location") return value.toLowerCase().replace(/\s/g, "");
  return value.startsWith("/subscriptions/") ? value.toLowerCase() : value.trim();
}

/** A pool in a recorded list; none where the state has a secret's envelope instead. */
export const poolIn = (list: unknown, name: string | undefined): Record<string, any> | undefined =>
  Array.isArray(list) ? list.filter((pool) => pool.name === name).at(-1) : undefined;

/** Whether AKS has added the label or the taint. */
export const isOfAks = (text: unknown): boolean => String(text).startsWith("kubernetes.azure.com/");

export const shown = (value: unknown): string =>
  typeof value === "string" && value !== "" ? value : (JSON.stringify(value) ?? "(none)");
