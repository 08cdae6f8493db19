import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { diffProviderConfig, kubernetesProvider } from "../../rehearsal/engine/kubernetes";
import { parseConfig } from "../../rehearsal/engine/kubernetes/config";
import { UNKNOWN, type Props } from "../../rehearsal/engine/provider";
import { configMap, Recorder } from "./harness";

const kubeconfig = (server: string, token = "t", extra: object = {}): string =>
  JSON.stringify({
    "current-context": "a",
    contexts: [
      { name: "a", context: { cluster: "a", user: "u", ...extra } },
      { name: "b", context: { cluster: "b", user: "u", namespace: "of-b" } },
    ],
    clusters: [
      { name: "a", cluster: { server } },
      { name: "b", cluster: { server: "https://127.0.0.1:2" } },
    ],
    users: [{ name: "u", user: { token } }],
  });
const one = kubeconfig("https://127.0.0.1:1");
const two = kubeconfig("https://127.0.0.1:3");

describe("Kubernetes provider: configuration", () => {
  it("takes contents, paths, contexts, clusters and namespaces", () => {
    const server = (inputs: Props) => parseConfig(inputs).kubeConfig?.getCurrentCluster()?.server;
    const namespace = (inputs: Props) => parseConfig({ kubeconfig: one, ...inputs }).namespace;
    assert.equal(server({ kubeconfig: one }), "https://127.0.0.1:1");
    assert.equal(server({ kubeconfig: one, context: "b" }), "https://127.0.0.1:2");
    assert.equal(server({ kubeconfig: one, cluster: "b" }), "https://127.0.0.1:2");
    assert.equal(namespace({}), "default");
    assert.equal(namespace({ context: "b" }), "of-b");
    assert.equal(namespace({ context: "b", namespace: "mine" }), "mine");
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "kubeconfig-test-"));
    try {
      fs.writeFileSync(path.join(folder, "config"), one);
      assert.equal(server({ kubeconfig: path.join(folder, "config") }), "https://127.0.0.1:1");
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("refuses what it does not carry out, each by its name", () => {
    const refused: [Props, RegExp][] = [
      [{ renderYamlToDirectory: "x" }, /"renderYamlToDirectory" is not supported by the rehearsal: /],
      [{ alwaysRender: "true" }, /"alwaysRender"/],
      [{ helmReleaseSettings: "{}" }, /"helmReleaseSettings"/],
      [{ enableServerSideApply: "false" }, /"enableServerSideApply: false"/],
      [{ enablePatchForce: "yes" }, /"enablePatchForce" must be true or false, not "yes"/],
      [{ kubeClientSettings: '{"qps":0}' }, /kubeClientSettings\.qps/],
      [{ kubeConfig: one }, /unknown input "kubeConfig"; known are .*kubeconfig/],
    ];
    for (const [inputs, message] of refused) {
      assert.throws(() => parseConfig(inputs), message);
    }
    const all = {
      deleteUnreachable: "true",
      enableServerSideApply: "true",
      clusterIdentifier: "x",
      version: "4.34.2",
    };
    assert.equal(parseConfig({ kubeconfig: one, ...all }).deleteUnreachable, true);
  });

  it("goes on without a cluster in a preview, and fails a change with the reason", async () => {
    const op = new Recorder("kubernetes:core/v1:ConfigMap", "x");
    const args = configMap({ name: "x" });
    const wrong = await kubernetesProvider().configure({ kubeconfig: "no such file" });
    assert.equal(((await wrong.check(op, undefined, args)).inputs.metadata as Props).namespace, "default");
    await assert.rejects(
      wrong.create(op, args),
      /^Error: configured Kubernetes cluster is unreachable: failed to parse kubeconfig data in .* "no such file" is neither/,
    );
    const unknown = await kubernetesProvider().configure({ kubeconfig: UNKNOWN });
    const role = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: UNKNOWN },
    };
    const type = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole";
    const checked = await unknown.check(new Recorder(type, "x"), undefined, role);
    assert.deepEqual(checked, { inputs: role, failures: [] });
    await assert.rejects(unknown.create(op, args), /the kubeconfig is not known yet/);
  });

  it("treats an unreachable cluster as the provider was told to", async () => {
    const state: [string, Props, Props] = ["default/x", configMap({ name: "x" }), {}];
    const provider = (inputs: Props) => kubernetesProvider().configure({ kubeconfig: one, ...inputs });
    const op = new Recorder("kubernetes:core/v1:ConfigMap", "x");
    const plain = await provider({});
    await assert.rejects(
      plain.read(op, ...state),
      /due to unreachable cluster.*PULUMI_K8S_DELETE_UNREACHABLE/,
    );
    await assert.rejects(
      async () => plain.delete(op, ...state),
      /cluster is unreachable.*PULUMI_K8S_DELETE_UNREACHABLE/,
    );
    const forgetting = await provider({ deleteUnreachable: "true" });
    assert.equal(await forgetting.read(op, ...state), undefined);
    await forgetting.delete(op, ...state);
    const skipping = await provider({ skipUpdateUnreachable: "true" });
    assert.equal((await skipping.read(op, ...state))?.id, "default/x");
    const olds = configMap({ name: "old" });
    assert.deepEqual((await skipping.check(op, olds, configMap({ name: "new" }))).inputs, olds);
  });

  it("replaces with the cluster only, and with clusterIdentifier only when that changes", () => {
    const replace = (olds: Props, news: Props) => diffProviderConfig(olds, news).replace;
    assert.deepEqual(diffProviderConfig({ kubeconfig: one }, { kubeconfig: one }), {
      changed: [],
      replace: [],
    });
    // A new token reaches the same cluster.
    const renewed = kubeconfig("https://127.0.0.1:1", "new");
    assert.deepEqual(diffProviderConfig({ kubeconfig: one }, { kubeconfig: renewed }), {
      changed: ["kubeconfig"],
      replace: [],
    });
    assert.deepEqual(replace({ kubeconfig: one }, { kubeconfig: two }), ["kubeconfig"]);
    assert.deepEqual(replace({ kubeconfig: one }, { kubeconfig: one, context: "b" }), ["context"]);
    assert.deepEqual(replace({ kubeconfig: one }, { kubeconfig: UNKNOWN }), ["kubeconfig"]);
    assert.deepEqual(replace({ kubeconfig: one }, { kubeconfig: one, namespace: "n" }), []);
    const id = { clusterIdentifier: "c" };
    assert.deepEqual(replace({ kubeconfig: one, ...id }, { kubeconfig: two, ...id }), []);
    assert.deepEqual(replace({ kubeconfig: one, ...id }, { kubeconfig: UNKNOWN, ...id }), []);
    assert.deepEqual(replace({ kubeconfig: one, ...id }, { kubeconfig: one, clusterIdentifier: "d" }), [
      "clusterIdentifier",
    ]);
    assert.deepEqual(replace({ kubeconfig: one }, { kubeconfig: one, ...id }), []);
  });

  it("says which outputs are secret", () => {
    const { secretOutputs } = kubernetesProvider();
    assert.deepEqual(secretOutputs("kubernetes:core/v1:SecretPatch"), ["data", "stringData"]);
    assert.deepEqual(secretOutputs("kubernetes:core/v1:ConfigMap"), []);
    assert.deepEqual(secretOutputs("pulumi:providers:kubernetes"), ["kubeconfig"]);
  });
});
