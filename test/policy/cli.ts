// The pack run by the real CLI, and what its event log tells of it.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { policies } from "../../policy/policies";
import type { SetName } from "../../policy/sets";
import { CliStack, type Ended, nameOf } from "../pulumi";
import { packFolder } from "./judge";

const advice = policies.flatMap(({ name, enforcementLevel }) =>
  enforcementLevel === "advisory" ? [name] : [],
);

const root = path.resolve(__dirname, "../..");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "policies-"));
/** @param of a name for its folder: stacks of one program may stand side by side */
export const openStack = (program: string, of: string, stack = "dev") =>
  CliStack.open(path.join(root, program), path.join(folder, of, stack));

export const endStacks = () => fs.rmSync(folder, { recursive: true, force: true });

/** Flags for the pack with a set, or with given levels; left out, its own. */
export function pack(levels?: SetName | object): string[] {
  const own = path.join(folder, "levels.json");
  if (typeof levels === "object") fs.writeFileSync(own, JSON.stringify(levels));
  const file = typeof levels === "string" ? path.join(packFolder, "sets", `${levels}.json`) : own;
  return ["--policy-pack", packFolder, ...(levels ? ["--policy-pack-config", file] : [])];
}

/** `policy case/resource`; the stack's own outputs are of no case. */
export function at(policy: string, urn = ""): string {
  const [, of] = /policies:([^:]+):Case\$/.exec(urn) ?? [];
  return `${policy} ${of === undefined ? "" : `${of}/`}${nameOf(urn)}`;
}

export const violations = ({ events }: Ended) => events.flatMap(({ policyEvent }) => policyEvent ?? []);

/**
 * It ended with these violations and no others, each at its level.
 * @param but violations of which nothing is asserted
 * @param allAdvice whether the pack was told to do no more than advise
 */
export function assertViolations(
  ended: Ended,
  wanted: string[],
  { but = (_: string): boolean => false, allAdvice = false } = {},
): void {
  const all = violations(ended).map((one) => at(one.policyName, one.resourceUrn));
  const found = all.filter((one) => !but(one));
  assert.deepEqual(found.sort(), [...wanted].sort(), ended.text);
  for (const { policyName, enforcementLevel } of violations(ended)) {
    const isAdvice = allAdvice || advice.includes(policyName);
    assert.equal(enforcementLevel, isAdvice ? "advisory" : "mandatory", policyName);
  }
  const mandatory = violations(ended).filter((one) => one.enforcementLevel === "mandatory");
  assert.equal(ended.ok, mandatory.length === 0, ended.text);
}
