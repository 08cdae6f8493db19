import assert from "node:assert/strict";
import { autoscaling } from "../../../policy/policies/operations/autoscaling";
import { availabilityZones } from "../../../policy/policies/operations/availabilityZones";
import { minPodsPerNode } from "../../../policy/policies/operations/minPodsPerNode";
import { scaleSetPools } from "../../../policy/policies/operations/scaleSetPools";
import { systemPoolReserved } from "../../../policy/policies/operations/systemPoolReserved";
import { judge, unknown } from "../judge";
import { clusterSpellings } from "../spellings";
import { ofClusters, ofPools } from "./cases";

describe("policy aks-min-pods-per-node", () => {
  ofPools(minPodsPerNode, {
    accepts: [{ maxPods: 50 }, { maxPods: 250 }],
    refuses: [
      [
        { maxPods: 49 },
        'Pool "work" takes 49 pods a node (maxPods), fewer than 50.',
        "Write `@maxPods@: 110`",
      ],
      [{ maxPods: 30 }, "takes 30 pods a node"],
    ],
    unknowns: [{ maxPods: unknown }],
  });
  ofPools(minPodsPerNode, {
    accepts: [{ maxPods: 20 }],
    refuses: [[{ maxPods: 19 }, "fewer than 20"]],
    unknowns: [],
    config: { minimum: 20 },
  });

  const pools = { agentPoolProfiles: [{ name: "one" }] };
  ofClusters(minPodsPerNode, {
    accepts: [
      { ...pools, networkProfile: { networkPlugin: "azure", networkPluginMode: "Overlay" } },
      { ...pools, networkProfile: { networkPlugin: "none" } },
    ],
    refuses: [
      [
        { ...pools, networkProfile: { networkPlugin: "azure" } },
        'Pool "one" does not set maxPods, and on a flat network of Azure CNI AKS\'s default is 30.',
        "Write `@agentPoolProfiles[0].maxPods@: 110`",
      ],
    ],
    unknowns: [
      { ...pools, networkProfile: { networkPlugin: "azure", networkPluginMode: unknown } },
      { ...pools, networkProfile: { networkPlugin: unknown } },
      { ...pools, networkProfile: unknown },
      { agentPoolProfiles: unknown },
    ],
  });

  it("says what is wrong with its knob", async () => {
    const { type, props } = clusterSpellings[0];
    for (const minimum of ["50", -1, 1.5]) {
      await assert.rejects(
        judge(minPodsPerNode, type, props({ agentPoolProfiles: [{ maxPods: 1 }] }), { minimum }),
        {
          message: `minimum is ${JSON.stringify(minimum)} in the policy configuration; write a whole number, such as 50`,
        },
      );
    }
  });
});

describe("policy aks-scale-set-pools", () => {
  ofPools(scaleSetPools, {
    accepts: [{ type: "VirtualMachineScaleSets" }, { type: "virtualmachinescalesets" }, {}, { type: null }],
    refuses: [
      [
        { type: "AvailabilitySet" },
        'Pool "work" is of type AvailabilitySet.',
        'Write `@type@: "VirtualMachineScaleSets"`',
        "must be replaced",
      ],
      [{ type: "VirtualMachines" }, "is of type VirtualMachines"],
    ],
    unknowns: [{ type: unknown }],
  });
});

describe("policy aks-autoscaling", () => {
  ofPools(autoscaling, {
    accepts: [
      { enableAutoScaling: true, minCount: 3, maxCount: 5 },
      { type: "AvailabilitySet", count: 3 },
    ],
    refuses: [
      [{ count: 3 }, 'Pool "work" has a fixed number of nodes', "Write `@enableAutoScaling@: true`"],
      [{ enableAutoScaling: false, type: "VirtualMachineScaleSets" }, "has a fixed number of nodes"],
    ],
    unknowns: [{ enableAutoScaling: unknown }, { type: unknown }],
  });
});

describe("policy aks-availability-zones", () => {
  ofPools(availabilityZones, {
    accepts: [
      { availabilityZones: ["1"] },
      { availabilityZones: ["1", "2", "3"] },
      { type: "AvailabilitySet" },
    ],
    refuses: [
      [{}, 'Pool "work" stands in no availability zone', 'Write `@availabilityZones@: ["1", "2", "3"]`'],
      [{ availabilityZones: [] }, "stands in no availability zone"],
    ],
    unknowns: [{ availabilityZones: unknown }, { availabilityZones: [unknown] }],
  });
});

describe("policy aks-system-pool-reserved", () => {
  const taint = "CriticalAddonsOnly=true:NoSchedule";
  ofPools(systemPoolReserved, {
    accepts: [
      { mode: "System", nodeTaints: ["a=b:NoSchedule", taint] },
      { mode: "User" },
      { mode: "User", nodeTaints: [] },
    ],
    refuses: [
      [
        { mode: "System" },
        'Pool "work" is a system pool and takes any pod',
        `Write \`@nodeTaints@: ["${taint}"]\``,
        "a pool of mode User",
      ],
      [{ mode: "system", nodeTaints: ["CriticalAddonsOnly=true:PreferNoSchedule"] }, "takes any pod"],
    ],
    unknowns: [
      { mode: unknown },
      { mode: "System", nodeTaints: unknown },
      { mode: "System", nodeTaints: ["a=b:NoSchedule", unknown] },
    ],
  });

  it("takes a pool without a mode inside a cluster for a system pool, and one of its own for a user pool", async () => {
    const { type, props } = clusterSpellings[0];
    assert.equal(
      (await judge(systemPoolReserved, type, props({ agentPoolProfiles: [{ name: "one" }] }))).length,
      1,
    );
    const own = { agentPoolName: "two", count: 3 };
    assert.deepEqual(await judge(systemPoolReserved, "azure-native:containerservice:AgentPool", own), []);
  });
});
