// The schemas that YAML programs and `pulumi import` ask for; that the CLI can bind them the tests with a CLI show.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { previewOutputs } from "../../rehearsal/plugin/preview";
import { UNKNOWN } from "../../rehearsal/plugin/provider";
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
  };
  let text: string;
  let schema: any;
  before(async () => {
    process.env.XDG_CACHE_HOME = cache;
    text = await packageSchema(azure, __dirname);
    schema = JSON.parse(text);
  });
  after(() => {
    // Assigned, undefined would be the text "undefined".
    if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
    fs.rmSync(cache, { recursive: true });
  });

  it("has exactly the resources that are served, with their functions and the provider's settings", () => {
    assert.deepEqual(Object.keys(schema.resources), azure.types);
    const functions = [
      "containerservice:getManagedCluster",
      "network:getSubnet",
      "authorization:getClientConfig",
    ];
    assert.deepEqual(
      Object.keys(schema.functions),
      functions.map((one) => `azure-native:${one}`),
    );
    assert.equal(schema.version, require("@pulumi/azure-native/package.json").version);
    assert.equal(schema.config.variables.subscriptionId.type, "string");
  });

  it("tells inputs from outputs, what is required of each, and enumerations", () => {
    const cluster = schema.resources["azure-native:containerservice:ManagedCluster"];
    assert.deepEqual(cluster.requiredInputs, ["resourceGroupName"]);
    assert.ok(cluster.required.includes("provisioningState") && !cluster.required.includes("identity"));
    const type = "azure-native:containerservice:ManagedClusterAgentPoolProfile";
    assert.deepEqual(cluster.inputProperties.agentPoolProfiles, {
      type: "array",
      items: { $ref: `#/types/${type}` },
    });
    assert.deepEqual(cluster.properties.agentPoolProfiles.items, { $ref: `#/types/${type}Response` });
    const { properties, required } = schema.types[type];
    assert.deepEqual(required, ["name"]);
    const mode = "azure-native:containerservice:AgentPoolMode";
    assert.deepEqual(properties.mode.oneOf, [{ type: "string" }, { $ref: `#/types/${mode}` }]);
    const modes = schema.types[mode].enum.map((one: { value: string }) => one.value);
    assert.deepEqual(modes, ["System", "User", "Gateway"]);
    assert.deepEqual(properties.nodeLabels.additionalProperties, { type: "string" });
    assert.equal(schema.functions["azure-native:authorization:getClientConfig"].inputs, undefined);
    for (const [, token] of text.matchAll(/"\$ref":"#\/types\/([^"]+)"/g))
      assert.ok(schema.types[token].properties || schema.types[token].enum, token);
  });

  it("tells a preview what Azure adds inside the inputs", () => {
    const added = ["delegatedResources", "principalId", "tenantId", "userAssignedIdentities"];
    const identity = { type: "SystemAssigned" };
    const inputs = {
      identity,
      networkProfile: { networkPlugin: "azure" },
      tags: { a: "b" },
      resourceGroupName: "g",
    };
    const outputs: any = previewOutputs(schema, azure.types[0], inputs);
    assert.deepEqual(outputs.identity, {
      ...identity,
      ...Object.fromEntries(added.map((name) => [name, UNKNOWN])),
    });
    assert.deepEqual([outputs.fqdn, outputs.networkProfile.serviceCidr], [UNKNOWN, UNKNOWN]);
    assert.deepEqual([outputs.tags, outputs.resourceGroupName], [{ a: "b" }, undefined]);
  });

  it("marks what is secret", async () => {
    const { resources } = JSON.parse(await packageSchema(randomProvider(), __dirname));
    const { result, length } = resources["random:index/randomPassword:RandomPassword"].properties;
    assert.deepEqual([result.secret, length.secret], [true, undefined]);
  });

  it("is made once, and is none the worse for a cache that cannot be written", async () => {
    const folder = path.join(cache, "aks-calico-ebpf/schemas");
    const file = path.join(
      folder,
      fs.readdirSync(folder).find((one) => one.startsWith("azure"))!,
    );
    fs.writeFileSync(file, "kept");
    assert.equal(await packageSchema(azure, __dirname), "kept");
    process.env.XDG_CACHE_HOME = file;
    assert.equal(await packageSchema(azure, __dirname), text);
  });
});
