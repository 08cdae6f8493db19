// The schemas that YAML programs and `pulumi import` ask for; that the CLI can bind them the tests with a CLI show.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Provider } from "../../rehearsal/plugin/provider";
import { packageSchema } from "../../rehearsal/plugin/schema";
import { randomProvider } from "../../rehearsal/random";

describe("plugin: schema", function () {
  this.timeout(60_000);
  const cache = fs.mkdtempSync(path.join(os.tmpdir(), "schema-"));
  const { XDG_CACHE_HOME } = process.env;
  const azure = {
    ...randomProvider(),
    pkg: "azure-native",
    types: ["containerservice:ManagedCluster", "network:Subnet"].map((type) => `azure-native:${type}`),
    functions: ["azure-native:authorization:getClientConfig"],
    secretOutputs: () => [],
  } satisfies Provider;
  let text: string;
  let schema: any;
  before(async () => {
    process.env.XDG_CACHE_HOME = cache;
    text = await packageSchema(azure, __dirname);
    schema = JSON.parse(text);
  });
  after(() => {
    if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
    fs.rmSync(cache, { recursive: true });
  });

  it("has exactly the resources that are served, with their functions", () => {
    assert.deepEqual(Object.keys(schema.resources).sort(), [...azure.types].sort());
    for (const token of azure.types) assert.ok(token.replace(/\w+$/, "get$&") in schema.functions, token);
    for (const token of azure.functions) assert.ok(token in schema.functions, token);
    assert.equal(schema.version, require("@pulumi/azure-native/package.json").version);
    assert.equal(schema.config.variables.subscriptionId.type, "string");
  });

  it("tells inputs from outputs, what is required of each, and enumerations", () => {
    const cluster = schema.resources["azure-native:containerservice:ManagedCluster"];
    assert.match(cluster.description, /^Managed cluster\./);
    assert.deepEqual(cluster.requiredInputs, ["resourceGroupName"]);
    assert.ok(cluster.required.includes("provisioningState") && !cluster.required.includes("identity"));
    const profiles = cluster.inputProperties.agentPoolProfiles;
    const type = "#/types/azure-native:containerservice:ManagedClusterAgentPoolProfile";
    assert.deepEqual([profiles.type, profiles.items], ["array", { $ref: type }]);
    assert.deepEqual(cluster.properties.agentPoolProfiles.items, { $ref: `${type}Response` });
    const profile = schema.types[type.slice("#/types/".length)];
    assert.deepEqual(profile.required, ["name"]);
    assert.deepEqual(profile.properties.mode.oneOf, [
      { type: "string" },
      { $ref: "#/types/azure-native:containerservice:AgentPoolMode" },
    ]);
    assert.deepEqual(profile.properties.nodeLabels.additionalProperties, { type: "string" });
    const modes = schema.types["azure-native:containerservice:AgentPoolMode"].enum;
    assert.deepEqual(
      modes.map((one: { value: string }) => one.value),
      ["System", "User", "Gateway"],
    );
    const clientConfig = schema.functions["azure-native:authorization:getClientConfig"];
    assert.equal(clientConfig.inputs, undefined);
    assert.ok(clientConfig.outputs.required.includes("subscriptionId"));
  });

  it("defines every type that it refers to", () => {
    for (const [, token] of text.matchAll(/"\$ref":"#\/types\/([^"]+)"/g))
      assert.ok(schema.types[token].properties || schema.types[token].enum, token);
  });

  it("marks what is secret", async () => {
    const { resources } = JSON.parse(await packageSchema(randomProvider(), __dirname));
    const { result, length } = resources["random:index/randomPassword:RandomPassword"].properties;
    assert.deepEqual([result.secret, length.secret], [true, undefined]);
  });

  it("is made once, and is none the worse for a cache that cannot be written", async () => {
    const [file] = fs
      .readdirSync(path.join(cache, "aks-calico-ebpf/schemas"))
      .filter((one) => /^azure/.test(one));
    fs.writeFileSync(path.join(cache, "aks-calico-ebpf/schemas", file), "kept");
    assert.equal(await packageSchema(azure, __dirname), "kept");
    fs.writeFileSync(path.join(cache, "file"), "");
    process.env.XDG_CACHE_HOME = path.join(cache, "file");
    assert.equal(await packageSchema(azure, __dirname), text);
  });
});
