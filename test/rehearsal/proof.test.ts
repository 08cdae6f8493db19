// The proof on every node: what it holds back, there and back, and what it leaves.
import assert from "node:assert/strict";
import * as k8s from "@kubernetes/client-node";
import { nameOf } from "../pulumi";
import { eventually, ok, refused, StayingCluster, startTimeoutMs, type TestStack } from "./harness";

/** Nodes that run no Calico of ours, as AKS makes them; and what the cluster autoscaler does to one that it drains. */
const others: { name: string; labels: Record<string, string>; taints: k8s.V1Taint[] }[] = [
  { name: "akswin000000", labels: { "kubernetes.io/os": "windows" }, taints: [] },
  {
    name: "virtual-node-aci-linux",
    labels: { "kubernetes.io/os": "linux", type: "virtual-kubelet" },
    taints: [{ key: "virtual-kubelet.io/provider", value: "azure", effect: "NoSchedule" }],
  },
];
const draining = {
  unschedulable: true,
  taints: [{ key: "ToBeDeletedByClusterAutoscaler", value: "1", effect: "NoSchedule" }],
};

const isReady = ({ status }: k8s.V1Pod) =>
  status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false;

describe("the proof on every node", function () {
  this.timeout(300_000);
  let cluster: StayingCluster;
  let stack: TestStack;

  before(async function () {
    this.timeout(startTimeoutMs);
    // The endpoint's roll-out still runs when the switch comes, so the operator turns `bpfEnabled` only after its own.
    cluster = await StayingCluster.start({ nodes: 12, rolloutSeconds: 2 });
    stack = await cluster.stack("layers");
    const core = cluster.api.makeApiClient(k8s.CoreV1Api);
    for (const { name, labels, taints } of others) {
      const nodeInfo = { operatingSystem: labels["kubernetes.io/os"] } as k8s.V1NodeSystemInfo;
      await core.createNode({ body: { metadata: { name, labels }, spec: { taints }, status: { nodeInfo } } });
    }
    await core.patchNode(
      { name: "aks-system-12345678-vmss000005", body: { spec: draining } },
      k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.MergePatch),
    );
  });
  after(() => cluster?.end());

  const pods = async (selector: string) => {
    const core = cluster.api.makeApiClient(k8s.CoreV1Api);
    return (await core.listNamespacedPod({ namespace: "kube-system", labelSelector: selector })).items;
  };
  const witnesses = () => pods("app.kubernetes.io/name=calico-ebpf-proof");
  const witness = () =>
    cluster.api
      .makeApiClient(k8s.AppsV1Api)
      .readNamespacedDaemonSet({ namespace: "kube-system", name: "calico-ebpf-proof" });
  const calicoNode = () =>
    cluster.api
      .makeApiClient(k8s.AppsV1Api)
      .readNamespacedDaemonSet({ namespace: "calico-system", name: "calico-node" });
  const gone = () =>
    eventually(() =>
      witness().then(
        () => "the witness is there",
        (error) => (error.code === 404 ? undefined : String(error)),
      ),
    );
  /** Runs `up`; each layer's look begins at the moment when the layer does, and what they find is in their order. */
  async function at(config: Record<string, unknown>, looks: Record<string, () => Promise<unknown>>) {
    const found = new Map<string, Promise<unknown>>();
    const ended = await stack.up(config, {
      onEvent: ({ resourcePreEvent: step }) => {
        const layer = step && !step.planning ? nameOf(step.metadata.urn) : "";
        if (layer in looks && !found.has(layer)) found.set(layer, looks[layer]());
      },
    });
    ok(ended);
    assert.deepEqual([...found.keys()], Object.keys(looks));
    return Promise.all(found.values());
  }
  /** On the nodes that there are: what was on a node while that went stays for a minute, until Kubernetes collects it. */
  const placed = async () => {
    const nodes = (await cluster.api.makeApiClient(k8s.CoreV1Api).listNode()).items;
    const names = nodes.map(({ metadata }) => metadata!.name);
    return (await witnesses()).filter(({ spec }) => names.includes(spec!.nodeName));
  };
  const answering = async () => (await placed()).filter(isReady).length;

  it("kube-proxy goes only when each of 12 slow nodes has answered, also where bpfEnabled turns last and one is drained", async () => {
    await cluster.clusters.setFaults("stays", ["felix-late"]);
    const rolledThen = async () => {
      const { metadata, status } = await calicoNode();
      const rolled = status!.observedGeneration === metadata!.generation && status!.updatedNumberScheduled;
      return { rolled, ready: await answering() };
    };
    const waitsForOne = () =>
      eventually(async () => {
        const red = (await cluster.red()).join("; ");
        const waits = /every node proves eBPF: Felix answers on 11 of 12 nodes, not on aks-[^,]+$/;
        return waits.test(red) ? undefined : red;
      });
    const [switched, , ready] = await at(
      {},
      {
        "layers-switch-acknowledged": rolledThen,
        "layers-proof": waitsForOne,
        "layers-kube-proxy": answering,
      },
    );
    assert.deepEqual(switched, { rolled: 12, ready: 0 }, "bpfEnabled turned before the last node was rolled");
    assert.equal(ready, 12);
    assert.equal((await witness()).status!.numberReady, 12);
    const asked = new Set((await witnesses()).map(({ spec }) => spec!.nodeName!));
    for (const { name } of others) assert.ok(!asked.has(name), `${name} is asked`);
    assert.deepEqual(await cluster.red(), []);
  });

  it("has nothing to do the second time, nor with --refresh, and asks later nodes as well", async () => {
    assert.deepEqual((await stack.up()).changes, {});
    assert.deepEqual((await stack.up({}, { args: ["--refresh"] })).changes, {});
    await cluster.clusters.setPool("stays", { name: "system", count: 2, mode: "System" });
    await cluster.clusters.setPool("stays", { name: "later", count: 1, mode: "User", osSku: "AzureLinux" });
    // The witness has another image, and is sent out again.
    assert.equal((await stack.up({ args: { proofImage: "example.net/pause:1" } })).changes.update, 2);
    const found = await placed();
    assert.deepEqual([found.length, found.filter(isReady).length], [3, 3]);
    for (const { spec } of found) assert.equal(spec!.containers[0].image, "example.net/pause:1");
  });

  it("on the way back goes on only when Felix of every node has followed, also in a second attempt", async () => {
    // Kept, kube-proxy would start as early; the program's next port is not the one that Felix moves to.
    const felix = { bpfKubeProxyHealthzPort: 10259 };
    const back = {
      dataplane: "Iptables",
      args: { kubeProxy: "Keep", felix, rolloutTimeoutMinutes: 0.5 },
    };
    refused(await stack.up(back), /layers-felix-follows.*timed out/s);
    assert.deepEqual(await at(back, { "layers-kube-proxy": answering }), [0]);
    await eventually(async () => {
      const { desiredNumberScheduled } = (await witness()).status!;
      return desiredNumberScheduled === 0
        ? undefined
        : `${desiredNumberScheduled} pods, with nothing to witness`;
    });
    assert.deepEqual(await cluster.red("Iptables"), []);
    for (const args of [[], ["--refresh"]]) assert.deepEqual((await stack.up(back, { args })).changes, {});
  });

  it("proves it beside a kube-proxy that is kept, leaves it out where it is not wanted, and goes with the layers", async () => {
    const kept = { args: { kubeProxy: "Keep" } };
    ok(await stack.up(kept));
    assert.equal((await witness()).status!.numberReady, 3);
    const unproven = { args: { kubeProxy: "Keep", proof: false } };
    ok(await stack.up(unproven));
    await gone();
    ok(await stack.up());
    assert.equal((await witness()).status!.numberReady, 3);
    ok(await stack.destroy());
    await gone();
  });

  it("where admission forbids its pods it says the way out, which is one", async () => {
    const core = cluster.api.makeApiClient(k8s.CoreV1Api);
    const metadata = { labels: { "pod-security.kubernetes.io/enforce": "baseline" } };
    await core.patchNamespace(
      { name: "kube-system", body: { metadata } },
      k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.MergePatch),
    );
    const unproven = { args: { proof: false } };
    ok(await stack.up(unproven));
    const waitedFor = await stack.up({ args: { rolloutTimeoutMinutes: 0.5 } });
    refused(
      waitedFor,
      /layers-proof has waited 24 of 30 seconds .*hostNetwork, `proof: false` leaves the proof out/,
    );
    ok(await stack.up(unproven));
    await gone();
  });
});
