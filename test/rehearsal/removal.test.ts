// What is taken out of the program is off in Azure, which keeps what an update leaves out.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { CommandLine } from "./commandLine";
import { ok, startTimeoutMs } from "./harness";

describe("what is taken out of the program", function () {
  this.timeout(240_000);
  const line = new CommandLine();
  const rehearse = (...args: string[]) => line.run(["--stack", "less", ...args]);
  const up = async () => ok(await rehearse("up", "--yes", "--skip-preview"));
  const remove = async (...keys: string[]) => {
    for (const key of keys) ok(await rehearse("pulumi", "config", "rm", "--path", key));
  };
  after(() => line.end());

  /** Properties of what Azure holds of a type. */
  function held(type: string): any {
    const { resources } = JSON.parse(
      fs.readFileSync(path.join(line.stateRoot, "less", "azure.json"), "utf8"),
    );
    const found = resources.find(({ response }: any) => response.type.toLowerCase() === type.toLowerCase());
    return found?.response.properties;
  }
  const cluster = () => held("Microsoft.ContainerService/managedClusters");
  const enabled = () =>
    Object.entries<any>(cluster().addonProfiles)
      .flatMap(([name, addOn]) => (addOn.enabled ? [name] : []))
      .sort();
  const [ranges, taint] = [["203.0.113.0/24"], "tier=web:NoSchedule"];

  before(async function () {
    this.timeout(startTimeoutMs);
    const settings = {
      "managedCluster.addonProfiles.azurepolicy.enabled": "true",
      "managedCluster.addonProfiles.azureKeyvaultSecretsProvider.enabled": "true",
      "managedCluster.apiServerAccessProfile.authorizedIPRanges[0]": ranges[0],
      "systemPool.autoscaling.min": "1",
      "systemPool.autoscaling.max": "5",
      "nodePools[0].name": "web",
      "nodePools[0].count": "1",
      "nodePools[0].profile.nodeLabels.tier": "web",
      "nodePools[0].profile.nodeTaints[0]": taint,
    };
    const words = Object.entries(settings).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    ok(await rehearse("pulumi", "config", "set-all", "--path", ...words));
    await up();
    assert.deepEqual(enabled(), ["azureKeyvaultSecretsProvider", "azurepolicy"]);
    assert.deepEqual(cluster().apiServerAccessProfile.authorizedIPRanges, ranges);
  });

  it("is off: add-ons, ranges, autoscaling, labels, taints; and the next up changes nothing", async () => {
    await remove("managedCluster", "systemPool", "nodePools[0].profile");
    await up();
    assert.deepEqual(enabled(), []);
    assert.deepEqual(cluster().apiServerAccessProfile.authorizedIPRanges, []);
    const [{ enableAutoScaling, minCount, maxCount }] = cluster().agentPoolProfiles;
    assert.deepEqual([enableAutoScaling, minCount, maxCount], [false, undefined, undefined]);
    const { nodeLabels, nodeTaints } = held("Microsoft.ContainerService/managedClusters/agentPools");
    assert.deepEqual([nodeLabels, nodeTaints], [{}, []]);
    const again = await rehearse("up", "--yes", "--skip-preview");
    assert.match(again.text, /Resources:\n +\d+ unchanged\n/);
  });

  it("with the last user pool goes the system pool's taint", async () => {
    assert.deepEqual(cluster().agentPoolProfiles[0].nodeTaints, ["CriticalAddonsOnly=true:NoSchedule"]);
    await remove("nodePools");
    await up();
    assert.deepEqual(cluster().agentPoolProfiles[0].nodeTaints, []);
  });
});
