// An older Calico, whose CRDs lack fields of today: a server-side apply of one is refused by the API server.
import assert from "node:assert/strict";
import { layers, StayingCluster, startTimeoutMs } from "./harness";

describe("the layers on Calico 3.28.5", function () {
  this.timeout(120_000);
  let cluster: StayingCluster;

  before(async function () {
    this.timeout(startTimeoutMs);
    cluster = await StayingCluster.start({ calicoVersion: "3.28.5" });
  });
  after(() => cluster?.end());

  it("refuse a setting that this Calico does not have, before kube-proxy goes", async () => {
    const stack = cluster.stack("layers", "young");
    const result = await stack.engine({ args: '{"felix":{"mapSizeConntrackScaling":"Disabled"}}' }).up();
    assert.equal(result.ok, false);
    const told = stack.events.map((event) => ("message" in event ? event.message : "")).join("\n");
    assert.match(told, /felix\.mapSizeConntrackScaling: is set, and the cluster runs Calico 3\.28\.5/);
    assert.match(told, /came with Calico 3\.30\.0/);
    assert.doesNotMatch(told, /\n\s+at /, "a stack trace");
    assert.ok(!stack.names().includes("layers-kube-proxy-off"));
    assert.ok(!stack.names().includes("layers-dataplane-switch"));
    const seen = await cluster.snapshot();
    assert.equal(seen.kubeProxy!.status!.desiredNumberScheduled, 3);
    assert.deepEqual((await stack.engine().destroy()).failures, []);
  });

  it("are eBPF all the same, without the defaults that it lacks", async () => {
    const stack = cluster.stack("layers");
    const result = await stack.engine({ args: '{"felix":{"mapSizeConntrack":600000}}' }).up();
    assert.deepEqual(result.failures, []);
    assert.deepEqual(await cluster.red(), []);
    const { felix, installation } = await cluster.snapshot();
    assert.equal(installation.status.calicoVersion, "v3.28.5");
    assert.equal(felix.spec.bpfMapSizeConntrack, 600000);
    assert.ok(!("bpfKubeProxyHealthzPort" in felix.spec));
    const again = await stack.engine({ args: '{"felix":{"mapSizeConntrack":600000}}' }).up();
    assert.deepEqual(again.failures, []);
    assert.equal(again.changes.same, 3 + layers.length, "a second up changes nothing");
  });
});
