// A slow roll-out: the gate holds until the last node is rolled, and Services are served all the time, there and back.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import * as k8s from "@kubernetes/client-node";
import { nameOf } from "../pulumi";
import { ok, StayingCluster, startTimeoutMs, type TestStack } from "./harness";

describe("the readiness gate on a slow roll-out (5 s a pod, conditions 4 s late)", function () {
  this.timeout(300_000);
  let cluster: StayingCluster;
  // One for all: each test switches it as it needs it.
  let stack: TestStack;

  before(async function () {
    this.timeout(startTimeoutMs);
    cluster = await StayingCluster.start({ rolloutSeconds: 5, statusLagSeconds: 4 });
    stack = await cluster.stack("layers");
  });
  after(() => cluster?.end());

  /** What was still red at the moment when the gate let go. */
  async function redAtGate(config: Record<string, string>, meddle = async () => {}): Promise<string[]> {
    // The endpoint's own roll-out is over then: while it lasts the operator acknowledges a switch late, after its roll-out.
    ok(await stack.up({ dataplane: "Iptables" }));
    await cluster.onIptables(90);
    // The rows of what comes after the gate are not the gate's: the proof has begun, kube-proxy still runs, or no more.
    const look = async () => (await cluster.red()).filter((row) => !/^(kube-proxy|every node)/.test(row));
    let red: Promise<string[]> | undefined;
    let meddled: Promise<void> | undefined;
    const ended = await stack.up(config, {
      onEvent: ({ resOutputsEvent: step }) => {
        const name = step && nameOf(step.metadata.urn);
        if (name === "layers-switch-acknowledged") meddled ??= meddle();
        if (name === "layers-ebpf-rolled-out") red ??= look();
      },
    });
    ok(ended);
    await meddled;
    assert.ok(red, "the gate was not passed");
    return red;
  }

  it("holds until the last node is rolled", async () => assert.deepEqual(await redAtGate({}), []));

  it("holds until the last node is rolled when somebody writes to the Installation meanwhile", async () => {
    const where = { group: "operator.tigera.io", version: "v1", plural: "installations", name: "default" };
    const custom = cluster.api.makeApiClient(k8s.CustomObjectsApi);
    const write = (body: object) =>
      custom.patchClusterCustomObject(
        { ...where, body },
        k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.MergePatch),
      );
    // Another image, so that calico-node is rolled once more.
    const red = await redAtGate({}, () => write({ spec: { imagePath: "mirror" } }).then(() => undefined));
    await write({ spec: { imagePath: null } });
    assert.deepEqual(red, []);
  });

  it("lets go too early without the generation check", async () => {
    const red = await redAtGate({ blindGate: "true" });
    assert.ok(
      red.some((line) => line.startsWith("calico-node is rolled out")),
      `the roll-out was over: the test shows nothing. Red: ${red.join("; ") || "none"}`,
    );
  });

  it("leaves no node without kube-proxy and without eBPF, at any moment, there and back, and where that is broken off", async () => {
    const core = cluster.api.makeApiClient(k8s.CoreV1Api);
    const seen = new Set<string>();
    const gaps: string[] = [];
    let watching = true;
    const watch = (async () => {
      while (watching) {
        const { felix, kubeProxyPods } = await cluster.snapshot();
        const { items } = await core.listNamespacedPod({
          namespace: "kube-system",
          labelSelector: "component=kube-proxy",
        });
        const ready = items.filter(({ status }) =>
          status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
        );
        const ebpf = felix?.spec.bpfEnabled === true;
        seen.add(
          `${ebpf ? "eBPF" : "iptables"}, kube-proxy ${ready.length === 3 ? "everywhere" : kubeProxyPods.length === 0 ? "nowhere" : "here and there"}`,
        );
        if (!ebpf && ready.length < 3) gaps.push(`eBPF off, kube-proxy ready on ${ready.length} of 3 nodes`);
        await pause(100);
      }
    })();
    for (const dataplane of ["Ebpf", "Iptables", "Ebpf"]) ok(await stack.up({ dataplane }));
    const broken = await stack.up(
      { dataplane: "Iptables" },
      {
        onEvent: ({ resourcePreEvent: step }, pid) => {
          if (step && nameOf(step.metadata.urn) === "layers-felix") process.kill(pid, "SIGINT");
        },
      },
    );
    assert.notEqual(broken.code, 0, broken.text);
    ok(await stack.up({ dataplane: "Ebpf" }));
    watching = false;
    await watch;
    assert.deepEqual(gaps, []);
    for (const state of [
      "iptables, kube-proxy everywhere",
      "eBPF, kube-proxy everywhere",
      "eBPF, kube-proxy nowhere",
    ])
      assert.ok(seen.has(state), [...seen].join("; "));
    assert.deepEqual(await cluster.red(), []);
  });
});
