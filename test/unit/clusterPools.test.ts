// The pools of a cluster: one in its body, the others resources of their own.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster, type AksClusterArgs, type FurtherPoolArgs } from "../../components";
import { record } from "./record";

/** A pool as it is sent to a cluster that lives, with these pools. */
async function bodyOf(pool: string, args: AksClusterArgs, pools: Record<string, object>): Promise<any> {
  const system = { name: "system", vmSize: "Standard_D4ds_v5", count: 3, mode: "System" };
  const live = {
    name: "blue",
    kubernetesVersion: "1.35",
    networkProfile: { networkPlugin: "azure", networkPluginMode: "overlay", networkPolicy: "calico" },
    agentPoolProfiles: [system, ...Object.entries(pools).map(([name, has]) => ({ name, ...has }))],
  };
  const names = { resourceGroupName: "shared", clusterName: "blue", location: "norwayeast" };
  const recording = await record(() => new AksCluster("dev", { ...names, ...args }), { live });
  return recording.named(`dev-pool-${pool}`).inputs;
}

describe("the pools of AksCluster", () => {
  it("makes every further pool a resource of its own, which goes with the cluster", async () => {
    const recording = await record(
      () =>
        new AksCluster("dev", {
          kubernetesVersion: "1.35",
          nodePools: [
            {
              name: "work",
              autoscaling: { min: 2, max: 9 },
              profile: {
                nodeLabels: { "example.com/tier": "work" },
                nodeTaints: ["dedicated=work:NoSchedule"],
                maxPods: 60,
              },
            },
            { name: "spare", count: 0 },
          ],
        }),
    );
    const work = recording.named("dev-pool-work");
    assert.equal(work.type, "azure-native:containerservice:AgentPool");
    assert.equal(work.parent, "dev");
    assert.equal(work.deletedWith, "dev-cluster");
    assert.deepEqual(work.inputs, {
      resourceGroupName: "dev-x7k2p9",
      resourceName: "dev-x7k2p9",
      agentPoolName: "work",
      mode: "User",
      osType: "Linux",
      type: "VirtualMachineScaleSets",
      vmSize: "Standard_D4ds_v5",
      count: 2,
      enableAutoScaling: true,
      minCount: 2,
      maxCount: 9,
      maxPods: 60,
      nodeLabels: { "example.com/tier": "work" },
      nodeTaints: ["dedicated=work:NoSchedule"],
      orchestratorVersion: "1.35",
      tags: {},
    });
    assert.equal(recording.named("dev-pool-spare").inputs.count, 0);
    const system = recording.named("dev-cluster").inputs.agentPoolProfiles;
    assert.equal(system.length, 1);
    assert.deepEqual(system[0].nodeTaints, ["CriticalAddonsOnly=true:NoSchedule"]);
  });

  it("has as many system pools as are asked for, and a reserved one where other nodes can take the work", async () => {
    const taintsWith = async (...nodePools: FurtherPoolArgs[]) => {
      const recording = await record(() => new AksCluster("dev", { nodePools }));
      const { mode, nodeTaints } = recording.named("dev-pool-sys2").inputs;
      const { agentPoolProfiles } = recording.named("dev-cluster").inputs;
      return [agentPoolProfiles[0].nodeTaints, mode, nodeTaints];
    };
    const second = { name: "sys2", profile: { mode: "System" } };
    assert.deepEqual(await taintsWith(second), [[], "System", []]);
    assert.deepEqual(await taintsWith(second, { name: "work" }), [
      ["CriticalAddonsOnly=true:NoSchedule"],
      "System",
      [],
    ]);
  });

  it("has a Spot pool's taint once, also where AKS has put it there", async () => {
    const spot = ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"];
    const nodePools = [{ name: "batch", profile: { scaleSetPriority: "Spot" } }];
    const has = { mode: "User", scaleSetPriority: "Spot", nodeTaints: spot };
    assert.deepEqual((await bodyOf("batch", { nodePools }, { batch: has })).nodeTaints, spot);
  });

  it("has its own nodes where a rotation was broken off, and not those of the pool that goes", async () => {
    const nodePools = [{ name: "work", vmSize: "D8", rotation: true, autoscaling: { min: 1, max: 5 } }];
    const pools = { work: { vmSize: "D4", count: 1 }, workb: { vmSize: "D8", count: 4 } };
    const { agentPoolName, count } = await bodyOf("work", { nodePools }, pools);
    assert.deepEqual([agentPoolName, count], ["workb", 4]);
  });

  it("takes nothing of Spot along when its rotation makes it a regular one, or the other way round", async () => {
    const taint = "kubernetes.azure.com/scalesetpriority=spot:NoSchedule";
    const labels = { "kubernetes.azure.com/scalesetpriority": "spot" };
    const taken = async (wanted: string | undefined, has: object) => {
      const nodePools = [{ name: "batch", rotation: true, profile: { scaleSetPriority: wanted } }];
      const { agentPoolName, nodeTaints, nodeLabels } = await bodyOf("batch", { nodePools }, { batch: has });
      return [agentPoolName, nodeTaints, nodeLabels];
    };
    const spot = { scaleSetPriority: "Spot", nodeTaints: [taint], nodeLabels: labels };
    assert.deepEqual(await taken(undefined, spot), ["batchb", [], {}]);
    assert.deepEqual(await taken("Spot", spot), ["batch", [taint], labels]);
  });

  it("may be older than the control plane where it is new and the program says so", async () => {
    const version = async (profile: object) => {
      const args = { kubernetesVersion: "1.34", nodePools: [{ name: "work", profile }] };
      return (await bodyOf("work", args, {})).orchestratorVersion;
    };
    assert.equal(await version({ orchestratorVersion: "1.34" }), "1.34");
    assert.equal(await version({}), "1.35");
  });

  it("keeps the taint that AKS puts on Spot pools, beside the program's own", async () => {
    const own = ["dedicated=batch:NoSchedule"];
    for (const nodeTaints of [own, pulumi.output(own)]) {
      const profile = { scaleSetPriority: "Spot", nodeTaints };
      const recording = await record(
        () => new AksCluster("dev", { nodePools: [{ name: "batch", profile }] }),
      );
      const { inputs } = recording.named("dev-pool-batch");
      assert.deepEqual(inputs.nodeTaints.sort(), [
        "dedicated=batch:NoSchedule",
        "kubernetes.azure.com/scalesetpriority=spot:NoSchedule",
      ]);
      assert.deepEqual([inputs.scaleSetPriority, inputs.mode], ["Spot", "User"]);
    }
  });

  it("sends the zones of a living pool in Azure's order: another one is another value to AKS", async () => {
    const zones = async (...availabilityZones: string[]) => {
      const nodePools = [{ name: "work", profile: { availabilityZones } }];
      const has = { vmSize: "Standard_D4ds_v5", availabilityZones: ["3", "1", "2"] };
      return (await bodyOf("work", { nodePools }, { work: has })).availabilityZones;
    };
    assert.deepEqual(await zones("1", "2", "3"), ["3", "1", "2"]);
    await assert.rejects(
      zones("1", "2"),
      /availabilityZones \["1","2"\], and the pool work has \["3","1","2"\]/,
    );
  });
});
