// A cluster after its birth: what the autoscaler and the upgrade channels have made of it stays, and nothing replaces it.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { CommandLine, type Ended } from "./commandLine";
import { startTimeoutMs } from "./harness";

const ok = (ended: Ended) => assert.equal(ended.code, 0, ended.text);
const unchanged = (ended: Ended) => assert.match(ended.text, /Resources:\n +\d+ unchanged\n/);
const refused = (ended: Ended, message: RegExp) => {
  assert.notEqual(ended.code, 0, ended.text);
  assert.match(ended.text, message);
  assert.doesNotMatch(ended.text, /\n\s+at /);
};

describe("a living cluster", function () {
  this.timeout(240_000);
  const line = new CommandLine();
  const rehearse = (...args: string[]) => line.run(["--stack", "living", ...args]);
  const up = async (...args: string[]) => {
    const ended = await rehearse("up", "--yes", "--skip-preview", ...args);
    ok(ended);
    return ended;
  };
  const set = async (settings: Record<string, string>) => {
    const words = Object.entries(settings).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    ok(await rehearse("pulumi", "config", "set-all", "--path", ...words));
  };
  const unset = async (...keys: string[]) => {
    for (const key of keys) ok(await rehearse("pulumi", "config", "rm", "--path", key));
  };
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
  const autoscale = (counts: Record<string, number>) =>
    inAzure((_, pools) => {
      for (const [name, count] of Object.entries(counts)) pools[name].count = count;
    });
  const counts = () => inAzure((_, pools) => [pools.apool.count, pools.system.count]);

  before(async function () {
    this.timeout(startTimeoutMs);
    await set({
      kubernetesVersion: "1.35",
      "upgrades.channel": "stable",
      "systemPool.autoscaling.min": "1",
      "systemPool.autoscaling.max": "4",
      // AKS lists it before the system pool, and the other one after it.
      "userPools[0].name": "apool",
      "userPools[0].autoscaling.min": "1",
      "userPools[0].autoscaling.max": "4",
      "userPools[1].name": "zpool",
      "userPools[1].count": "1",
    });
    await up();
  });

  it("that nobody touched is as it was, with and without a refresh", async () => {
    unchanged(await up());
    unchanged(await up("--refresh"));
  });

  const spot = ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"];
  it("is as it was when pools have grown, to their bounds too, images are new and AKS has added labels and taints", async () => {
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
    await set({ "tags.team": "platform" });
    const preview = await rehearse("preview");
    assert.match(preview.text, /ManagedCluster aks-cluster update/);
    assert.doesNotMatch(preview.text, / kubernetes:\S+ \S+ update/, "a layer previews as changed");
    assert.doesNotMatch(preview.text, /output<string>/, "an output is unknown");
    await up();
    assert.deepEqual(counts(), [2, 3]);
    assert.deepEqual(
      inAzure((_, { zpool }) => zpool.nodeTaints),
      spot,
    );
    autoscale({ apool: 3, system: 2 });
    await set({ "tags.team": "kernel" });
    await up("--refresh");
    assert.deepEqual(counts(), [3, 2]);
  });

  it("keeps its nodes when bounds move, and when autoscaling ends and begins", async () => {
    autoscale({ apool: 4, system: 4 });
    await set({ "userPools[0].autoscaling.max": "6", "systemPool.autoscaling.max": "6" });
    await up();
    assert.deepEqual(counts(), [4, 4]);
    await unset("userPools[0].autoscaling", "systemPool.autoscaling");
    await up("--refresh");
    assert.deepEqual(counts(), [4, 4]);
    unchanged(await up());
    await set({ "userPools[0].autoscaling.min": "1", "userPools[0].autoscaling.max": "4" });
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
    unchanged(await up("--refresh"));
    await set({ "tags.team": "platform" });
    await up();
    assert.deepEqual(versions(), ["1.36.1", "1.36.1", "1.36.1"]);
    refused(
      await rehearse("preview", "-c", "kubernetesVersion=1.38"),
      /kubernetesVersion: is 1\.38, and the cluster .* runs 1\.36\.1/,
    );
    await set({ kubernetesVersion: "1.37" });
    const { text } = await up();
    assert.deepEqual(versions(), ["1.37", "1.37", "1.37"]);
    assert.ok(text.indexOf("aks-cluster updated") < text.indexOf("aks-pool-apool updated"), text);
  });

  it("is not replaced: refused in preview and in up, and nothing is touched", async () => {
    const made = async () =>
      ((await line.state("living")).deployment.resources as any[])
        .filter(({ custom }) => custom)
        .map(({ urn, id, modified }) => [urn, id, modified].join(" "));
    const before = await made();
    await set({ "network.serviceCidr": "172.16.0.0/16" });
    const asks =
      /network\.serviceCidr: asks for .* 172\.16\.0\.0\/16, and the cluster .* has 10\.0\.0\.0\/16/;
    for (const verb of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      refused(await rehearse(...verb), asks);
      assert.deepEqual(await made(), before);
    }
    const allowed = await rehearse("preview", "-c", "replaceCluster=true");
    ok(allowed);
    assert.match(allowed.text, /ManagedCluster aks-cluster replace/);
    await unset("network", "replaceCluster");
    const renamed = await rehearse("preview", "-c", "clusterName=other");
    refused(renamed, /clusterName: asks for the name other, and the cluster aks-\w+ has/);
    await unset("clusterName");
  });

  it("follows what was changed in place with az, and is not replaced for it", async () => {
    inAzure((cluster) => (cluster.networkProfile.outboundType = "managedNATGateway"));
    refused(
      await rehearse("preview"),
      /outboundType: asks for .* loadBalancer, and .* has managedNATGateway[^]*az aks update --ids \/subscriptions\/\S+ --outbound-type loadBalancer/,
    );
    await set({ "network.outboundType": "managedNATGateway" });
    unchanged(await up());
    inAzure((cluster) => (cluster.networkProfile.outboundType = "loadBalancer"));
    await unset("network");
    unchanged(await up("--refresh"));
  });

  it("has pools whose nodes are not deleted for a change; one that is renamed is made before the old one goes", async () => {
    const zones = await rehearse("preview", "-c", "userPools[1].zones[0]=1", "--config-path");
    refused(zones, /userPools\[1\]\.zones: asks for availabilityZones \["1"\], and the pool zpool has \[\]/);
    await unset("userPools[1].zones");
    await set({ "userPools[1].name": "bpool" });
    const { text } = await up();
    const [born, gone] = ["aks-pool-bpool created", "aks-pool-zpool deleting"].map((word) =>
      text.indexOf(word),
    );
    assert.ok(born > 0 && born < gone, text);
  });

  it("whose system pool was rotated outside names the way, and goes on under the new name", async () => {
    const rotate = (name: string) => inAzure((_, { system }) => (system.name = name));
    rotate("fresh");
    refused(
      await rehearse("preview"),
      /systemPool\.name: is system, and the cluster \S+ has no such pool[^]*write: fresh;/,
    );
    await set({ "systemPool.name": "fresh" });
    unchanged(await up("--refresh"));
    await set({ "tags.team": "kernel" });
    await up();
  });

  it("whose state was lost is taken in by importId with the pools that it has, and is updated after that", async () => {
    const id = (await rehearse("pulumi", "stack", "output", "clusterId")).stdout.trim();
    ok(await rehearse("pulumi", "state", "delete", "--all", "--force", "--yes"));
    await set({ importId: id, protect: "false" });
    await unset("userPools");
    const { text } = await up();
    assert.match(text, /ManagedCluster aks-cluster import/);
    inAzure((cluster) => (cluster.agentPoolProfiles[0].name = "third"));
    await set({ "tags.team": "platform" });
    await up();
    assert.deepEqual(
      inAzure((_, pools) => Object.keys(pools).sort()),
      ["apool", "bpool", "third"],
    );
    unchanged(await up("--refresh"));
  });
});
