import assert from "node:assert/strict";
import { noIpvs } from "../../../policy/policies/dataplane/noIpvs";
import { noNodeAutoProvisioning } from "../../../policy/policies/dataplane/noNodeAutoProvisioning";
import { noWindowsPool } from "../../../policy/policies/dataplane/noWindowsPool";
import { type Declared, judgeStack, unknown } from "../judge";
import { cluster, genericCluster, installation, object, pinned, provider } from "./programs";

const withSwitch = (settings: object) => [
  [cluster(settings)],
  [cluster(settings, pinned), provider(), installation()],
  [genericCluster(settings), provider(), installation()],
];
/** Clusters whose data plane is not eBPF, or not known to be. */
const notEbpf = (settings: object) => [
  [cluster({ networkProfile: { networkPolicy: "cilium" }, ...settings })],
  [cluster(settings), provider(), installation("Iptables")],
  [genericCluster(settings), provider(), installation(unknown)],
  [cluster({ ...settings, networkProfile: unknown })],
];

describe("policy ebpf-no-windows-pool", () => {
  const judge = (...declared: Declared[]) => judgeStack(noWindowsPool, declared);
  const windows = { agentPoolProfiles: [{ name: "system" }, { name: "win", osType: "Windows" }] };
  const pool = (props: object, more: Partial<Declared> = {}): Declared => ({
    type: "azure-native:containerservice:AgentPool",
    name: "pool",
    props: { agentPoolName: "win", ...props },
    dependsOn: ["aks"],
    ...more,
  });

  it("accepts Linux pools", async () => {
    const linux = { agentPoolProfiles: [{ name: "system", osType: "Linux", osSKU: "Ubuntu" }] };
    for (const stack of withSwitch(linux))
      assert.deepEqual(await judge(...stack, pool({ osType: "Linux" })), []);
  });

  it("refuses Windows in a cluster's own list, in every spelling of the cluster", async () => {
    for (const stack of withSwitch(windows)) {
      const [violation, ...more] = await judge(...stack);
      assert.equal(violation.resource, "aks");
      assert.match(
        violation.message,
        /^Pool "win" has Windows nodes \(.*agentPoolProfiles\[1\]\.osType: Windows\)/,
      );
      assert.match(violation.message, /cluster aks runs Calico eBPF, which is for Linux nodes only/);
      assert.match(violation.message, /Write `osType: "Linux"`/);
      assert.deepEqual(more, []);
    }
  });

  it("refuses a pool of its own resource, also by its osSKU alone", async () => {
    const pinnedPool = { type: "azure-native:containerservice/v20250901:AgentPool" };
    for (const declared of [pool({ osType: "Windows" }), pool({ osSKU: "Windows2022" }, pinnedPool)]) {
      const [violation] = await judge(cluster(), declared);
      assert.equal(violation.resource, "pool");
      assert.match(violation.message, /^Pool "win" has Windows nodes/);
    }
    const elsewhere = pool({ osType: "Windows" }, { dependsOn: [] });
    assert.equal((await judge(provider([]), installation(), elsewhere)).length, 1, "another stack's cluster");
  });

  it("goes by the pools that the program writes, not by those that Azure lists", async () => {
    const shown = (written: object, live: object) => ({ ...cluster(live), inputs: cluster(written).props });
    assert.deepEqual(await judge(shown({}, windows)), [], "a pool that the program has taken out");
    assert.equal((await judge(shown(windows, {}))).length, 1);
    const answered = pool({ osType: "Linux" }, { inputs: { agentPoolName: "win", osType: "Windows" } });
    assert.equal((await judge(cluster(), answered)).length, 1);
  });

  it("leaves Windows alone where the data plane is not eBPF, or not known to be", async () => {
    for (const stack of notEbpf(windows)) assert.deepEqual(await judge(...stack), []);
    assert.deepEqual(await judge(cluster({ agentPoolProfiles: unknown })), []);
    assert.deepEqual(await judge(cluster({ agentPoolProfiles: [{ name: "a", osType: unknown }] })), []);
    const iptables = cluster({ networkProfile: { networkPolicy: "azure" } }, { name: "other" });
    const there = pool({ osType: "Windows" }, { dependsOn: ["other"] });
    assert.deepEqual(await judge(cluster(), iptables, there), [], "the pool of another cluster");
  });
});

describe("policy ebpf-no-ipvs", () => {
  const judge = (...declared: Declared[]) => judgeStack(noIpvs, declared);
  const mode = (value: unknown, enabled: unknown = true) => ({
    networkProfile: { networkPolicy: "calico", kubeProxyConfig: { enabled, mode: value } },
  });
  const daemonSet = (args: unknown, more: Partial<Declared> = {}) =>
    object(
      "apps/v1:DaemonSetPatch",
      "kube-proxy",
      {
        metadata: { name: "kube-proxy", namespace: "kube-system" },
        spec: { template: { spec: { containers: [{ name: "kube-proxy", command: ["kube-proxy"], args }] } } },
      },
      more,
    );

  it("accepts iptables mode, no kube-proxy, and nothing said", async () => {
    for (const stack of [mode("IPTABLES"), mode("IPVS", false), {}].flatMap(withSwitch)) {
      assert.deepEqual(await judge(...stack), []);
    }
    assert.deepEqual(await judge(cluster(), provider(), daemonSet(["--proxy-mode=iptables"])), []);
  });

  it("refuses another mode on the cluster", async () => {
    for (const value of ["IPVS", "NFTABLES"]) {
      for (const stack of withSwitch(mode(value))) {
        const [violation, ...more] = await judge(...stack);
        assert.equal(violation.resource, "aks");
        assert.match(
          violation.message,
          new RegExp(`networkProfile\\.kubeProxyConfig\\.mode is ${value} on cluster aks`),
        );
        assert.match(violation.message, /Write `kubeProxyConfig: \{ enabled: true, mode: "IPTABLES" \}`/);
        assert.deepEqual(more, []);
      }
    }
  });

  it("refuses another mode in kube-proxy's command line, written or live", async () => {
    const written = daemonSet(["--config=x", "--proxy-mode=ipvs"]);
    const live = { ...written, inputs: { metadata: { name: "kube-proxy", namespace: "kube-system" } } };
    for (const declared of [written, live]) {
      const [violation] = await judge(cluster(), provider(), declared);
      assert.equal(violation.resource, "kube-proxy");
      assert.match(
        violation.message,
        /^kube-proxy of cluster aks runs with --proxy-mode=ipvs\. .*az aks update/,
      );
    }
  });

  it("leaves it alone where the data plane is not eBPF, or the mode not known", async () => {
    const ipvs = { kubeProxyConfig: { enabled: true, mode: "IPVS" } };
    assert.deepEqual(await judge(cluster({ networkProfile: { networkPolicy: "azure", ...ipvs } })), []);
    assert.deepEqual(await judge(cluster(mode("IPVS")), provider(), installation("Iptables")), []);
    for (const stack of withSwitch(mode(unknown))) assert.deepEqual(await judge(...stack), []);
    for (const args of [unknown, ["--config=x", unknown], undefined]) {
      assert.deepEqual(await judge(cluster(), provider(), daemonSet(args)), []);
    }
  });
});

describe("policy ebpf-no-node-auto-provisioning", () => {
  const judge = (...declared: Declared[]) => judgeStack(noNodeAutoProvisioning, declared);
  const mode = (value: unknown) => ({ nodeProvisioningProfile: { mode: value } });

  it("accepts Manual, nothing, and what a preview does not know", async () => {
    for (const stack of [mode("Manual"), {}, mode(unknown)].flatMap(withSwitch)) {
      assert.deepEqual(await judge(...stack), []);
    }
  });

  it("refuses Auto beside Calico eBPF", async () => {
    for (const stack of withSwitch(mode("Auto"))) {
      const [violation, ...more] = await judge(...stack);
      assert.equal(violation.resource, "aks");
      assert.match(violation.message, /nodeProvisioningProfile\.mode is Auto, and cluster aks runs Calico/);
      assert.match(violation.message, /Write `nodeProvisioningProfile: \{ mode: "Manual" \}`/);
      assert.deepEqual(more, []);
    }
  });

  it("leaves other clusters alone", async () => {
    for (const stack of notEbpf(mode("Auto"))) assert.deepEqual(await judge(...stack), []);
  });
});
