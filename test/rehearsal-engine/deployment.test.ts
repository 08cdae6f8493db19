import assert from "node:assert/strict";
import { stacks } from "./harness";

describe("engine: carrying out a program", () => {
  const stack = stacks();

  it("makes resources in order of dependency and independent ones at the same time", async () => {
    const one = stack().program(`
      const a = new Thing("a", { delayMs: 60 });
      const b = new Thing("b", { value: a.generated, delayMs: 60 });
      const c = new Thing("c", { delayMs: 60 });
      const d = new Thing("d", {}, { dependsOn: [b, c] });
      exports.d = d.generated;
    `);
    const result = await one.ok("up");
    const at = (entry: string) => one.fake.log.indexOf(entry);
    assert.ok(at("create b") > at("create a done"));
    assert.ok(at("create d") > at("create b done") && at("create d") > at("create c done"));
    assert.ok(at("create c") < at("create a done"), "c does not depend on a and must not wait for it");
    assert.equal(one.fake.mostAtOnce, 2);
    assert.match(String(result.outputs.d), /^generated-d-\d$/);
    assert.deepEqual(result.changes, { create: 5, update: 0, same: 0, delete: 0, replace: 0 });
    assert.equal(one.resource("b").inputs.value, one.resource("a").outputs.generated);
    assert.deepEqual(one.resource("b").propertyDependencies.value, [one.resource("a").urn]);
    assert.deepEqual(one.resource("d").dependencies, [one.resource("b").urn, one.resource("c").urn]);
  });

  it("does no more at once than it is allowed", async () => {
    const one = stack().program(`for (let i = 0; i < 6; i++) new Thing("t" + i, { delayMs: 30 });`);
    await one.ok("up", { parallel: 2 });
    assert.equal(one.fake.mostAtOnce, 2);
    assert.equal(one.fake.world.size, 6);
  });

  it("changes nothing the second time, not even a byte of the state", async () => {
    const one = stack().program(`
      const box = new Box("box");
      for (let i = 0; i < 5; i++) new Thing("t" + i, { delayMs: 5 * (5 - i) }, { parent: box });
      exports.secret = pulumi.secret("very-secret-value");
    `);
    await one.ok("up");
    const before = one.stateText;
    one.fake.log.length = 0;
    const result = await one.ok("up");
    assert.deepEqual(result.changes, { create: 0, update: 0, same: 7, delete: 0, replace: 0 });
    assert.deepEqual(one.fake.log, []);
    assert.equal(one.stateText, before);
  });

  it("updates in place what changed and deletes what is gone, dependents first, after the program", async () => {
    const one = stack().program(`
      const a = new Thing("a", { value: 1 });
      const b = new Thing("b", { value: a.generated });
      const c = new Thing("c", { value: b.generated });
    `);
    await one.ok("up");
    const id = one.resource("a").id;
    one.program(`new Thing("a", { value: 2 }); new Thing("z");`);
    one.fake.log.length = 0;
    const result = await one.ok("up");
    assert.deepEqual(result.changes, { create: 1, update: 1, same: 1, delete: 2, replace: 0 });
    const order = one.fake.log.filter((entry) => entry.endsWith("done"));
    assert.deepEqual(order.slice(-2), ["delete c done", "delete b done"]);
    assert.equal(one.resource("a").id, id);
    assert.deepEqual(one.fake.world.get(id)?.value, 2);
    const changed = one.events.find((event) => event.kind === "step-done" && event.op === "update") as any;
    assert.deepEqual(changed.changed, ["value"]);
  });

  it("replaces: the new one first, the old one at the end", async () => {
    const one = stack().program(`new Thing("a", { fixed: 1 });`);
    await one.ok("up");
    const { autoName } = one.resource("a").inputs;
    one.program(`const a = new Thing("a", { fixed: 2 }); new Thing("user", { value: a.generated });`);
    one.fake.log.length = 0;
    const result = await one.ok("up");
    const done = one.fake.log.filter((entry) => entry.endsWith("done"));
    assert.deepEqual(done, ["create a done", "create user done", "delete a done"]);
    assert.equal(result.changes.replace, 1);
    assert.deepEqual(
      one.steps.filter((step) => step.endsWith(" a")),
      ["create-replacement a", "delete-replaced a"],
    );
    assert.equal(one.names.filter((name) => name === "a").length, 1);
    assert.notEqual(one.resource("a").inputs.autoName, autoName, "the two exist at once and need two names");
  });

  it("replaces delete-first where names collide, with the dependents that cannot live without it", async () => {
    const program = (value: number) => `
      const a = new Thing("a", { fixed: ${value}, bearsName: true });
      const b = new Thing("b", { fixed: a.generated });
      const c = new Thing("c", { value: a.generated });
    `;
    const one = stack().program(program(1));
    await one.ok("up");
    one.program(program(2));
    one.fake.log.length = 0;
    await one.ok("up");
    const done = one.fake.log.filter((entry) => entry.endsWith("done")).map((entry) => entry.slice(0, -5));
    assert.deepEqual(done.slice(0, 3), ["delete b", "delete a", "create a"]);
    assert.deepEqual(done.slice(3).sort(), ["create b", "update c"]);
    assert.equal(one.fake.world.size, 3);
    assert.ok(!one.stateText.includes("pendingReplacement"));
    await one.ok("up");
    assert.deepEqual(
      one.steps.filter((step) => !step.startsWith("same")),
      [],
    );
  });

  it("goes on after a replacement that failed between delete and create", async () => {
    const program = (more: string) => `new Thing("a", { bearsName: true, ${more} });`;
    const one = stack().program(program("fixed: 1"));
    await one.ok("up");
    one.program(program('fixed: 2, fail: "create"'));
    assert.equal((await one.run("up")).ok, false);
    assert.equal(one.resource("a").pendingReplacement, true);
    one.program(program("fixed: 2"));
    one.fake.log.length = 0;
    await one.ok("up");
    assert.deepEqual(one.fake.log, ["create a", "create a done"]);
    assert.equal(one.resource("a").pendingReplacement, undefined);
  });

  it("hands components' providers down, and keeps explicit providers apart from default ones", async () => {
    const one = stack().program(`
      const mine = new Provider("mine", { region: "north" });
      const box = new Box("box", { providers: { fake: mine } });
      new Thing("inside", {}, { parent: box });
      new Thing("outside");
    `);
    await one.ok("up", { config: { "fake:region": "south" } });
    const reference = (name: string) => `${one.resource(name).urn}::${one.resource(name).id}`;
    assert.equal(one.resource("inside").provider, reference("mine"));
    assert.equal(one.resource("outside").provider, reference("default"));
    assert.deepEqual(one.resource("default").inputs, { region: "south", __internal: {} });
    assert.deepEqual(one.fake.configs.map((config) => config.region).sort(), ["north", "south"]);
    assert.match(one.resource("mine").id, /^[0-9a-f-]{36}$/);
  });

  it("replaces everything behind a provider that leads elsewhere, and deletes the old through the old", async () => {
    const program = (region: string) => `
      const mine = new Provider("mine", { region: "${region}" });
      new Thing("a", {}, { provider: mine });
    `;
    const one = stack().program(program("north"));
    one.fake.diffConfig = () => ({ changed: ["region"], replace: ["region"] });
    await one.ok("up");
    const before = one.resource("a");
    one.fake.configs.length = 0;
    one.program(program("south"));
    await one.ok("up");
    assert.notEqual(one.resource("a").provider, before.provider);
    assert.notEqual(one.resource("a").id, before.id);
    assert.deepEqual(one.fake.configs.map((config) => config.region).sort(), ["north", "south"]);
    assert.equal(one.names.filter((name) => name === "mine").length, 1);
  });

  it("answers data sources, also their refusals and errors", async () => {
    const call = (args: string) => `
      exports.answer = pulumi.output(pulumi.runtime.invoke("fake:index:ask", ${args})).apply(r => r.answer);`;
    const one = stack().program(call(`{ question: "life" }`));
    assert.equal((await one.ok("up")).outputs.answer, "to life");
    one.program(call("{ refuse: true }"));
    assert.equal((await one.run("up")).ok, false);
    assert.match(one.text(), /Invoke of 'fake:index:ask' failed: not today \(refuse\)/);
    one.program(call("{ fail: true }"));
    assert.equal((await one.run("up")).ok, false);
    assert.match(one.text(), /the fake cloud says no/);
  });

  it("finds resources under their old names", async () => {
    const one = stack().program(`const box = new Box("box"); new Thing("box-a", {}, { parent: box });`);
    await one.ok("up");
    const id = one.resource("box-a").id;
    one.program(`
      const box = new Box("case", { aliases: [{ name: "box" }] });
      new Thing("case-a", {}, { parent: box });`);
    const result = await one.ok("up");
    assert.deepEqual(result.changes, { create: 0, update: 0, same: 3, delete: 0, replace: 0 });
    assert.equal(one.resource("case-a").id, id);
    assert.equal(one.resource("case-a").parent, one.resource("case").urn);
    assert.ok(!one.names.includes("box"));
  });

  it("refuses two resources of one name", async () => {
    const one = stack().program(`new Thing("a"); new Thing("a");`);
    const result = await one.run("up");
    assert.equal(result.ok, false);
    assert.match(result.failures[0].message, /Duplicate resource URN '.*::a'; try giving it a unique name/);
  });

  it("leaves no process and no open port behind", async () => {
    const one = stack().program(`console.log("pid", process.pid); new Thing("a");`);
    await one.ok("up");
    const isHandle = (kind: string) => /TCP|Pipe|Process|Timeout/.test(kind);
    const before = process.getActiveResourcesInfo().filter(isHandle).sort();
    await one.ok("up");
    const line = one.events.find((event) => event.kind === "program-output") as any;
    assert.throws(() => process.kill(Number(line.line.split(" ")[1]), 0), /ESRCH/);
    // tsx keeps pipes and a process of its own, so only what was added counts.
    assert.deepEqual(process.getActiveResourcesInfo().filter(isHandle).sort(), before);
  });
});
