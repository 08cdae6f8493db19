// The layers on a cluster that stays: on, unchanged, previewed, back again, and gone without a trace.
import assert from "node:assert/strict";
import * as k8s from "@kubernetes/client-node";
import { at, type Ended } from "../pulumi";
import {
  eventually,
  host,
  layers,
  ok,
  refused,
  StayingCluster,
  startTimeoutMs,
  traces,
  type TestStack,
  written,
} from "./harness";

describe("the layers on a cluster that stays", function () {
  this.timeout(180_000);
  let cluster: StayingCluster;
  let stack: TestStack;
  let first: Ended;

  before(async function () {
    this.timeout(startTimeoutMs);
    cluster = await StayingCluster.start();
    stack = await cluster.stack("layers");
  });
  after(() => cluster?.end());

  async function versions() {
    const seen = await cluster.snapshot();
    return [seen.endpoint, seen.installation, seen.felix, seen.kubeProxy].map(written);
  }

  it("a preview touches nothing", async () => {
    await cluster.onIptables();
    const before = await versions();
    const preview = await stack.preview();
    ok(preview);
    assert.deepEqual(
      preview.changes,
      { create: 4 + layers.length },
      "stack, component, provider, id and layers",
    );
    assert.deepEqual(await versions(), before);
    assert.deepEqual(stack.state(), []);
  });

  it("up yields an eBPF cluster, and ends only when it is one", async () => {
    first = await stack.up();
    ok(first);
    assert.deepEqual(await cluster.red(), []);
    const outputs = stack.state().find(({ type }) => type === "pulumi:pulumi:Stack")!.outputs;
    assert.deepEqual(outputs, { linuxDataplane: "BPF", bpfEnabled: true });
  });

  it("each layer began after the one before had ended", () => {
    for (const [index, layer] of layers.entries()) {
      assert.ok(at(first, "end", layer) > 0, `${layer} was not made`);
      if (index > 0)
        assert.ok(at(first, "begin", layer) > at(first, "end", layers[index - 1]), `${layer} came too early`);
    }
  });

  it("a second up changes nothing, neither in the cluster nor in the state", async () => {
    const before = await versions();
    // Where in the program a resource was declared may be told in another way, and what waits for nothing comes in any order.
    const recorded = () =>
      stack
        .state()
        .map(({ urn, id, inputs, outputs, modified }) => ({ urn, id, inputs, outputs, modified }))
        .sort((a, b) => a.urn.localeCompare(b.urn));
    const state = recorded();
    const second = await stack.up();
    ok(second);
    assert.deepEqual(second.changes, {});
    assert.deepEqual(await versions(), before);
    assert.deepEqual(recorded(), state);
    const third = await stack.up({}, { args: ["--refresh"] });
    ok(third);
    assert.deepEqual(third.changes, {}, "nor does one that refreshes");
    assert.deepEqual(await versions(), before);
  });

  it("a refresh sees what somebody changed by hand, and its up ends when that is right again", async () => {
    const custom = cluster.api.makeApiClient(k8s.CustomObjectsApi);
    const where = {
      group: "operator.tigera.io",
      version: "v1",
      plural: "installations",
      name: "default",
    };
    await custom.patchClusterCustomObject(
      { ...where, body: [{ op: "replace", path: "/spec/calicoNetwork/linuxDataplane", value: "Iptables" }] },
      k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.JsonPatch),
    );
    const blind = await stack.up();
    assert.deepEqual(blind.changes, {}, "without --refresh nobody looks");
    const healed = await stack.up({}, { args: ["--refresh"] });
    ok(healed);
    assert.ok(at(healed, "end", "layers-dataplane-switch") > 0, healed.text);
    assert.deepEqual(await cluster.red(), [], healed.text);
    assert.deepEqual((await stack.up({}, { args: ["--refresh"] })).changes, {});
  });

  it("a provider that would be replaced is refused, for its layers would go; to pin it first replaces nothing", async () => {
    const pinned = await stack.up({ identifier: "blue" });
    ok(pinned);
    assert.deepEqual(pinned.changes, { update: 1 }, pinned.text);
    const moved = await stack.preview({ identifier: "red" });
    refused(
      moved,
      /opts\.provider: is replaced by this update, and with it every layer[\s\S]*clusterIdentifier/,
    );
    assert.deepEqual((await stack.up({ identifier: "blue" })).changes, {});
    ok(await stack.up());
    assert.deepEqual(await cluster.red(), []);
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

  it("dataplane: Iptables brings kube-proxy back before iptables, and Ebpf switches to eBPF again", async () => {
    const back = await stack.up({ dataplane: "Iptables" });
    ok(back);
    const kubeProxy = at(back, "end", "layers-kube-proxy");
    assert.ok(kubeProxy > 0 && at(back, "begin", "layers-dataplane-switch") > kubeProxy, back.text);
    assert.deepEqual(await cluster.red("Iptables"), []);
    ok(await stack.up());
    assert.deepEqual(await cluster.red(), []);
  });

  it("destroy brings kube-proxy and iptables back and leaves nothing of ours", async () => {
    ok(await stack.destroy());
    assert.deepEqual(stack.state(), []);
    await cluster.onIptables();
    const seen = await cluster.snapshot();
    // A patch gives back what it wrote; the operator takes an empty ConfigMap for no address.
    assert.equal(seen.endpoint?.data, undefined);
    assert.deepEqual(seen.kubeProxy!.spec!.template.spec!.nodeSelector ?? {}, {});
    assert.equal(seen.installation.spec.calicoNetwork.linuxDataplane, "Iptables");
    for (const object of [
      seen.endpoint,
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
    const article = await cluster.stack("article");
    ok(await article.up());
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
    ok(await article.destroy());
  });

  it("refuses, before anything is declared, a host that is none", async () => {
    const before = await versions();
    const wrong = await cluster.stack("layers", "wrong");
    refused(await wrong.up({ host: `https://${host}:443` }), /apiServerHost/);
    assert.deepEqual(await versions(), before);
  });
});
