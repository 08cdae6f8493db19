// A cluster after its birth: what the autoscaler and the upgrade channels have made of it stays, and nothing replaces it.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { CommandLine, type Ended } from "./commandLine";
import { ok, startTimeoutMs } from "./harness";

const unchanged = (ended: Ended) => assert.match(ended.text, /Resources:\n +\d+ unchanged\n/);
const refused = (ended: Ended, message: RegExp) => {
  assert.notEqual(ended.code, 0, ended.text);
  assert.match(ended.text, message);
  assert.doesNotMatch(ended.text, /\n\s+at /);
};

describe("a living cluster", function () {
  this.timeout(600_000);
  const line = new CommandLine();
  const rehearse = (...args: string[]) => line.run(["--stack", "living", ...args]);
  const up = async (...args: string[]) => {
    const ended = await rehearse("up", "--yes", "--skip-preview", ...args);
    ok(ended);
    return ended;
  };
  /** Words of `up` and `preview`, which write the settings into the stack's file, each in place of its whole object. */
  const set = (settings: Record<string, string>) => [
    "--config-path",
    ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]),
  ];
  /** Beside what stands at their place already. */
  const change = async (settings: Record<string, string>) => {
    const words = Object.entries(settings).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    ok(await rehearse("pulumi", "config", "set-all", "--path", ...words));
  };
  const unset = async (...keys: string[]) =>
    ok(await rehearse("pulumi", "config", "rm-all", "--path", ...keys));
  after(() => line.end());

  const store = path.join(line.stateRoot, "living", "azure.json");
  /** Properties of the cluster and of its pools as Azure holds them, to be changed in place by whoever is not Pulumi. */
  function inAzure<T>(look: (cluster: any, pools: Record<string, any>) => T): T {
    const held = JSON.parse(fs.readFileSync(store, "utf8"));
    const of = (type: string) => held.resources.filter((one: any) => one.response.type.endsWith(type));
    const cluster = of("/ManagedClusters")[0].response.properties;
    const system = cluster.agentPoolProfiles.map((pool: any) => [pool.name, pool]);
    const own = of("/agentPools").map(({ response }: any) => [response.name, response.properties]);
    const result = look(cluster, Object.fromEntries([...system, ...own]));
    fs.writeFileSync(store, JSON.stringify(held));
    return result;
  }
  /** A system pool that somebody has put into another one's place with `az`. */
  function rotatedOutside(from: string, to: string): void {
    const held = JSON.parse(fs.readFileSync(store, "utf8"));
    // One that was made as a resource of its own is one of the body's since.
    held.resources = held.resources.filter(({ id }: any) => !id.endsWith(`/agentPools/${from}`));
    fs.writeFileSync(store, JSON.stringify(held));
    inAzure((_, pools) => (pools[from].name = to));
  }
  const autoscale = (counts: Record<string, number>) =>
    inAzure((_, pools) => {
      for (const [name, count] of Object.entries(counts)) pools[name].count = count;
    });
  const counts = () => inAzure((_, pools) => [pools.apool.count, pools.system.count]);

  before(async function () {
    this.timeout(startTimeoutMs);
    const settings = {
      kubernetesVersion: "1.35",
      "managedCluster.autoUpgradeProfile.upgradeChannel": "stable",
      "systemPool.autoscaling.min": "1",
      "systemPool.autoscaling.max": "4",
      // AKS lists it before the system pool, and the other one after it.
      "nodePools[0].name": "apool",
      "nodePools[0].autoscaling.min": "1",
      "nodePools[0].autoscaling.max": "4",
      "nodePools[1].name": "zpool",
      "nodePools[1].count": "1",
    };
    await up(...set(settings));
  });

  const spot = ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"];
  it("that nobody touched is as it was, however its pools have grown, with new images, and with AKS's own taints", async () => {
    unchanged(await up("--refresh"));
    autoscale({ apool: 4, system: 2 });
    inAzure((_, { apool, system, zpool }) => {
      system.nodeImageVersion = apool.nodeImageVersion = "AKSUbuntu-2404-202612.01.0";
      zpool.nodeLabels = { "kubernetes.azure.com/scalesetpriority": "spot" };
      zpool.nodeTaints = spot;
    });
    unchanged(await up());
    unchanged(await up("--refresh"));
    autoscale({ apool: 3, system: 3 });
    unchanged(await up("--refresh"));
    assert.deepEqual(counts(), [3, 3]);
  });

  it("keeps its nodes when something else changes, and no layer seems to change", async () => {
    autoscale({ apool: 2, system: 3 });
    const { text } = await rehearse("preview", ...set({ "tags.team": "platform" }));
    assert.match(text, /ManagedCluster aks-cluster update/);
    assert.doesNotMatch(text, / kubernetes:\S+ \S+ update/, "a layer previews as changed");
    assert.doesNotMatch(text, /output<string>|\[unknown\]/, "an output is unknown");
    await up();
    assert.deepEqual(counts(), [2, 3]);
    assert.deepEqual(
      inAzure((_, { zpool }) => zpool.nodeTaints),
      spot,
    );
    autoscale({ apool: 3, system: 2 });
    await up("--refresh", ...set({ "tags.team": "kernel" }));
    assert.deepEqual(counts(), [3, 2]);
  });

  it("keeps its nodes when bounds move, and when autoscaling ends and begins", async () => {
    autoscale({ apool: 4, system: 4 });
    await change({ "nodePools[0].autoscaling.max": "6", "systemPool.autoscaling.max": "6" });
    await up();
    assert.deepEqual(counts(), [4, 4]);
    await unset("nodePools[0].autoscaling", "systemPool.autoscaling");
    await up("--refresh");
    assert.deepEqual(counts(), [4, 4]);
    await change({ "nodePools[0].autoscaling.min": "1", "nodePools[0].autoscaling.max": "4" });
    await up();
    assert.deepEqual(counts(), [4, 4]);
  });

  it("keeps the version that its channel gave it, and is upgraded where the program asks for more", async () => {
    const versions = () =>
      inAzure((cluster, { apool, system }) => [
        cluster.kubernetesVersion,
        ...[system, apool].map(({ orchestratorVersion }) => orchestratorVersion),
      ]);
    inAzure((cluster, pools) => {
      cluster.kubernetesVersion = cluster.currentKubernetesVersion = "1.36.1";
      for (const pool of Object.values(pools))
        pool.orchestratorVersion = pool.currentOrchestratorVersion = "1.36.1";
    });
    unchanged(await up());
    await up(...set({ "tags.team": "platform" }));
    assert.deepEqual(versions(), ["1.36.1", "1.36.1", "1.36.1"]);
    unchanged(await up("--refresh"));
    refused(
      await rehearse("preview", ...set({ kubernetesVersion: "1.38" })),
      /kubernetesVersion: is 1\.38, and the cluster .* runs 1\.36\.1/,
    );
    const { text } = await up(...set({ kubernetesVersion: "1.37" }));
    assert.deepEqual(versions(), ["1.37", "1.37", "1.37"]);
    assert.ok(text.indexOf("aks-cluster updated") < text.indexOf("aks-pool-apool updated"), text);
  });

  it("is not replaced: refused in preview and in up, and nothing is touched", async () => {
    const made = () => fs.readFileSync(store, "utf8");
    const before = made();
    const asks =
      /network\.serviceCidr: asks for .* 172\.16\.0\.0\/16, and the cluster .* has 10\.0\.0\.0\/16/;
    refused(await rehearse("preview", ...set({ "network.serviceCidr": "172.16.0.0/16" })), asks);
    refused(await rehearse("up", "--yes", "--skip-preview"), asks);
    assert.equal(made(), before);
    const allowed = await rehearse("preview", ...set({ replaceCluster: "true" }));
    ok(allowed);
    assert.match(allowed.text, /ManagedCluster aks-cluster replace/);
    await unset("network", "replaceCluster");
    const renamed = await rehearse("preview", ...set({ clusterName: "other" }));
    refused(renamed, /clusterName: asks for the name other, and the cluster aks-\w+ has/);
    await unset("clusterName");
  });

  it("follows what was changed in place with az, and is not replaced for it", async () => {
    inAzure((cluster) => (cluster.networkProfile.outboundType = "managedNATGateway"));
    refused(
      await rehearse("preview"),
      /outboundType: asks for .* loadBalancer, and .* has managedNATGateway[^]*az aks update --ids \/subscriptions\/\S+ --outbound-type loadBalancer/,
    );
    const outboundType = "managedCluster.networkProfile.outboundType";
    await change({ [outboundType]: "managedNATGateway" });
    unchanged(await up("--refresh"));
    inAzure((cluster) => (cluster.networkProfile.outboundType = "loadBalancer"));
    await unset("managedCluster.networkProfile");
  });

  it("keeps what others have switched on until a refresh shows that it goes", async () => {
    await up("--refresh");
    inAzure((cluster) => {
      cluster.apiServerAccessProfile = {
        ...cluster.apiServerAccessProfile,
        authorizedIPRanges: ["1.2.3.4/32"],
      };
      cluster.addonProfiles = { ...cluster.addonProfiles, azurepolicy: { enabled: true } };
    });
    const ranges = () => inAzure((cluster) => cluster.apiServerAccessProfile?.authorizedIPRanges ?? []);
    unchanged(await up());
    refused(
      await rehearse("preview", ...set({ "tags.team": "firewall" })),
      /managedCluster: is of a cluster that has changed .*: addonProfiles, apiServerAccessProfile\n/,
    );
    await change({ "managedCluster.apiServerAccessProfile.authorizedIPRanges[0]": "1.2.3.4/32" });
    await up("--refresh");
    assert.deepEqual(ranges(), ["1.2.3.4/32"]);
    await unset("managedCluster.apiServerAccessProfile");
    await up();
    assert.deepEqual(ranges(), []);
  });

  it("deletes no nodes for a change of a pool; a pool that is renamed is made before the old one goes", async () => {
    await change({ "nodePools[1].vmSize": "Standard_D8ds_v5" });
    refused(
      await rehearse("preview"),
      /nodePools\[1\]\.vmSize: asks for .*D8ds_v5, and the pool zpool has .*delete the pool/s,
    );
    await unset("nodePools[1].vmSize");
    await change({ "nodePools[1].name": "bpool" });
    const { text } = await up("--refresh");
    const words = ["aks-pool-bpool created", "aks-pool-zpool deleting"];
    const [born, gone] = words.map((word) => text.indexOf(word));
    assert.ok(born > 0 && born < gone, text);
  });

  it("rotates a pool that may be: the new one has the old one's nodes, and is made before that goes", async () => {
    const nodes = inAzure((_, { apool }) => apool.count);
    await change({ "nodePools[0].rotation": "true", "nodePools[0].vmSize": "Standard_D8ds_v5" });
    const { text } = await up();
    const words = ["aks-pool-apool created replacement", "aks-pool-apool deleting original"];
    const [born, gone] = words.map((word) => text.indexOf(word));
    assert.ok(born > 0 && born < gone, text);
    inAzure((_, { apool, apoolb }) => assert.deepEqual([apool, apoolb.count], [undefined, nodes]));
    unchanged(await up("--refresh"));
    await unset("nodePools[0].rotation");
    refused(
      await rehearse("preview"),
      /nodePools\[0\]\.rotation: is not true, and the pool apool is apoolb since it was rotated[^]*write: true, for/,
    );
    await change({ "nodePools[0].rotation": "true" });
  });

  it("is not deleted with its group where the program begins to name what the component has made", async () => {
    const { resourceGroupName, clusterName } = JSON.parse(
      (await rehearse("pulumi", "stack", "output", "--json")).stdout,
    );
    await change({ resourceGroupName, clusterName });
    refused(
      await rehearse("preview"),
      /resourceGroupName: names the resource group (aks-\w+), and this component has made \1[^]*write: nothing/,
    );
    await unset("resourceGroupName", "clusterName");
  });

  it("rotates the system pool by two updates: one makes the next pool, the other deletes the old one", async () => {
    const nodes = inAzure((_, { system }) => system.count);
    await change({ "systemPool.rotation": "true", "systemPool.vmSize": "Standard_D8ds_v5" });
    const begun = await up();
    assert.match(
      begun.text,
      /the pool systemb takes the place of system, which the `pulumi up` after this one deletes/,
    );
    assert.match(begun.text, /Resources:\n +\+ 1 created\n += 1 imported\n +2 changes\. \d+ unchanged\n/);
    inAzure((_, { system, systemb }) =>
      assert.deepEqual(
        [system.vmSize, systemb.vmSize, systemb.count],
        ["Standard_D4ds_v5", "Standard_D8ds_v5", nodes],
      ),
    );
    await change({ "systemPool.vmSize": "Standard_D16ds_v5" });
    refused(
      await rehearse("preview"),
      /systemPool\.vmSize: asks for .*D16ds_v5, and the pool systemb has .*D8ds_v5[^]*when system, whose place it takes, is gone/,
    );
    await change({ "systemPool.vmSize": "Standard_D8ds_v5" });
    autoscale({ systemb: nodes + 1 });
    assert.match((await up("--refresh")).text, /Resources:\n +- 2 deleted\n +\d+ unchanged\n/);
    inAzure((_, { system, systemb }) => assert.deepEqual([system, systemb.count], [undefined, nodes + 1]));
    unchanged(await up("--refresh"));

    await change({ "systemPool.vmSize": "Standard_D4ds_v5", "tags.team": "system" });
    await up();
    const { text } = await up();
    const words = ["aks-cluster updated", "aks-system-old deleting"];
    const [named, gone] = words.map((word) => text.indexOf(word));
    assert.ok(named > 0 && named < gone, text);
    inAzure((_, { system, systemb }) =>
      assert.deepEqual([system.vmSize, systemb], ["Standard_D4ds_v5", undefined]),
    );
    await unset("systemPool.rotation", "systemPool.vmSize");
    unchanged(await up());
  });

  it("whose system pool was rotated outside names the way, and goes on under the new name", async () => {
    rotatedOutside("system", "fresh");
    refused(
      await rehearse("preview"),
      /systemPool\.name: is system, and the cluster \S+ has no such pool[^]*write: fresh;/,
    );
    unchanged(await up("--refresh", ...set({ "systemPool.name": "fresh" })));
    await up(...set({ "tags.team": "kernel" }));
  });

  // pulumi/pulumi-azure-native#2719
  it("whose state was lost is taken in by importId with the pools that it has, and is updated after a rotation", async () => {
    const id = (await rehearse("pulumi", "stack", "output", "clusterId")).stdout.trim();
    ok(await rehearse("pulumi", "state", "delete", "--all", "--force", "--yes"));
    await unset("nodePools");
    const { text } = await up(...set({ importId: id, protect: "false" }));
    assert.match(text, /ManagedCluster aks-cluster import/);
    const tag = set({ "tags.team": "platform" });
    inAzure((cluster, { bpool }) => {
      bpool.nodeLabels = { who: "az" };
      cluster.workloadAutoScalerProfile = { keda: { enabled: true } };
    });
    unchanged(await up());
    const { text: shown } = await rehearse("preview", ...tag);
    assert.match(
      shown,
      /importId: is of a cluster that has changed .*: the pools bpool, .*workloadAutoScalerProfile\n/,
    );
    rotatedOutside("fresh", "third");
    refused(
      await rehearse("preview", ...tag),
      /importId: is of a cluster that has changed .*: the pools .*fresh.*third.*\n/,
    );
    assert.match((await up("--refresh")).text, /ManagedCluster aks-cluster updated/);
    assert.deepEqual(
      inAzure((_, pools) => Object.keys(pools).sort()),
      ["apoolb", "bpool", "third"],
    );
  });
});
