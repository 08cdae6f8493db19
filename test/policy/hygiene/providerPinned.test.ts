import assert from "node:assert/strict";
import { providerPinned } from "../../../policy/policies/hygiene/providerPinned";
import { asPolicySees, judge, unknown } from "../judge";

const type = "pulumi:providers:kubernetes";

describe("policy hygiene-provider-pinned", () => {
  it("refuses a Kubernetes provider without clusterIdentifier", async () => {
    for (const props of [{ kubeconfig: "k" }, { kubeconfig: unknown, clusterIdentifier: "" }, {}]) {
      const [message, ...more] = await judge(providerPinned, type, props);
      assert.match(message, /^clusterIdentifier is not set: .* replaces every layer of the data plane/);
      assert.match(message, /Write `clusterIdentifier: cluster\.id` beside `kubeconfig`\.$/);
      assert.deepEqual(more, []);
    }
  });

  it("accepts one that has it, also where a preview does not know it, and one that only writes files", async () => {
    for (const props of [
      { clusterIdentifier: "aks" },
      { clusterIdentifier: unknown },
      { renderYamlToDirectory: "out" },
    ]) {
      assert.deepEqual(await judge(providerPinned, type, props), [], JSON.stringify(props));
    }
  });

  it("leaves default providers and those of others alone", async () => {
    for (const [other, name] of [
      [type, "default"],
      [type, "default_4_33_1"],
      ["pulumi:providers:azure-native", "azure"],
    ]) {
      const messages: string[] = [];
      const args: any = { type: other, name, props: asPolicySees({}) };
      await (providerPinned as any).validateResource(args, (message: string) => messages.push(message));
      assert.deepEqual(messages, [], name);
    }
  });
});
