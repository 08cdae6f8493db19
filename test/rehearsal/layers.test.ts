// The layers on a cluster that stays: on, unchanged, previewed, back again, and gone without a trace.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import * as k8s from "@kubernetes/client-node";
import {
  eventually,
  host,
  layers,
  StayingCluster,
  startTimeoutMs,
  traces,
  type TestStack,
  written,
} from "./harness";

describe("the layers on a cluster that stays", function () {
  this.timeout(120_000);
  let cluster: StayingCluster;
  let stack: TestStack;

  before(async function () {
    this.timeout(startTimeoutMs);
    cluster = await StayingCluster.start();
    stack = cluster.stack("layers");
  });
  after(() => cluster?.end());

  async function versions() {
    const seen = await cluster.snapshot();
    return [seen.endpoint, seen.installation, seen.felix, seen.kubeProxy].map(written);
  }

  it("a preview touches neither the cluster nor the state", async () => {
    await cluster.onIptables();
    const before = await versions();
    const result = await stack.engine().preview();
    assert.deepEqual(result.failures, []);
    assert.equal(result.changes.create, 3 + layers.length, "stack, component, provider and layers");
    assert.deepEqual(await versions(), before);
    assert.ok(!fs.existsSync(path.join(stack.stateDir, "state.json")), "a preview wrote state");
  });

  it("up yields an eBPF cluster, and ends only when it is one", async () => {
    const result = await stack.engine().up();
    assert.deepEqual(result.failures, []);
    assert.deepEqual(await cluster.red(), []);
    assert.deepEqual(result.outputs, { linuxDataplane: "BPF", bpfEnabled: true });
  });

  it("each layer began after the one before had ended", () => {
    const at = (kind: string, name: string) =>
      stack.events.findLastIndex((event) => event.kind === kind && "name" in event && event.name === name);
    for (const [index, layer] of layers.entries()) {
      assert.ok(at("step-done", layer) > 0, `${layer} was not made`);
      if (index > 0)
        assert.ok(at("step-started", layer) > at("step-done", layers[index - 1]), `${layer} came too early`);
    }
  });

  it("a second up changes nothing, neither in the cluster nor in the state", async () => {
    const before = await versions();
    const state = JSON.stringify(stack.state());
    const result = await stack.engine().up();
    assert.deepEqual(result.failures, []);
    assert.deepEqual(result.changes, {
      create: 0,
      update: 0,
      same: 3 + layers.length,
      delete: 0,
      replace: 0,
    });
    assert.deepEqual(await versions(), before);
    assert.equal(JSON.stringify(stack.state()), state);
  });

  it("the addon manager re-applies its manifest and kube-proxy stays at 0", async () => {
    const apps = cluster.api.makeApiClient(k8s.AppsV1Api);
    const where = { namespace: "kube-system", name: "kube-proxy" };
    const read = () => apps.readNamespacedDaemonSet(where);
    const shipped = (await read()).spec!.template.spec!.containers[0].image!;
    await apps.patchNamespacedDaemonSet(
      {
        ...where,
        body: [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "by-hand:1" }],
      },
      k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.JsonPatch),
    );
    await eventually(async () => {
      const image = (await read()).spec!.template.spec!.containers[0].image;
      return image === shipped ? undefined : `kube-proxy's image is ${image}`;
    });
    assert.deepEqual(await cluster.red(), []);
  });

  it("dataplane: Iptables brings iptables back before kube-proxy", async () => {
    stack.events.length = 0;
    const result = await stack.engine({ dataplane: "Iptables" }).up();
    assert.deepEqual(result.failures, []);
    const at = (kind: string, name: string) =>
      stack.events.findIndex((event) => event.kind === kind && "name" in event && event.name === name);
    const kubeProxyReturns = at("step-started", "layers-kube-proxy-off");
    assert.ok(kubeProxyReturns > at("step-done", "layers-iptables-rolled-out"));
    assert.ok(at("step-done", "layers-iptables-rolled-out") > 0);
    await eventually(async () => (await cluster.red("Iptables")).join("; ") || undefined);
  });

  it("and forth again", async () => {
    const result = await stack.engine().up();
    assert.deepEqual(result.failures, []);
    assert.deepEqual(await cluster.red(), []);
  });

  it("destroy brings kube-proxy and iptables back and leaves nothing of ours", async () => {
    const result = await stack.engine().destroy();
    assert.deepEqual(result.failures, []);
    assert.deepEqual(stack.state(), []);
    await cluster.onIptables();
    const seen = await cluster.snapshot();
    assert.equal(seen.endpoint, undefined);
    assert.deepEqual(seen.kubeProxy!.spec!.template.spec!.nodeSelector ?? {}, {});
    assert.equal(seen.installation.spec.calicoNetwork.linuxDataplane, "Iptables");
    for (const object of [
      seen.installation,
      seen.felix,
      seen.tigeraStatus,
      seen.calicoNode,
      seen.kubeProxy,
    ]) {
      assert.deepEqual(traces(object), [], `${object?.kind ?? object?.metadata?.name} bears traces of us`);
    }
    assert.equal(seen.felix.spec.bpfKubeProxyHealthzPort, undefined);
  });

  it("the article's way, writing bpfEnabled, turns the operator Degraded", async () => {
    const article = cluster.stack("article");
    assert.deepEqual((await article.engine().up()).failures, []);
    await eventually(async () => {
      const { tigeraStatus } = await cluster.snapshot();
      const degraded = tigeraStatus.status.conditions.find((one: any) => one.type === "Degraded");
      return degraded.status === "True" && /refusing to override/.test(degraded.message)
        ? undefined
        : JSON.stringify(degraded);
    });
    const red = await cluster.red();
    assert.ok(
      red.some((line) => line.startsWith("operator is healthy")),
      red.join("; "),
    );
    await article.engine().destroy();
  });

  it("refuses, before anything is declared, a host that is none", async () => {
    const before = await versions();
    const wrong = cluster.stack("layers", "wrong");
    const result = await wrong.engine({ host: `https://${host}:443` }).up();
    assert.equal(result.ok, false);
    const told = wrong.events.map((event) => ("message" in event ? event.message : "")).join("\n");
    assert.match(told, /apiServerHost/);
    assert.doesNotMatch(told, /\n\s+at /, "a stack trace");
    assert.deepEqual(await versions(), before);
  });
});
