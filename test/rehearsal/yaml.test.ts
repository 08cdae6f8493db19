// Programs in YAML, to which the components come as a plugin: the engine starts it and asks it to construct them.
import assert from "node:assert/strict";
import { nameOf } from "../pulumi";
import { CommandLine, createdAsShown } from "./commandLine";
import { eventually, host, layers, ok, StayingCluster, startTimeoutMs } from "./harness";

const yes = ["--yes", "--skip-preview"];

describe("examples/yaml", function () {
  this.timeout(startTimeoutMs);
  const line = new CommandLine();
  after(() => line.end());
  const rehearse = (...args: string[]) => line.run(["-C", "examples/yaml", "--stack", "yaml", ...args]);
  const up = async (...args: string[]) => {
    const ended = await rehearse("up", ...yes, ...args);
    ok(ended);
    return ended.text;
  };
  const outputs = async () => JSON.parse((await rehearse("pulumi", "stack", "output", "--json")).stdout);
  const verified = () =>
    eventually(async () => {
      const verify = await rehearse("verify");
      return verify.code === 0 ? undefined : verify.text;
    }, 60);

  it("makes cluster, layers and namespace, hands out the outputs and keeps the kubeconfig secret", async () => {
    createdAsShown("yaml", { text: await up() });
    const names = await line.names("yaml");
    for (const name of ["aks", "aks-cluster", "aks-provider", "aks-dataplane-switch", "aks-ready", "shop"])
      assert.ok(names.includes(name), `${name} is not among ${names.join(", ")}`);
    const { clusterName, endpoint, ...others } = await outputs();
    assert.match(clusterName, /^aks-/);
    assert.match(endpoint, new RegExp(`^${clusterName}-.*azmk8s\\.io:443$`));
    assert.deepEqual(others, {
      linuxDataplane: "BPF",
      bpfEnabled: true,
      calicoVersion: "v3.31.2",
      kubeconfig: "[secret]",
    });
    await verified();
  });

  it("has nothing to do the second time", async () => {
    assert.match(await up(), /Resources:\n +\d+ unchanged\n/);
  });

  it("is updated: a node more changes the cluster and no layer", async () => {
    const text = await up("-c", "nodes=4");
    assert.match(text, /azure-native:containerservice:ManagedCluster aks-cluster updated/);
    assert.match(text, /Resources:\n +~ 1 updated\n +\d+ unchanged\n/);
    await verified();
  });

  it("goes back to iptables", async () => {
    await up("-c", "dataplane=Iptables");
    const { linuxDataplane, bpfEnabled } = await outputs();
    assert.deepEqual({ linuxDataplane, bpfEnabled }, { linuxDataplane: "Iptables", bpfEnabled: false });
    await verified();
    const names = await line.names("yaml");
    assert.ok(names.includes("aks-iptables-rolled-out"), names.join(", "));
    assert.ok(!names.includes("aks-ebpf-rolled-out"), names.join(", "));
  });

  it("is destroyed", async () => {
    ok(await rehearse("destroy", ...yes));
    assert.deepEqual(await line.names("yaml"), []);
  });
});

describe("CalicoEbpfDataplane in YAML", function () {
  this.timeout(startTimeoutMs);
  let cluster: StayingCluster;

  before(async () => {
    cluster = await StayingCluster.start();
  });
  after(() => cluster?.end());

  it("takes a provider and `deletedWith`, and puts both on every layer", async () => {
    const stack = await cluster.stack("yaml");
    ok(await stack.up({ apiServerHost: host }));
    assert.deepEqual(await cluster.red(), []);
    const state = stack.state();
    const urnOf = (name: string) => state.find(({ urn }) => nameOf(urn) === name)!.urn;
    // The id of the roll-out is in no cluster.
    const ours = state.filter(({ urn }) => /^layers-(?!rollout-id)/.test(nameOf(urn)));
    assert.deepEqual(ours.map(({ urn }) => nameOf(urn)).sort(), [...layers].sort());
    for (const { urn, deletedWith, provider } of ours) {
      assert.equal(deletedWith, urnOf("owner"), urn);
      assert.ok(provider.startsWith(`${urnOf("cluster")}::`), urn);
    }
    // Their deletion is skipped, so the data plane stays as it is.
    ok(await stack.destroy());
    assert.deepEqual(stack.state(), []);
    assert.deepEqual(await cluster.red(), []);
  });
});
