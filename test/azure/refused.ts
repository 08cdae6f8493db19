// One wrong thing in a request, and what is said of it.
import assert from "node:assert/strict";
import type { Props } from "../../rehearsal/plugin/provider";
import { clusterInputs, poolInputs, world } from "./fixtures";

export type Change = (inputs: any) => void;

/** One finding and no other, at this path and with these words. */
export async function refused(type: string, inputs: Props, path: string, words: RegExp): Promise<void> {
  const found = await (await world()).failures(type, inputs);
  assert.equal(found.length, 1, `one finding expected, got:\n${found.join("\n")}`);
  assert.ok(found[0].startsWith(`${path}: `), `at ${path}, got: ${found[0]}`);
  assert.match(found[0], words);
}

export const cluster = (change: Change, path: string, words: RegExp) =>
  refused("containerservice:ManagedCluster", clusterInputs(change), path, words);
export const pool = (change: Change, path: string, words: RegExp) =>
  refused("containerservice:AgentPool", poolInputs(change), path, words);
