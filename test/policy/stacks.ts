// Questions about whole stacks: those that pass, and those that do not with the resource that is named.
import assert from "node:assert/strict";
import { assertSays, type Says } from "./everySpelling";
import { type Declared, judgeStack } from "./judge";

export interface Stacks {
  right?: Declared[][];
  /** In each, one resource is wrong. */
  wrong?: [stack: Declared[], resource: string, ...Says][];
  config?: object;
}

export function stacks(policy: any, title: string, { right = [], wrong = [], config }: Stacks): void {
  it(`policy ${policy.name} ${title}`, async () => {
    for (const stack of right) {
      assert.deepEqual(await judgeStack(policy, stack, config), [], JSON.stringify(stack));
    }
    for (const [stack, resource, ...says] of wrong) {
      const found = await judgeStack(policy, stack, config);
      const named = found.map((one) => one.resource);
      assert.deepEqual(named, [resource], JSON.stringify(stack));
      assertSays(found[0].message, says);
    }
  });
}
