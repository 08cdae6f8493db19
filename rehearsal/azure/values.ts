// Reading JSON that may hold values which a preview does not know yet.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import yaml from "js-yaml";
import { UNKNOWN, type Json } from "../plugin/provider";
import { at, isObject, mapValues } from "../plugin/values";

export { at, isObject, mapValues };

/** A known string, else undefined. */
export function text(value: Json | undefined, path: string): string | undefined {
  const found = at(value, path);
  return typeof found === "string" && found !== UNKNOWN ? found : undefined;
}

/** A list, with its unknown elements; empty where the list is not given or not known. */
export function list(value: Json | undefined, path: string): Json[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

/**
 * What stands at a path with wildcards, `[]` = each element of a list and `*` = each member of a map, by its own path.
 * What is not given is reported as undefined, as long as what it would stand in is there.
 */
export function* each(value: Json | undefined, wanted: string): Generator<[string, Json | undefined]> {
  const [, before, wildcard, after] = /^(.*?)(\[\]|(?:^|\.)\*(?=\.|$))(.*)$/.exec(wanted) ?? [];
  if (wildcard === undefined) return yield [wanted, at(value, wanted)];
  const found = at(value, before);
  const inside: [string, Json][] =
    wildcard === "[]"
      ? (Array.isArray(found) ? found : []).map((entry, i) => [`${before}[${i}]`, entry])
      : Object.entries(isObject(found) ? found : {}).map(([key, entry]) => [join(before, key), entry]);
  for (const [path, entry] of inside)
    for (const [rest, one] of each(entry, after.replace(/^\./, ""))) yield [join(path, rest), one];
}

export const join = (path: string, rest: string): string =>
  path === "" || rest === "" ? path + rest : rest.startsWith("[") ? path + rest : `${path}.${rest}`;

export function hasUnknown(value: Json | undefined): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

/** Whatever the order of members: what comes back from the engine is sorted. */
export const equal = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b);

/** Hexadecimal digits that depend on `seed` alone, so that ids are the same in every run. */
export const digest = (seed: string, digits: number): string =>
  createHash("sha256").update(seed).digest("hex").slice(0, digits);

export const uuidOf = (seed: string): string =>
  digest(seed, 32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.*)$/, "$1-$2-4$3-8$4-$5");

/** Azure ids are compared without regard to case. */
export const sameId = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** "West Europe" and "westeurope" are one place (pulumi-azure-native, provider/pkg/provider/diff.go). */
export const normalizedLocation = (location: string): string => location.replaceAll(" ", "").toLowerCase();

/** The name that AKS gives to a cluster's node resource group where the request names none. */
export const nodeGroupName = (group: string, name: string, location: string): string =>
  `MC_${group}_${name}_${normalizedLocation(location)}`;

/** One of the tables in data/. */
export const table = <T>(name: string): T =>
  yaml.load(fs.readFileSync(path.join(__dirname, "data", `${name}.yaml`), "utf8")) as T;
