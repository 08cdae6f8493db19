// Questions about resources and whole stacks: those that pass, and those that do not with what is said.
import assert from "node:assert/strict";
import { assertSays, type Says } from "./everySpelling";
import { type Declared, judge, judgeStack } from "./judge";

export interface Resources {
  right?: Declared[];
  wrong?: [Declared, ...Says][];
  config?: object;
}

export function resources(policy: any, title: string, { right = [], wrong = [], config }: Resources): void {
  const of = ({ type, props = {}, name }: Declared) => judge(policy, type, props, config, name);
  it(`policy ${policy.name} ${title}`, async () => {
    for (const one of right) assert.deepEqual(await of(one), [], JSON.stringify(one));
    for (const [one, ...says] of wrong) {
      const [message, ...more] = await of(one);
      assert.ok(message, `nothing is said of ${JSON.stringify(one)}`);
      assert.deepEqual(more, []);
      assertSays(message, says);
    }
  });
}

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
