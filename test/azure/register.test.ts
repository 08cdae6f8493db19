import assert from "node:assert/strict";
import { registerCluster, type RegisteredCluster } from "../../rehearsal/azure/register";
import { clusterInputs, poolInputs, removeFolders, world } from "./fixtures";

const wanted: RegisteredCluster = {
  resourceGroupName: "theirs",
  clusterName: "old",
  location: "westeurope",
  networkPolicy: "calico",
  pools: [{ name: "system", count: 3, mode: "System", osSku: "Ubuntu", taints: ["a=b:NoSchedule"] }],
};
const names = { resourceGroupName: "theirs", resourceName: "old" };
const mc = "containerservice:ManagedCluster";

/** A world whose Azure holds a cluster that nobody's program made. */
async function existing(change: Partial<RegisteredCluster> = {}) {
  const { clusters, store } = await world();
  const lines: string[] = [];
  const fqdn = await registerCluster({ clusters, store }, { ...wanted, ...change }, (line) =>
    lines.push(line),
  );
  return { started: clusters, store, fqdn, lines, made: await world({ location: "westeurope" }, store) };
}

describe("azure: a cluster made by anybody", () => {
  after(removeFolders);

  it("runs, and says where", async () => {
    const { started, fqdn } = await existing();
    assert.match(fqdn, /^old-[0-9a-f]{8}\.hcp\.westeurope\.azmk8s\.io$/);
    const spec = {
      name: "old",
      kubernetesVersion: "1.35",
      fqdn,
      calico: true,
      kubeProxy: true,
      networkPlugin: "azure",
      pools: wanted.pools,
    };
    assert.deepEqual(started.calls, [["create", spec]]);
  });
  it("is read by name, and a pool is added to it, by a program that declares neither it nor its group", async () => {
    const { fqdn, made } = await existing();
    const signal = new AbortController().signal;
    const result = await made.azure.invoke("azure-native:containerservice:getManagedCluster", names, signal);
    assert.equal(result.fqdn, fqdn);
    await made.up(
      "containerservice:AgentPool",
      "user",
      poolInputs((all) => Object.assign(all, names)),
    );
    assert.deepEqual(made.clusters.calls.at(-1)?.[0], "setPool");
  });
  it("lends its group: another cluster is made in it by the group's name, in its location", async () => {
    const { made } = await existing();
    const own = clusterInputs((all) => (all.resourceGroupName = "theirs"));
    assert.equal((await made.up(mc, "aks", own)).outputs.location, "westeurope");
  });
  it("is not made again by a program, but can be taken over by its id", async () => {
    const { made } = await existing();
    const own = clusterInputs((all) => Object.assign(all, names));
    await made.refused(mc, own, /cannot create already existing resource .*`import` option/);
    const id = `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/theirs/providers/Microsoft.ContainerService/managedClusters/old`;
    assert.equal((await made.azure.read(made.op(mc, "aks"), id, {}, {}))?.outputs.name, "old");
  });
  it("is found again, and started where it does not run", async () => {
    const { store, fqdn, made } = await existing();
    const again = await registerCluster({ clusters: made.clusters, store }, wanted);
    assert.equal(again, fqdn);
    assert.deepEqual(
      made.clusters.calls.map(([call, spec]) => [call, (spec as any).fqdn]),
      [["create", fqdn]],
    );
  });
  it("in every mode: a CNI of one's own, without kube-proxy", async () => {
    const { started, lines } = await existing({
      networkPlugin: "none",
      networkPolicy: "none",
      podCidr: "10.240.0.0/16",
      kubeProxy: false,
    });
    const [[, spec]] = started.calls as [string, any][];
    assert.deepEqual([spec.calico, spec.kubeProxy, spec.networkPlugin], [false, false, "none"]);
    assert.match(lines.join("\n"), /KubeProxyConfigurationPreview/);
  });
  it("is refused where AKS would refuse it, before anything is started", async () => {
    const { clusters, store } = await world();
    for (const [change, words] of [
      [{ kubeProxy: false }, /KubeProxyConfigDisabledBYOCNIOnly/],
      [{ networkPlugin: "none" }, /not supported with network plugin 'none'/],
      [{ pools: [] }, /at least one system pool/],
    ] as [Partial<RegisteredCluster>, RegExp][])
      await assert.rejects(registerCluster({ clusters, store }, { ...wanted, ...change }), words);
    assert.deepEqual(clusters.calls, []);
  });
});
