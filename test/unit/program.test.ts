import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import * as path from "node:path";
import { runProgram } from "./languageRunner";

const root = path.dirname(path.dirname(__dirname));
const project = load(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) as any;
/** How the CLI's language host starts the program, from the options in Pulumi.yaml. */
const env = {
  PULUMI_NODEJS_TYPESCRIPT: "true",
  PULUMI_NODEJS_TSCONFIG_PATH: project.runtime.options.tsconfig,
};

/** The project's own settings; other namespaces belong to providers. */
const settings = Object.fromEntries(
  Object.entries<any>(project.config).filter(([key]) => !key.includes(":")),
);

/** What the CLI makes of a stack without settings: the defaults of the project's schema. */
const defaults = Object.fromEntries(
  Object.entries<any>(settings).map(([key, { default: value }]) => [
    key,
    typeof value === "object" ? JSON.stringify(value) : String(value),
  ]),
);

describe("the program, under Pulumi's language runner", function () {
  this.timeout(60_000);

  it("makes one cluster and its data plane of the project's defaults", async () => {
    const run = await runProgram({ env, config: defaults });
    assert.deepEqual([run.code, run.errors, run.output], [0, [], ""]);
    assert.deepEqual(run.resources.map((r) => r.name).sort(), [
      "aks",
      "aks",
      "aks",
      "aks-calico-ebpf-test",
      "aks-calico-found",
      "aks-cluster",
      "aks-dataplane-switch",
      "aks-ebpf-rolled-out",
      "aks-endpoint",
      "aks-endpoint-in-calico-node",
      "aks-felix",
      "aks-kube-proxy-off",
      "aks-kube-proxy-seen",
      "aks-kube-proxy-still-off",
      "aks-provider",
      "aks-resources",
      "aks-suffix",
      "aks-switch-acknowledged",
    ]);
  });

  it("takes lists and objects from the stack", async () => {
    const config = { userPools: JSON.stringify([{ name: "work", count: 2 }]), rolloutTimeoutMinutes: "60" };
    const run = await runProgram({ env, config });
    assert.deepEqual(run.errors, []);
    assert.ok(run.resources.some((r) => r.name === "aks-pool-work"));
  });

  it("takes texts that `pulumi config set --path` has turned into numbers", async () => {
    const config = { tags: '{"costCenter":1234}', systemPool: '{"zones":[1,2],"labels":{"canary":true}}' };
    const run = await runProgram({ env, config });
    assert.deepEqual([run.code, run.errors], [0, []]);
  });

  it("shows a refusal as plain text, declares nothing, and says where", async () => {
    const run = await runProgram({ env, config: { userPool: "[]", systemPool: '{"osSku":"Windows2022"}' } });
    assert.notEqual(run.code, 0);
    assert.deepEqual(
      run.resources.map((r) => r.type),
      ["pulumi:pulumi:Stack"],
    );
    assert.equal(run.errors.length, 1);
    assert.match(
      run.errors[0],
      /^aks-calico-ebpf:index:CalicoEbpfCluster "aks": 2 arguments are refused\n {2}userPool:/,
    );
    assert.match(run.errors[0], /systemPool\.osSku: "Windows2022" is not known\n {4}why: .*Linux/);
    assert.doesNotMatch(run.errors[0] + run.output, /\n\s+at |node_modules|unhandled/);
  });

  it("shows the refusal of a value that is known later just so, and once", async () => {
    const run = await runProgram({ env, program: path.join(__dirname, "programs", "lateRefusal.ts") });
    assert.equal(run.errors.length, 1, run.errors.join("\n"));
    assert.match(
      run.errors[0],
      /^aks-calico-ebpf:index:AksCluster "dev": an argument is refused\n {2}systemPool\.count: is 0\n/,
    );
    assert.doesNotMatch(run.errors[0] + run.output, /\n\s+at |serializing/);
    assert.ok(!run.resources.some((r) => r.type.includes("ManagedCluster")));
  });

  for (const [key, value, says] of [
    ["rolloutTimeoutMinutes", "soon", /'soon' is not a valid number/],
    ["protect", "maybe", /'maybe' is not a valid boolean/],
    ["network", "flat", /'flat' is not a valid JSON object/],
  ] as const) {
    it(`says so where ${key} is of another kind`, async () => {
      const run = await runProgram({ env, config: { [key]: value } });
      assert.equal(run.errors.length, 1);
      assert.match(run.errors[0], says);
      assert.doesNotMatch(run.errors[0], /\n\s+at /);
    });
  }

  it("describes every setting in Pulumi.yaml, with a type and a default, and no other", () => {
    const source = readFileSync(path.join(root, "index.ts"), "utf8");
    const kinds = [...source.matchAll(/(\w+): "(text|number|boolean|object)"/g)];
    const types: Record<string, string[]> = {
      text: ["string"],
      // Fractions, and the empty text for "left out", need a text.
      number: ["string"],
      boolean: ["boolean"],
      object: ["object", "array"],
    };
    assert.deepEqual(kinds.map(([, key]) => key).sort(), Object.keys(settings).sort());
    for (const [, key, kind] of kinds) {
      const setting = settings[key];
      assert.ok(types[kind].includes(setting.type), key);
      assert.ok(setting.description.length > 10, key);
      assert.notEqual(
        setting.default,
        undefined,
        `${key}: the CLI demands a setting without default of every stack`,
      );
    }
  });

  it("loads no SDK whole: leaf modules only", async () => {
    const trace = path.join(__dirname, "traceModules.cjs");
    const run = await runProgram({ env, nodeArgs: ["--require", trace] });
    const loaded = run.output.split("\n").filter((line) => line.includes("/node_modules/@pulumi/"));
    assert.ok(loaded.some((file) => file.endsWith("azure-native/containerservice/managedCluster.js")));
    const roots = loaded.filter((file) =>
      /@pulumi\/(azure-native|kubernetes|random)\/(.*\/)?index\.js$/.test(file),
    );
    // The provider's module refers to the type tree's index, which holds no resource.
    assert.deepEqual(
      roots.filter((file) => !/\/types\//.test(file)),
      [],
    );
    const leaves = loaded.filter((file) => /@pulumi\/(azure-native|kubernetes|random)\//.test(file));
    assert.ok(leaves.length < 45, `${leaves.length} modules`);
  });
});
