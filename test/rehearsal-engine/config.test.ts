import assert from "node:assert/strict";
import { stacks } from "./harness";

const schema = `name: demo
runtime: nodejs
config:
  nodes: { type: integer, default: 3 }
  zones: { type: array, items: { type: string }, default: ["1", "2"] }
  name: { type: string }
  safe: { type: boolean, default: true }
  plain: text
`;

describe("engine: configuration", () => {
  const stack = stacks();
  const read = `
    const config = new pulumi.Config();
    exports.nodes = config.requireNumber("nodes");
    exports.zones = config.requireObject("zones");
    exports.name = config.require("name");
    exports.safe = config.requireBoolean("safe");
    exports.plain = config.get("plain");`;

  it("takes defaults, the stack's file and overrides, in this order", async () => {
    const one = stack(schema).program(read);
    one.write("Pulumi.dev.yaml", `config:\n  demo:name: mine\n  demo:nodes: 5\n  fake:region: south\n`);
    assert.deepEqual((await one.ok("preview")).outputs, {
      nodes: 5,
      zones: ["1", "2"],
      name: "mine",
      safe: true,
      plain: "text",
    });
    const config = { nodes: "7", "demo:zones": '["3"]', safe: "false" };
    const { outputs } = await one.ok("preview", { config });
    assert.deepEqual([outputs.nodes, outputs.zones, outputs.safe], [7, ["3"], false]);
  });

  const wrong: [string, string, string, RegExp][] = [
    ["a missing value", schema, "", /^Stack 'dev' is missing configuration value 'name'/],
    [
      "missing values",
      schema.replace(
        "name: { type: string }",
        "name: { type: string }\n  b: { type: string }\n  c: { type: string }",
      ),
      "",
      /missing configuration values 'b', 'c' and 'name'/,
    ],
    [
      "a wrong type",
      schema,
      "config:\n  demo:name: a\n  demo:nodes: many",
      /^Stack 'dev' with configuration key 'nodes' must be of type 'integer'/,
    ],
    [
      "a wrong item",
      schema,
      "config:\n  demo:name: a\n  demo:zones: [{}]",
      /key 'zones' must be of type 'array<string>'/,
    ],
    [
      "a plain secret",
      schema.replace("{ type: string }\n", "{ type: string, secret: true }\n"),
      "config:\n  demo:name: a",
      /key 'name' must be encrypted as it's secret/,
    ],
    [
      "a wrong default",
      schema.replace("default: 3", "default: three"),
      "",
      /default value specified for configuration key 'nodes' is not of the expected type 'integer'/,
    ],
    [
      "a default and a value",
      schema.replace("default: 3", "default: 3, value: 3"),
      "",
      /project config 'nodes' cannot have both a 'default' and 'value' attribute/,
    ],
    [
      "a provider's setting with a type",
      `${schema}  fake:region: { type: string, value: south }\n`,
      "",
      /key 'fake:region' is not namespaced by the project and should not define a type/,
    ],
    [
      "a provider's setting with a default",
      `${schema}  fake:region: { default: south }\n`,
      "",
      /key 'fake:region' .* should not define a default value. Did you mean to use the 'value'/,
    ],
    [
      "a provider's setting without a value",
      `${schema}  fake:region: { description: where }\n`,
      "",
      /key 'fake:region' is namespaced and must provide an attribute 'value'/,
    ],
    ["a missing program", "name: demo\nruntime: nodejs\nmain: src\n", "", /project 'main' could not be read/],
    [
      "a secret without its passphrase",
      schema,
      "encryptionsalt: v1:a:v1:b:c\nconfig:\n  demo:name: { secure: 'v1:x:y' }",
      /secret configuration value 'demo:name' cannot be decrypted\n.*PULUMI_CONFIG_PASSPHRASE is not set/,
    ],
    [
      "a service's secret",
      schema,
      "config:\n  demo:name: { secure: 'AAAB' }",
      /'demo:name' cannot be decrypted\n.*of a Pulumi service/,
    ],
    ["an environment", schema, "environment: [prod]", /'environment' is not supported by the rehearsal/],
    ["another runtime", "name: demo\nruntime: python\n", "", /runtime 'python' is not supported/],
    ["plugins", "name: demo\nruntime: nodejs\nplugins: {}\n", "", /'plugins' is not supported/],
    [
      "a runtime option",
      "name: demo\nruntime: {name: nodejs, options: {binary: x}}\n",
      "",
      /runtime option 'binary'/,
    ],
    ["broken YAML", "name: [\n", "", /Pulumi.yaml cannot be read/],
  ];
  for (const [what, project, settings, message] of wrong) {
    it(`refuses ${what} before the program starts`, async () => {
      const one = stack(project).program(`console.log("started");`);
      one.write("Pulumi.dev.yaml", settings);
      const { PULUMI_CONFIG_PASSPHRASE: _, ...env } = process.env;
      const result = await one.run("up", { env });
      assert.match(result.failures[0].message, message);
      assert.ok(!one.text().includes("started"));
    });
  }

  it("hands on the runtime's options", async () => {
    const one = stack(
      `name: demo\nruntime: {name: nodejs, options: {typescript: false, nodeargs: '--title="my program"'}}\nmain: src/\n`,
    );
    one.write("package.json", '{"name":"demo"}');
    await import("node:fs").then((fs) => fs.mkdirSync(`${one.folder}/src`));
    one.write(
      "src/index.js",
      `exports.title = process.title; exports.ts = process.env.PULUMI_NODEJS_TYPESCRIPT; exports.cwd = process.cwd();`,
    );
    assert.deepEqual((await one.ok("preview")).outputs, {
      title: "my program",
      ts: "false",
      cwd: `${one.folder}/src`,
    });
  });

  it("runs a program in a subfolder where it lies", async () => {
    const one = stack("name: demo\nruntime: nodejs\nmain: src/program.js\n");
    await import("node:fs").then((fs) => fs.mkdirSync(`${one.folder}/src`));
    one.write("src/program.js", `exports.cwd = process.cwd();`);
    assert.deepEqual((await one.ok("preview")).outputs, { cwd: `${one.folder}/src` });
  });

  it("gives objects, a provider's values and dates as the CLI does", async () => {
    const one = stack(
      "name: demo\nruntime: nodejs\nconfig:\n  tags: { type: object, default: {} }\n  fake:region: south\n",
    ).program(`
      exports.tags = new pulumi.Config().requireObject("tags");
      exports.region = new pulumi.Config("fake").require("region");`);
    assert.deepEqual((await one.ok("preview")).outputs, { tags: {}, region: "south" });
    one.write("Pulumi.dev.yaml", "config:\n  demo:tags: { since: 2026-01-31, count: 3 }\n");
    const { outputs } = await one.ok("preview");
    assert.deepEqual(outputs.tags, { since: "2026-01-31 00:00:00 +0000 UTC", count: 3 });
  });
});
