// What goes wrong in the middle: the next up finishes, and nothing is lost or left twice.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { layers, StayingCluster, startTimeoutMs, type TestStack } from "./harness";

describe("faults in mid-up", function () {
  this.timeout(180_000);
  let cluster: StayingCluster;

  before(async function () {
    this.timeout(startTimeoutMs);
    cluster = await StayingCluster.start({ rolloutSeconds: 3 });
  });
  after(() => cluster?.end());

  /** All layers are in the state, the cluster is eBPF, and each patch of ours owns its fields once. */
  async function whole(stack: TestStack) {
    for (const layer of layers) assert.equal(stack.names().filter((name) => name === layer).length, 1, layer);
    assert.deepEqual(await cluster.red(), []);
    const seen = await cluster.snapshot();
    const managers = (object: any) =>
      object.metadata.managedFields.filter((one: any) => one.manager.startsWith("pulumi-kubernetes")).length;
    assert.equal(managers(seen.kubeProxy), 3, "kube-proxy bears three patches");
    assert.equal(managers(seen.installation), 3, "the Installation bears three patches");
    assert.equal(managers(seen.felix), 1, "FelixConfiguration bears one patch");
  }

  async function gone(stack: TestStack) {
    assert.deepEqual((await stack.engine().destroy()).failures, []);
    await cluster.onIptables();
  }

  it("a program that throws leaves a state that the next up continues from", async () => {
    const stack = cluster.stack("layers", "throws");
    const failed = await stack.engine({ throwAt: "layers-switch-acknowledged" }).up();
    assert.equal(failed.ok, false);
    const told = stack.events.map((event) => ("message" in event ? event.message : "")).join("\n");
    assert.match(told, /the program fails at layers-switch-acknowledged, as it was told to/);
    // Whatever was registered before is kept; nothing behind the throw is.
    assert.ok(!stack.names().includes("layers-switch-acknowledged"));
    const kept = stack.names();
    const result = await stack.engine().up();
    assert.deepEqual(result.failures, []);
    for (const name of kept) assert.ok(stack.names().includes(name), `${name} was lost`);
    await whole(stack);
    await gone(stack);
  });

  it("a program that throws on a finished stack deletes nothing", async () => {
    const stack = cluster.stack("layers", "throws-later");
    assert.deepEqual((await stack.engine().up()).failures, []);
    const before = stack.names();
    assert.equal((await stack.engine({ throwAt: "layers-endpoint" }).up()).ok, false);
    assert.deepEqual(stack.names(), before);
    await whole(stack);
    await gone(stack);
  });

  it("the API server killed in mid-up and started again: the next up finishes, nothing is lost", async () => {
    const stack = cluster.stack("layers", "outage");
    let outage: Promise<void> | undefined;
    const first = await stack
      .engine({}, (event) => {
        const waits = event.kind === "step-status" && event.urn.endsWith("::layers-ebpf-rolled-out");
        if (!waits || outage) return;
        outage = (async () => {
          await cluster.clusters.killComponent("stays", "kube-apiserver");
          await pause(4000);
          await cluster.clusters.startComponent("stays", "kube-apiserver");
        })();
      })
      .up();
    assert.ok(outage, "the gate did not wait, so nothing was killed");
    await outage;
    if (!first.ok) assert.ok(first.failures.length > 0, "a failed run says why");
    const second = await stack.engine().up();
    assert.deepEqual(second.failures, []);
    await whole(stack);
    await gone(stack);
  });
});
