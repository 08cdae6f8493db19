import assert from "node:assert/strict";
import fs from "node:fs";
import { stacks } from "./harness";

describe("engine: preview and refresh", () => {
  const stack = stacks();

  it("preview touches nothing: no provider's verb, no file", async () => {
    const one = stack().program(`
      const a = new Thing("a", { value: 1 });
      const b = new Thing("b", { value: a.generated });
      exports.answer = a.generated.apply(g => pulumi.runtime.invoke("fake:index:ask", { question: g })).apply(r => r.answer);
      exports.asked = pulumi.runtime.invokeOutput("fake:index:ask", { question: a.generated });
      exports.id = b.id;`);
    const result = await one.ok("preview");
    assert.deepEqual(one.fake.log, []);
    assert.ok(!fs.existsSync(one.stateDir));
    assert.deepEqual(result.outputs, { answer: "[unknown]", asked: "[unknown]", id: "[unknown]" });
    assert.equal(result.changes.create, 3);
    assert.ok(one.events.every((event) => event.kind !== "step-done" || event.planned));
    await one.ok("up");
    const before = one.stateText;
    one.fake.log.length = 0;
    one.program(`
      const a = new Thing("a", { fixed: 1, bearsName: true });
      new Thing("b", { value: a.generated });
      new Thing("c");`);
    const { changes } = await one.ok("preview");
    assert.deepEqual(changes, { create: 1, update: 1, same: 1, delete: 0, replace: 1 });
    assert.deepEqual(one.fake.log, []);
    assert.equal(one.stateText, before);
    one.program("");
    assert.equal((await one.ok("preview")).changes.delete, 2);
    assert.equal(one.fake.world.size, 2);
    assert.equal(one.stateText, before);
  });

  it("refresh takes over what is live and drops what is gone; up --refresh repairs it", async () => {
    const program = `const a = new Thing("a", { value: 1 }); new Thing("b", { value: a.generated });`;
    const one = stack().program(program);
    await one.ok("up");
    const [a, b] = [one.resource("a").id, one.resource("b").id];
    one.fake.world.set(a, { value: "drifted" });
    one.fake.world.delete(b);
    const result = await one.ok("refresh");
    assert.deepEqual(result.changes, { create: 0, update: 1, same: 0, delete: 1, replace: 0 });
    assert.equal(one.resource("a").outputs.value, "drifted");
    assert.equal(one.resource("b"), undefined);
    one.fake.world.clear();
    await one.ok("up", { refresh: true });
    assert.deepEqual(
      [...one.fake.world.keys()].map((id) => id[0]),
      ["a", "b"],
    );
  });

  it("shows every resource to an analyzer before it is made, and the whole stack at the end", async () => {
    const one = stack().program(`new Thing("a", { value: 1 }); new Thing("bad", { value: 2 });`);
    const seen: string[] = [];
    const forbid = await one.run("up", {
      analyzers: [
        {
          resource: async ({ name, inputs }) =>
            inputs.value === 2 ? [{ mandatory: true, message: `${name} is against the policy` }] : [],
        },
      ],
    });
    assert.deepEqual(
      forbid.failures.map((failure) => failure.message),
      ["bad is against the policy"],
    );
    assert.ok(![...one.fake.world.keys()].some((id) => id.startsWith("bad")));
    await one.ok("up", {
      analyzers: [
        {
          stack: async (resources) => {
            seen.push(...resources.map((resource) => resource.name));
            return [{ mandatory: false, message: "be careful" }];
          },
        },
      ],
    });
    assert.deepEqual(seen.sort(), ["a", "bad", "default", "demo-dev"]);
    assert.match(one.text(), /"warning","message":"be careful"/);
  });
});
