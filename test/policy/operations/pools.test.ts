// What a pool must say of itself to be run well.
import assert from "node:assert/strict";
import type { ServiceError } from "@grpc/grpc-js";
import { allowedVmSizes } from "../../../policy/policies/operations/allowedVmSizes";
import { autoscaling } from "../../../policy/policies/operations/autoscaling";
import { availabilityZones } from "../../../policy/policies/operations/availabilityZones";
import { minPodsPerNode } from "../../../policy/policies/operations/minPodsPerNode";
import { minUserPoolNodes } from "../../../policy/policies/operations/minUserPoolNodes";
import { scaleSetPools } from "../../../policy/policies/operations/scaleSetPools";
import { systemPoolReserved } from "../../../policy/policies/operations/systemPoolReserved";
import { version } from "../../../policy/policies/operations/version";
import { ofClusters, ofPools, property } from "../everySpelling";
import { judge, unknown } from "../judge";
import { clusterSpellings } from "../spellings";

property(ofPools, allowedVmSizes, "vmSize", {
  config: { sizes: ["Standard_D4ds_v5", "Standard_E*"] },
  right: ["standard_d4ds_v5", "Standard_E64ds_v5", undefined],
  wrong: [
    [
      "Standard_D4ds_v4",
      'Pool "work" has nodes of size Standard_D4ds_v4, which is not among those that this team allows: ' +
        "Standard_D4ds_v5, Standard_E*.",
      "Write one of them as `@vmSize@`",
    ],
    ["Standard_D4ds_v5_extra", "is not among those"],
  ],
});

const scaled = (minCount: unknown) => ({ enableAutoScaling: true, minCount, maxCount: 10, count: 9 });
ofPools(minUserPoolNodes, {
  right: [
    { count: 3 },
    scaled(3),
    { count: 0, scaleSetPriority: "Spot" },
    { mode: "System", count: 1 },
    { count: unknown },
    scaled(unknown),
    { enableAutoScaling: unknown, count: 1 },
    { mode: unknown, count: 1 },
  ],
  wrong: [
    [{ count: 2 }, 'Pool "work" begins with 2, fewer than 3', "Write `@count@: 3` or more"],
    [scaled(0), "begins with 0, fewer than 3", "Write `@minCount@: 3` or more"],
    [{}, "begins with no number of nodes of its own", "Write `@count@: 3`"],
  ],
});
ofPools(minUserPoolNodes, {
  config: { minimum: 2 },
  right: [{ count: 2 }],
  wrong: [[{ count: 1 }, "fewer than 2"]],
});

property(ofPools, minPodsPerNode, "maxPods", {
  right: [50, 250],
  wrong: [
    [49, 'Pool "work" takes 49 pods a node (maxPods), fewer than 50.', "Write `@maxPods@: 110`"],
    [30, "takes 30 pods a node"],
  ],
});
property(ofPools, minPodsPerNode, "maxPods", {
  config: { minimum: 20 },
  right: [20],
  wrong: [[19, "fewer than 20"]],
});
const network = (networkProfile: unknown) => ({ agentPoolProfiles: [{ name: "one" }], networkProfile });
ofClusters(minPodsPerNode, {
  right: [
    network({ networkPlugin: "azure", networkPluginMode: "Overlay" }),
    network({ networkPlugin: "none" }),
    network({ networkPlugin: "azure", networkPluginMode: unknown }),
    network({ networkPlugin: unknown }),
    network(unknown),
    { agentPoolProfiles: unknown },
  ],
  wrong: [
    [
      network({ networkPlugin: "azure" }),
      'Pool "one" does not set maxPods, and on a flat network of Azure CNI AKS\'s default is 30.',
      "Write `@agentPoolProfiles[0].maxPods@: 110`",
    ],
  ],
});

property(ofPools, scaleSetPools, "type", {
  right: ["VirtualMachineScaleSets", "virtualmachinescalesets", undefined, null],
  wrong: [
    [
      "AvailabilitySet",
      'Pool "work" is of type AvailabilitySet.',
      'Write `@type@: "VirtualMachineScaleSets"`',
      "must be replaced",
    ],
    ["VirtualMachines", "is of type VirtualMachines"],
  ],
});
property(ofPools, autoscaling, "enableAutoScaling", {
  right: [true],
  wrong: [
    [undefined, 'Pool "work" has a fixed number of nodes', "Write `@enableAutoScaling@: true`"],
    [false, "has a fixed number of nodes"],
  ],
  also: { right: [{ type: "AvailabilitySet", count: 3 }, { type: unknown }] },
});
property(ofPools, availabilityZones, "availabilityZones", {
  right: [["1"], ["1", "2", "3"], [unknown]],
  wrong: [
    [undefined, 'Pool "work" stands in no availability zone', 'Write `@availabilityZones@: ["1", "2", "3"]`'],
    [[], "stands in no availability zone"],
  ],
  also: { right: [{ type: "AvailabilitySet" }] },
});

const taint = "CriticalAddonsOnly=true:NoSchedule";
const system = (...nodeTaints: string[]) => ({ mode: "System", nodeTaints });
ofPools(systemPoolReserved, {
  right: [
    system("a=b:NoSchedule", taint),
    { mode: "User" },
    { mode: "User", nodeTaints: [] },
    { mode: unknown },
    { mode: "System", nodeTaints: unknown },
    system("a=b:NoSchedule", unknown),
  ],
  wrong: [
    [
      { mode: "System" },
      'Pool "work" is a system pool and takes any pod',
      `Write \`@nodeTaints@: ["${taint}"]\``,
      "a pool of mode User",
    ],
    [{ mode: "system", nodeTaints: ["CriticalAddonsOnly=true:PreferNoSchedule"] }, "takes any pod"],
  ],
});

describe("policies of operations", () => {
  const { type, props } = clusterSpellings[0];
  const cluster = (...agentPoolProfiles: object[]) => props({ agentPoolProfiles });

  it("take a pool without a mode inside a cluster for a system pool, and one of its own for a user pool", async () => {
    assert.equal((await judge(systemPoolReserved, type, cluster({ name: "one" }))).length, 1);
    const own = { agentPoolName: "two", count: 3 };
    assert.deepEqual(await judge(systemPoolReserved, "azure-native:containerservice:AgentPool", own), []);
  });

  it("let the pools that a knob names have fewer nodes, and any size where no list is set", async () => {
    const two = cluster({ name: "gpu", mode: "User", count: 0 }, { name: "work", mode: "User", count: 1 });
    const [message, ...more] = await judge(minUserPoolNodes, type, two, { excludedPools: ["gpu"] });
    assert.match(message, /^Pool "work"/);
    assert.deepEqual(more, []);
    assert.deepEqual(await judge(allowedVmSizes, type, cluster({ vmSize: "Standard_B2s" })), []);
  });

  for (const [policy, knobs, message] of [
    [
      minPodsPerNode,
      { minimum: "50" },
      'minimum is "50" in the policy configuration; write a whole number, such as 50',
    ],
    [
      minPodsPerNode,
      { minimum: -1 },
      "minimum is -1 in the policy configuration; write a whole number, such as 50",
    ],
    [
      minPodsPerNode,
      { minimum: 1.5 },
      "minimum is 1.5 in the policy configuration; write a whole number, such as 50",
    ],
    [version, { minimumVersion: 1.3 }, 'minimumVersion is 1.3 in the policy configuration; write "1.34"'],
    [
      minUserPoolNodes,
      { excludedPools: "gpu" },
      'excludedPools is "gpu" in the policy configuration; write a list of texts, such as ["gpu"]',
    ],
  ] as [{ name: string }, object, string][]) {
    it(`say that ${message}`, () => {
      const one = cluster({ name: "one", mode: "User", maxPods: 1, count: 1 });
      const judged = judge(policy, type, { ...one, kubernetesVersion: "1.35" }, knobs);
      return assert.rejects(judged, ({ details }: ServiceError) => {
        const [from, error] = details.split("\n");
        assert.match(from, new RegExp(`^Error validating resource with policy '${policy.name}'`));
        assert.equal(error, `Error: ${message}`);
        return true;
      });
    });
  }
});
