// Arguments that are refused: what each message must say, before anything is declared.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster, CalicoEbpfCluster } from "../../components";
import { record } from "./record";

/** Arguments, the property that the message names, and words of the reason or of what to write. */
export type Case = [args: any, path: string, says: RegExp];

/** Arguments as a title; what is known later in brackets. */
export const titleOf = (args: object): string =>
  JSON.stringify(args, function (key) {
    return pulumi.Output.isInstance(this[key]) ? "(known later)" : this[key];
  });

/** What a program is refused with. */
export async function refusal(
  program: () => unknown,
): Promise<Error & { errors: pulumi.InputPropertyErrorDetails[] }> {
  let declared = 0;
  let error: any;
  await record(() => {
    try {
      program();
    } catch (thrown) {
      error = thrown;
    }
  }).then((recording) => (declared = recording.resources.filter((r) => r.name === "dev").length));
  assert.ok(error !== undefined, "nothing was refused");
  assert.equal(declared, 0, "something was declared before the refusal");
  return error;
}

export function check(cases: Case[], program: (args: any) => unknown): void {
  for (const [args, path, says] of cases) {
    it(`refuses ${path} of ${titleOf(args)}`, async () => {
      const error = await refusal(() => program(args));
      assert.deepEqual(
        error.errors.map((e) => e.propertyPath),
        [path],
        error.message,
      );
      assert.match(error.message, says);
      assert.match(error.message, /why: .*\S[\s\S]*write: \S/);
    });
  }
}

/** Both components that take a cluster's arguments refuse them alike. */
export function checkCluster(cases: Case[]): void {
  describe("by AksCluster", () => check(cases, (args) => new AksCluster("dev", args)));
  describe("by CalicoEbpfCluster", () => check(cases, (args) => new CalicoEbpfCluster("dev", args)));
}
