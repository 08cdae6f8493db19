// Layers that are in the cluster and not in the state: lost from it, or made by hand. The next plain up takes them in.
import assert from "node:assert/strict";
import { withApi } from "../../rehearsal/controlPlane/api";
import { layout } from "../../rehearsal/controlPlane/kwok";
import { nameOf } from "../pulumi";
import { eventually, host, layers, ok, refused, StayingCluster, startTimeoutMs } from "./harness";

const configMaps = "/api/v1/namespaces/tigera-operator/configmaps";
const kubeProxyUrl = "/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy";

describe("layers that the state does not know", function () {
  this.timeout(240_000);
  let cluster: StayingCluster;

  before(async function () {
    this.timeout(startTimeoutMs);
    cluster = await StayingCluster.start();
  });
  after(() => cluster?.end());

  const byHand = <T>(work: Parameters<typeof withApi<T>>[1]) =>
    withApi(layout(cluster.clusters.status("stays")!.folder), work);

  /** What tells that nobody has written a spec, not even to write the same again at last. */
  async function versions() {
    const { endpoint, installation, felix, kubeProxy, calicoNode } = await cluster.snapshot();
    const specs = [installation, felix, kubeProxy, calicoNode];
    return [endpoint!.data, specs.map((one: any) => [one.metadata.uid, one.metadata.generation])];
  }

  it("are taken in when they were deleted from the state, and when the state itself is another one", async () => {
    const stack = await cluster.stack("layers");
    ok(await stack.up());
    const before = await versions();
    const first = stack.state().find(({ urn }) => nameOf(urn) === layers[0])!;
    ok(await stack.cli.run("state delete", { args: ["--yes", "--target-dependents", first.urn] }));
    assert.deepEqual(
      layers.filter((name) => stack.names().includes(name)),
      [],
    );
    const again = await stack.up();
    ok(again);
    assert.deepEqual(again.changes, { create: layers.length });
    const other = await cluster.stack("layers", "anew");
    ok(await other.up());
    assert.deepEqual(await versions(), before);
    assert.deepEqual(await cluster.red(), []);
    assert.deepEqual((await other.up({}, { args: ["--refresh"] })).changes, {});

    ok(await other.destroy());
    await cluster.onIptables();
    assert.equal((await cluster.snapshot()).endpoint?.data, undefined);
  });

  it("are refused to a component of another name, which would lose them, unless it was renamed by an alias", async () => {
    const stack = await cluster.stack("layers", "named");
    ok(await stack.up());
    const before = await versions();
    refused(
      await stack.up({ name: "other" }),
      /name: makes it \S+::other, and the layers .* to \S+::layers\n/,
    );
    assert.deepEqual((await stack.up()).changes, { delete: 4 });
    assert.deepEqual(await versions(), before);
    const renamed = { name: "other", was: "layers" };
    ok(await stack.up({}, { args: ["--refresh"] }));
    ok(await stack.up(renamed));
    for (const args of [[], ["--refresh"]]) assert.deepEqual((await stack.up(renamed, { args })).changes, {});
    assert.deepEqual(await cluster.red(), []);
    ok(await stack.destroy());
    await cluster.onIptables();
  });

  it("are refused with both hosts where the ConfigMap leads elsewhere, and not written", async () => {
    const data = { KUBERNETES_SERVICE_HOST: "10.0.0.7", KUBERNETES_SERVICE_PORT: "6443" };
    await byHand((api) => api.patch(`${configMaps}/kubernetes-services-endpoint`, { data }));
    const stack = await cluster.stack("layers", "hand");
    const ended = await stack.up();
    refused(ended, new RegExp(`apiServerHost: leads to ${host}:443, and .* to 10\\.0\\.0\\.7:6443`));
    assert.deepEqual((await cluster.snapshot()).endpoint!.data, data);
    ok(await stack.destroy());
    await byHand((api) => api.delete(`${configMaps}/kubernetes-services-endpoint`));
  });

  it("are taken over where somebody has switched by hand after the article, and led back", async () => {
    await byHand(async (api) => {
      await api.create(configMaps, {
        metadata: { name: "kubernetes-services-endpoint" },
        data: { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: "443" },
      });
      const selector = { "non-calico": "true" };
      await api.patch(kubeProxyUrl, { spec: { template: { spec: { nodeSelector: selector } } } });
      const spec = { calicoNetwork: { linuxDataplane: "BPF" } };
      await api.patch("/apis/operator.tigera.io/v1/installations/default", { spec });
    });
    await eventually(async () => (await cluster.red("Ebpf", true)).join("; ") || undefined, 60);
    const read = async () => {
      const { endpoint, installation, calicoNode, felix } = await cluster.snapshot();
      const { bpfKubeProxyIptablesCleanupEnabled: cleanup = true, bpfKubeProxyHealthzPort: port = 10256 } =
        felix.spec;
      return [
        endpoint!.data,
        installation.metadata.generation,
        calicoNode!.metadata!.generation,
        cleanup,
        port,
      ];
    };
    const before = await read();

    const kept = await cluster.stack("layers", "kept");
    refused(
      await kept.up({ args: { kubeProxy: "Keep" } }),
      /kubeProxy: is to run, and .*"non-calico":"true"/,
    );
    ok(await kept.destroy());

    const stack = await cluster.stack("layers", "hand");
    const looks: Promise<number>[] = [];
    const look = async () => (await cluster.snapshot()).kubeProxyPods.length;
    const ended = await stack.up({}, { onEvent: ({ resOutputsEvent: step }) => step && looks.push(look()) });
    ok(ended);
    // Nothing rolls; only Felix's answer moves to where no kube-proxy may answer.
    assert.deepEqual(await read(), [...before.slice(0, -1), 10258]);
    assert.equal(Math.max(...(await Promise.all(looks))), 0);
    assert.deepEqual(await cluster.red(), []);
    ok(await stack.up({ dataplane: "Iptables" }));
    assert.deepEqual(await cluster.red("Iptables"), []);
  });
});
