import assert from "node:assert/strict";
import { stacks } from "./harness";

describe("engine: resource options", () => {
  const stack = stacks();

  it("ignoreChanges keeps what the state has", async () => {
    const program = (value: string) => `
      new Thing("a", { value: "${value}", deep: { x: "${value}", y: "${value}" } }, { ignoreChanges: ["value", "deep.x"] });`;
    const one = stack().program(program("old"));
    await one.ok("up");
    one.program(program("new"));
    const result = await one.ok("up");
    assert.equal(result.changes.update, 1);
    assert.equal(one.resource("a").inputs.value, "old");
    assert.deepEqual(one.resource("a").inputs.deep, { x: "old", y: "new" });
    assert.deepEqual(one.resource("a").ignoreChanges, ["value", "deep.x"]);
  });

  it("replaceOnChanges turns an update into a replacement, deleteBeforeReplace turns its order round", async () => {
    const program = (value: number, options: string) =>
      `new Thing("a", { value: ${value} }, { replaceOnChanges: ["value"], ${options} });`;
    const one = stack().program(program(1, ""));
    await one.ok("up");
    one.program(program(2, "deleteBeforeReplace: true"));
    one.fake.log.length = 0;
    assert.equal((await one.ok("up")).changes.replace, 1);
    assert.deepEqual(
      one.fake.log.filter((entry) => entry.endsWith("done")),
      ["delete a done", "create a done"],
    );
  });

  it("protect refuses deletion and replacement before anything is touched", async () => {
    const one = stack().program(`
      const a = new Thing("a", { fixed: 1 }, { protect: true });
      new Thing("b", { value: a.generated });`);
    await one.ok("up");
    one.fake.log.length = 0;
    const destroyed = await one.run("destroy");
    assert.equal(destroyed.ok, false);
    assert.match(destroyed.failures[0].message, /resource ".*::a" cannot be deleted\n.*protected/);
    one.program(`new Thing("b");`);
    assert.equal((await one.run("preview")).ok, false, "a preview must say it as well");
    assert.equal((await one.run("up")).ok, false);
    assert.deepEqual(
      one.fake.log.filter((entry) => entry.startsWith("delete")),
      [],
    );
    one.program(`new Thing("a", { fixed: 2 }, { protect: true });`);
    const replaced = await one.run("up");
    assert.match(replaced.failures[0].message, /unable to replace resource ".*::a"/);
    assert.ok(one.fake.world.has(one.resource("a").id));
    one.program(`new Thing("a", { fixed: 1 }, { protect: false });`);
    await one.ok("up");
    await one.ok("destroy");
    assert.equal(one.fake.world.size, 0);
  });

  it("protect, retainOnDelete and deletedWith come down from the parent", async () => {
    const one = stack().program(`
      const target = new Thing("target");
      const box = new Box("box", { protect: true, retainOnDelete: true, deletedWith: target });
      new Thing("child", {}, { parent: box });
      new Thing("free", {}, { parent: box, protect: false });`);
    await one.ok("up");
    const { protect, retainOnDelete, deletedWith } = one.resource("child");
    assert.deepEqual([protect, retainOnDelete, deletedWith], [true, true, one.resource("target").urn]);
    assert.equal(one.resource("free").protect, undefined);
  });

  it("retainOnDelete forgets without deleting", async () => {
    const one = stack().program(`new Thing("a", {}, { retainOnDelete: true }); new Thing("b");`);
    await one.ok("up");
    await one.ok("destroy");
    assert.deepEqual(
      [...one.fake.world.keys()].map((id) => id[0]),
      ["a"],
    );
    assert.deepEqual(one.names, []);
  });

  it("deletedWith skips the deletion only where the other one goes as well", async () => {
    const program = (rest: string) => `const cluster = new Thing("cluster"); ${rest}`;
    const layers = `new Thing("layer", { value: cluster.generated }, { deletedWith: cluster });`;
    const one = stack().program(program(layers));
    await one.ok("up");
    one.program(program(""));
    await one.ok("up");
    assert.ok(one.fake.log.includes("delete layer done"), "the cluster stays, so the layer is deleted");
    one.program(program(layers));
    await one.ok("up");
    one.fake.log.length = 0;
    await one.ok("destroy");
    assert.deepEqual(one.fake.log, ["delete cluster", "delete cluster done"]);
    assert.deepEqual(one.names, []);
  });

  it("deletedWith keeps the companion in the state when the other one's deletion fails", async () => {
    const one = stack().program(`
      const cluster = new Thing("cluster", { fail: "delete" });
      new Thing("layer", { value: cluster.generated }, { deletedWith: cluster });`);
    await one.ok("up");
    assert.equal((await one.run("destroy")).ok, false);
    assert.ok(one.resource("layer") && one.resource("cluster"));
  });

  it("customTimeouts reach the provider in seconds and stand in the state", async () => {
    const one = stack().program(`new Thing("a", {}, { customTimeouts: { create: "1m30s", delete: "2h" } });`);
    await one.ok("up");
    assert.equal(one.fake.timeouts["create a"], 90);
    assert.deepEqual(one.resource("a").customTimeouts, { create: 90, delete: 7200 });
    await one.ok("destroy");
    assert.equal(one.fake.timeouts["delete a"], 7200);
    one.program(`new Thing("a", {}, { customTimeouts: { create: "soon" } });`);
    assert.match(
      (await one.run("up")).failures[0].message,
      /customTimeouts.create: "soon" is not a duration/,
    );
  });

  const refusals: [string, string, RegExp][] = [
    ["import", `new Thing("a", {}, { import: "x" });`, /the option `import` is not supported/],
    ["get", `new Thing("a", {}, { id: "x" });`, /reading 'a' \[fake:index:Thing\].* is not supported/],
    ["a stack reference", `new pulumi.StackReference("o/p/s");`, /StackReference 'o\/p\/s' is not supported/],
    ["transforms", `new Thing("a", {}, { transforms: [() => undefined] });`, /does not support transforms/],
    [
      "hooks",
      `new Thing("a", {}, { hooks: { afterCreate: [() => {}] } });`,
      /does not support resource hooks/,
    ],
    [
      "replaceWith",
      `const b = new Thing("b"); new Thing("a", {}, { replaceWith: [b] });`,
      /ReplaceWith option/,
    ],
    [
      "replacementTrigger",
      `new Thing("a", {}, { replacementTrigger: 1 });`,
      /`replacementTrigger` is not supported/,
    ],
    [
      "envVarMappings",
      `new Provider("p", {}, { envVarMappings: { A: "B" } });`,
      /`envVarMappings` is not supported/,
    ],
    ["assets", `new Thing("a", { value: new pulumi.asset.StringAsset("x") });`, /contains an asset/],
    [
      "a foreign package",
      `new pulumi.CustomResource("aws:s3:Bucket", "b", {});`,
      /no provider for the package 'aws'/,
    ],
    [
      "dynamic providers",
      `new pulumi.dynamic.Resource({ create: async () => ({ id: "1" }) }, "d", {});`,
      /package 'pulumi-nodejs'/,
    ],
    [
      "remote components",
      `new pulumi.ComponentResource("fake:index:R", "r", {}, {}, true);`,
      /component of another language/,
    ],
    [
      "calls",
      `pulumi.runtime.call("fake:index:Thing/go", {}).apply(x => x);`,
      /resource method \(call\) is not supported/,
    ],
  ];
  for (const [what, program, message] of refusals) {
    it(`refuses ${what} by name, and makes nothing of it`, async () => {
      const one = stack().program(program);
      const result = await one.run("up");
      assert.equal(result.ok, false);
      assert.match(result.failures.map((failure) => failure.message).join("\n"), message);
      assert.ok(![...one.fake.world.keys()].some((id) => id.startsWith("a")));
    });
  }

  it("takes requirePulumiVersion at its word", async () => {
    const one = stack().program(
      `module.exports = async () => { await pulumi.requirePulumiVersion(">=3.0.0"); };`,
    );
    await one.ok("preview");
    one.program(`module.exports = async () => { await pulumi.requirePulumiVersion(">=99.0.0"); };`);
    assert.equal((await one.run("preview")).ok, false);
    assert.match(one.text(), /does not satisfy the version range \\">=99.0.0\\"/);
  });
});
