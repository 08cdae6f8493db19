// A cluster after its birth: what the autoscaler and the upgrade channels have made of it stays, and nothing replaces it.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { CommandLine, type Ended } from "./commandLine";
import { startTimeoutMs } from "./harness";

const ok = (ended: Ended) => assert.equal(ended.code, 0, ended.text);
const unchanged = (ended: Ended) => assert.match(ended.text, /Resources:\n +\d+ unchanged\n/);

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
      "managedCluster.autoUpgradeProfile.upgradeChannel": "stable",
      "systemPool.autoscaling.min": "1",
      "systemPool.autoscaling.max": "4",
      // AKS lists it before the system pool.
      "nodePools[0].name": "apool",
      "nodePools[0].autoscaling.min": "1",
      "nodePools[0].autoscaling.max": "4",
    });
    await up();
  });

  it("that nobody touched is as it was", async () => unchanged(await up()));

  it("whose pools have grown is as it was, with and without a refresh", async () => {
    autoscale({ apool: 3, system: 2 });
    unchanged(await up());
    unchanged(await up("--refresh"));
    autoscale({ apool: 4, system: 3 });
    unchanged(await up("--refresh"));
    assert.deepEqual(counts(), [4, 3]);
  });

  it("whose pools have grown keeps their nodes when something else changes, without a refresh", async () => {
    autoscale({ apool: 2, system: 3 });
    await set({ "tags.team": "platform" });
    const preview = await rehearse("preview");
    assert.doesNotMatch(preview.text, / kubernetes:\S+ \S+ update/, "a layer previews as changed");
    await up();
    assert.deepEqual(counts(), [2, 3]);
    await up("--refresh");
    assert.deepEqual(counts(), [2, 3]);
  });

  it("keeps its nodes when bounds move, and when autoscaling ends", async () => {
    autoscale({ apool: 4, system: 4 });
    await set({ "nodePools[0].autoscaling.max": "6", "systemPool.autoscaling.max": "6" });
    await up();
    assert.deepEqual(counts(), [4, 4]);
    for (const key of ["nodePools[0].autoscaling", "systemPool.autoscaling"])
      ok(await rehearse("pulumi", "config", "rm", "--path", key));
    await up();
    assert.deepEqual(counts(), [4, 4]);
    unchanged(await up());
  });

  it("keeps the version that its channel gave it, and is upgraded where the program asks for more", async () => {
    const versions = () =>
      inAzure((cluster, pools) => [
        cluster.kubernetesVersion,
        pools.system.orchestratorVersion,
        pools.apool.orchestratorVersion,
      ]);
    inAzure((cluster, pools) => {
      cluster.kubernetesVersion = cluster.currentKubernetesVersion = "1.36.1";
      for (const pool of Object.values(pools))
        pool.orchestratorVersion = pool.currentOrchestratorVersion = "1.36.1";
    });
    await set({ "tags.team": "kernel" });
    await up();
    assert.deepEqual(versions(), ["1.36.1", "1.36.1", "1.36.1"]);
    await up("--refresh");
    unchanged(await up("--refresh"));
    assert.deepEqual(versions(), ["1.36.1", "1.36.1", "1.36.1"]);
    const skipped = await rehearse("preview", "-c", "kubernetesVersion=1.38");
    assert.match(skipped.text, /kubernetesVersion: is 1\.38, and the cluster .* runs 1\.36\.1/);
    await set({ kubernetesVersion: "1.37" });
    const text = (await up()).text;
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
    for (const verb of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const ended = await rehearse(...verb);
      assert.notEqual(ended.code, 0, ended.text);
      assert.match(
        ended.text,
        /network\.serviceCidr: asks for .* 172\.16\.0\.0\/16, and the cluster .* has 10\.0\.0\.0\/16/,
      );
      assert.doesNotMatch(ended.text, /\n\s+at /);
      assert.deepEqual(await made(), before);
    }
    const allowed = await rehearse("preview", "-c", "replaceCluster=true");
    ok(allowed);
    assert.match(allowed.text, /ManagedCluster aks-cluster replace/);
    for (const key of ["network", "replaceCluster"]) ok(await rehearse("pulumi", "config", "rm", key));
    const renamed = await rehearse("preview", "-c", "clusterName=other");
    assert.notEqual(renamed.code, 0, renamed.text);
    assert.match(renamed.text, /clusterName: asks for the name other, and the cluster aks-\w+ has/);
    ok(await rehearse("pulumi", "config", "rm", "clusterName"));
    unchanged(await up());
  });
});
