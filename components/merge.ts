import * as pulumi from "@pulumi/pulumi";
import { isPlainAtTop } from "./validate/findings";

/**
 * The second over the first: objects are merged, lists are joined, all else of the second wins. What is not known yet is
 * merged when it is.
 */
export function merged(ours: any, theirs: any): any {
  if (ours === undefined || theirs === undefined || theirs === null) return theirs ?? ours;
  if (!isPlainAtTop(ours) || !isPlainAtTop(theirs))
    return pulumi.all([ours, theirs]).apply(([known, other]) => merged(known, other));
  if (Array.isArray(ours) && Array.isArray(theirs)) return [...new Set([...theirs, ...ours])];
  if (!isObject(ours) || !isObject(theirs)) return theirs;
  const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  return Object.fromEntries(keys.map((key) => [key, merged(ours[key], theirs[key])]));
}

const isObject = (value: unknown): value is Record<string, any> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
