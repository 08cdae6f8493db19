import * as pulumi from "@pulumi/pulumi";
import { isPlainAtTop } from "./validate/findings";

/**
 * The second over the first: objects are merged, lists are joined, all else of the second wins. What is not known yet is
 * merged when it is.
 * @param nullWins null is a value of the second's, as in the values of a chart, and not one that is left out
 */
export function merged(ours: any, theirs: any, nullWins = false): any {
  if (theirs === undefined || (theirs === null && !nullWins)) return ours;
  if (ours === undefined || theirs === null) return theirs;
  if (!isPlainAtTop(ours) || !isPlainAtTop(theirs))
    return pulumi.all([ours, theirs]).apply(([known, other]) => merged(known, other, nullWins));
  if (Array.isArray(ours) && Array.isArray(theirs)) return joined(theirs, ours);
  if (!isObject(ours) || !isObject(theirs)) return theirs;
  const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  return Object.fromEntries(keys.map((key) => [key, merged(ours[key], theirs[key], nullWins)]));
}

/** What both have is the first one's: the same value, or an object of the same name, such as a variable. */
function joined(theirs: any[], ours: any[]): any[] {
  const isNamed = (name: unknown) => name !== undefined && theirs.some((one) => one?.name === name);
  return [...new Set([...theirs, ...ours.filter((one) => !isNamed(one?.name))])];
}

export const isObject = (value: unknown): value is Record<string, any> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
