// The example that switches somebody else's cluster: what it keeps to itself.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { isSecret, record } from "./record";

it("examples/existing-cluster: a kubeconfig's text and the chart's values are secrets in the state", async () => {
  const settings = {
    kubeconfig: "users: [hush]",
    apiServerHost: "aks.example.net",
    mode: "SelfManaged",
    calico: JSON.stringify({ values: { registry: { password: "hush" } } }),
  };
  const recording = await record(() => {
    for (const [key, value] of Object.entries(settings)) pulumi.runtime.setConfig(`project:${key}`, value);
    return require("../../examples/existing-cluster/index.ts");
  });
  for (const { name, raw } of recording.resources) {
    const texts = JSON.stringify(raw, (_key, value) => (isSecret(value) ? "secret" : value));
    assert.doesNotMatch(texts, /hush/, name);
  }
  assert.ok(isSecret(recording.named("cluster").raw.kubeconfig));
  assert.ok(isSecret(recording.named("existing-operator").raw.values));
});
