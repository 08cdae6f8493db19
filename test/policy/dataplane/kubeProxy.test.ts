import assert from "node:assert/strict";
import { healthPort } from "../../../policy/policies/dataplane/healthPort";
import { kubeProxyHandled } from "../../../policy/policies/dataplane/kubeProxyHandled";
import { type Declared, judgeStack, unknown } from "../judge";
import { asYaml, cluster, felix, genericCluster, installation, parked, pinned, provider } from "./programs";

const on = [cluster(), provider(), installation()];
const foreign = [provider([]), installation()];
const without = genericCluster({ networkProfile: { kubeProxyConfig: { enabled: false } } });
const cleanup = (value: unknown) => felix({ bpfKubeProxyIptablesCleanupEnabled: value });

describe("policy ebpf-kube-proxy-handled", () => {
  const judge = (...declared: Declared[]) => judgeStack(kubeProxyHandled, declared);

  it("accepts kube-proxy disabled, absent, and kept with cleanup off", async () => {
    assert.deepEqual(await judge(...on, parked()), []);
    assert.deepEqual(await judge(without, provider(), installation()), []);
    const typed = cluster({ networkProfile: { kubeProxyConfig: { enabled: false } } }, pinned);
    assert.deepEqual(await judge(typed, provider(), installation()), []);
    assert.deepEqual(await judge(...on, cleanup(false)), []);
    assert.deepEqual(await judge(...on, asYaml(cleanup(false))), []);
    assert.deepEqual(
      await judge(...foreign, cleanup(true)),
      [],
      "another stack's cluster, said to have none",
    );
  });

  it("refuses a switch beside which nothing is said of kube-proxy", async () => {
    for (const declared of [on, [cluster({}, pinned), provider(), asYaml(installation())]]) {
      const [violation, ...more] = await judge(...declared, felix({ bpfLogLevel: "Off" }));
      assert.equal(violation.resource, "switch");
      assert.match(
        violation.message,
        /^switch switches cluster aks to eBPF, but nothing .* sees to kube-proxy/,
      );
      assert.match(
        violation.message,
        /nodeSelector: .* or keep it and write `bpfKubeProxyIptablesCleanupEnabled: false`/,
      );
      assert.doesNotMatch(violation.message, /say so/);
      assert.deepEqual(more, []);
    }
    const [other] = await judge(...foreign);
    assert.match(other.message, /^switch switches the cluster behind provider k8s to eBPF/);
    assert.match(
      other.message,
      /Where the cluster has none, say so: `bpfKubeProxyIptablesCleanupEnabled: true`/,
    );
    const [only] = await judge(cluster(), ...foreign);
    assert.match(
      only.message,
      /^switch switches cluster aks to eBPF/,
      "a kubeconfig from elsewhere, one cluster",
    );
    const placed = parked({ "kubernetes.io/os": "linux" });
    assert.equal((await judge(...on, placed)).length, 1, "placed on Linux nodes is not parked");
  });

  it("refuses a kube-proxy that is kept with cleanup on", async () => {
    const [violation, ...more] = await judge(...on, cleanup(true));
    assert.equal(violation.resource, "felix");
    assert.match(
      violation.message,
      /^felix sets bpfKubeProxyIptablesCleanupEnabled: true, and kube-proxy runs on/,
    );
    assert.deepEqual(more, []);
  });

  it("goes by what the program writes, not by what the live objects show", async () => {
    const seen = parked(undefined, { name: "seen" });
    const live = { ...parked(), name: "seen", inputs: seen.props };
    live.inputs = { metadata: { name: "kube-proxy", namespace: "kube-system" } };
    assert.equal((await judge(...on, live)).length, 1);
    const felixLive = { ...cleanup(false), inputs: { metadata: { name: "default" } } };
    assert.equal((await judge(...on, felixLive)).length, 1);
  });

  it("stays silent where a preview does not know, and where nothing switches to eBPF", async () => {
    for (const more of [parked(unknown), cleanup(unknown), felix(unknown)]) {
      assert.deepEqual(await judge(...on, more), []);
      assert.deepEqual(await judge(...foreign, more), []);
    }
    assert.deepEqual(await judge(cluster({ networkProfile: unknown }), provider(), installation()), []);
    for (const value of [unknown, "Iptables"]) {
      assert.deepEqual(await judge(cluster(), provider(), installation(value)), []);
    }
    assert.deepEqual(await judge(...on, { type: "kubernetes:helm.sh/v4:Chart", name: "chart" }), []);
  });

  it("asks for each cluster", async () => {
    const green = [cluster({}, { name: "green" }), provider(["green"], "k8s-green")];
    const switched = installation("BPF", { name: "switch-green", provider: "k8s-green" });
    const found = await judge(...on, ...green, switched, parked({ "no-kube-proxy": "true" }));
    assert.deepEqual(
      found.map(({ resource }) => resource),
      ["switch-green"],
    );
  });
});

describe("policy ebpf-health-port", () => {
  const judge = (...declared: Declared[]) => judgeStack(healthPort, declared);
  const port = (value: unknown, more: object = {}) => felix({ bpfKubeProxyHealthzPort: value, ...more });
  const kept = { bpfKubeProxyIptablesCleanupEnabled: false };

  it("accepts a port of its own beside kube-proxy, and kube-proxy's when that is gone", async () => {
    assert.deepEqual(await judge(...on, port(10258, kept)), []);
    assert.deepEqual(await judge(...on, port(0, kept)), []);
    assert.deepEqual(await judge(...on, parked(), port(10256)), []);
    assert.deepEqual(await judge(without, provider(), installation(), port(10256)), []);
    assert.deepEqual(await judge(...on, felix({ bpfLogLevel: "Off" })), []);
  });

  it("refuses kube-proxy's port while kube-proxy is kept", async () => {
    for (const declared of [port(10256), port(10256, kept), asYaml(port(10256))]) {
      const [violation, ...more] = await judge(...on, declared);
      assert.equal(violation.resource, "felix");
      assert.match(
        violation.message,
        /^felix sets bpfKubeProxyHealthzPort: 10256, and kube-proxy, which is kept on/,
      );
      assert.match(violation.message, /Write `bpfKubeProxyHealthzPort: 10258`/);
      assert.deepEqual(more, []);
    }
    assert.equal((await judge(...foreign, port(10256, kept))).length, 1, "kept on another stack's cluster");
  });

  it("refuses 0 while kube-proxy is gone", async () => {
    for (const stack of [
      [...on, parked()],
      [without, provider(), installation()],
      [...foreign, parked()],
    ]) {
      const [violation, ...more] = await judge(...stack, port(0));
      assert.match(violation.message, /^felix sets bpfKubeProxyHealthzPort: 0, and kube-proxy is gone from/);
      assert.match(
        violation.message,
        /nobody answers Azure's health probes .* Write `bpfKubeProxyHealthzPort: 10256`/,
      );
      assert.deepEqual(more, []);
    }
  });

  it("stays silent where it cannot know", async () => {
    assert.deepEqual(await judge(...on, port(unknown)), []);
    assert.deepEqual(await judge(...on, parked(unknown), port(10256)), []);
    for (const value of [0, 10256]) {
      assert.deepEqual(await judge(...foreign, port(value)), [], "kube-proxy of another stack's cluster");
      assert.deepEqual(await judge(cluster(), provider(), installation("Iptables"), port(value)), []);
    }
  });
});
