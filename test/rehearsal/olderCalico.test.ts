// An older Calico, whose CRDs lack fields of today: a server-side apply of one is refused by the API server.
import assert from "node:assert/strict";
import { messages } from "../pulumi";
import { ok, refused, StayingCluster, startTimeoutMs } from "./harness";

describe("the layers on Calico 3.28.5", function () {
  this.timeout(180_000);
  let cluster: StayingCluster;

  before(async function () {
    this.timeout(startTimeoutMs);
    cluster = await StayingCluster.start({ calicoVersion: "3.28.5" });
  });
  after(() => cluster?.end());

  it("refuse a setting that this Calico does not have, before kube-proxy goes", async () => {
    const stack = await cluster.stack("layers", "young");
    const ended = await stack.up({ args: { felix: { bpfMapSizeConntrackScaling: "Disabled" } } });
    refused(ended, /felix\.bpfMapSizeConntrackScaling: is set, and the cluster runs Calico 3\.28\.5/);
    refused(ended, /came with Calico 3\.30\.0/);
    assert.ok(!stack.names().includes("layers-dataplane-switch"));
    assert.equal((await cluster.snapshot()).kubeProxy!.status!.desiredNumberScheduled, 3);
    ok(await stack.destroy());
  });

  it("are eBPF all the same, without the defaults that it lacks", async () => {
    const stack = await cluster.stack("layers");
    const config = { args: { felix: { bpfMapSizeConntrack: 600000 } } };
    const first = await stack.up(config);
    ok(first);
    assert.match(messages(first), /not proven node by node: Felix of Calico 3\.28\.5 answers on no port/);
    assert.deepEqual(await cluster.red(), []);
    const { felix, installation } = await cluster.snapshot();
    assert.equal(installation.status.calicoVersion, "v3.28.5");
    assert.equal(felix.spec.bpfMapSizeConntrack, 600000);
    assert.ok(!("bpfKubeProxyHealthzPort" in felix.spec));
    assert.deepEqual((await stack.up(config)).changes, {}, "a second up changes nothing");
  });
});
