// Reading JSON that may hold values which a preview does not know yet.
import { createHash } from "node:crypto";
import { UNKNOWN, type Json, type Props } from "../plugin/provider";

export const isObject = (value: unknown): value is Props =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The value at a dotted path; undefined where nothing is given (null counts as that: azure-native sends no nulls).
 * @returns UNKNOWN as soon as any step of the path is unknown.
 */
export function at(value: Json | undefined, path: string): Json | undefined {
  let here = value;
  for (const step of path.split(".")) {
    if (here === UNKNOWN) return UNKNOWN;
    if (!isObject(here)) return undefined;
    here = here[step];
  }
  return here ?? undefined;
}

/** A known string, else undefined. */
export function text(value: Json | undefined, path: string): string | undefined {
  const found = at(value, path);
  return typeof found === "string" && found !== UNKNOWN ? found : undefined;
}

export function number(value: Json | undefined, path: string): number | undefined {
  const found = at(value, path);
  return typeof found === "number" ? found : undefined;
}

/** A list without its unknown elements; undefined where the list is not given or not known. */
export function list(value: Json | undefined, path: string): Json[] | undefined {
  const found = at(value, path);
  return Array.isArray(found) ? found : undefined;
}

/** Nothing is given there, and that is certain. */
export const absent = (value: Json | undefined, path: string): boolean => at(value, path) === undefined;

export function hasUnknown(value: Json | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

export const clone = <T extends Json>(value: T): T => structuredClone(value);

/** Hexadecimal digits that depend on `seed` alone, so that ids are the same in every run. */
export const digest = (seed: string, digits: number): string =>
  createHash("sha256").update(seed).digest("hex").slice(0, digits);

export function uuidOf(seed: string): string {
  const hex = digest(seed, 32);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join("-");
}

/** Azure ids are compared without regard to case. */
export const sameId = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** "West Europe" and "westeurope" are one place (pulumi-azure-native, provider/pkg/provider/diff.go). */
export const normalizedLocation = (location: string): string => location.replaceAll(" ", "").toLowerCase();

/** The name that AKS gives to a cluster's node resource group where the request names none. */
export const nodeGroupName = (group: string, name: string, location: string): string =>
  `MC_${group}_${name}_${normalizedLocation(location)}`;
