// Reading properties that a preview may not know yet: the SDK throws where such a value is touched, and would answer
// for the policy. One that reads through here decides for itself.
import { UnknownValueError } from "@pulumi/policy";

/** Stands for a value that is not known before the update. */
export const Unknown: unique symbol = Symbol("not known in a preview");

/**
 * The value at a path below `root`: {@link Unknown} where it or anything above it is not known yet, `undefined`
 * where it or anything above it is absent or null.
 */
export function read(root: any, ...path: string[]): any {
  try {
    let value = root;
    for (const key of path) {
      if (value === undefined || value === null) return undefined;
      value = value[key];
    }
    return value === null ? undefined : value;
  } catch (error) {
    if (error instanceof UnknownValueError) return Unknown;
    throw error;
  }
}

/** The elements of a list, each {@link Unknown} where it is not known yet; none for what is no list, or no known one. */
export function items(list: any): any[] {
  return Array.isArray(list) ? Array.from({ length: list.length }, (_, at) => read(list, String(at))) : [];
}

/** Equal, whatever their case: Azure's enumerations do not mind it, and neither do the answers of its API. */
export function same(value: any, ...wanted: string[]): boolean {
  return typeof value === "string" && wanted.some((one) => one.toLowerCase() === value.toLowerCase());
}
