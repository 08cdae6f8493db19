// What a pool must say of itself to be run well.
import assert from "node:assert/strict";
import {
  allowedVmSizes,
  autoscaling,
  availabilityZones,
  minUserPoolNodes,
  scaleSetPools,
  systemPoolReserved,
} from "../../../policy/policies/aks/nodes";
import { ofPools, property } from "../everySpelling";
import { judge, notJudged, unknown } from "../judge";
import { clusterSpellings } from "../spellings";

/** A pool of AKS's newer type; it says its nodes in scale profiles. */
const machines = (scale: unknown) => ({ type: "VirtualMachines", virtualMachinesProfile: { scale } });
const manual = (...profiles: [size: unknown, count: unknown][]) =>
  machines({ manual: profiles.map(([size, count]) => ({ size, count })) });

property(ofPools, allowedVmSizes, "vmSize", {
  config: { sizes: ["Standard_D4ds_v5", "Standard_E*"] },
  right: ["standard_d4ds_v5", "Standard_E64ds_v5", undefined],
  wrong: [
    [
      "Standard_D4ds_v4",
      'Pool "work": @@ is Standard_D4ds_v4, and this team allows Standard_D4ds_v5, Standard_E*.',
      "Write one of them, or add it to the knob `sizes`.",
    ],
    ["Standard_D4ds_v5_extra", "and this team allows"],
  ],
  also: {
    right: [manual(["Standard_E2s_v5", 3], [unknown, 3]), machines(unknown)],
    wrong: [
      [
        manual(["Standard_E2s_v5", 3], ["Standard_M8ms", 3]),
        "@virtualMachinesProfile.scale.manual[1].size@ is Standard_M8ms",
      ],
    ],
  },
});

const scaled = (minCount: unknown) => ({ enableAutoScaling: true, minCount, maxCount: 10, count: 9 });
ofPools(minUserPoolNodes, {
  right: [
    { count: 3 },
    scaled(3),
    // Empty on purpose.
    { count: 0 },
    scaled(0),
    { count: 1, scaleSetPriority: "spot" },
    // GPUs.
    ...["Standard_NC24ads_A100_v4", "standard_nd96isr_h100_v5", "Standard_NV36ads_A10_v5"].map((vmSize) => ({
      ...{ vmSize, count: 1 },
    })),
    { count: 1, gpuProfile: { driver: "Install" } },
    { ...scaled(1), gpuInstanceProfile: "MIG1g" },
    { mode: "System", count: 1 },
    { count: unknown },
    scaled(unknown),
    { enableAutoScaling: unknown, count: 1 },
    { mode: unknown, count: 1 },
    { count: 1, vmSize: unknown },
    { count: 1, scaleSetPriority: unknown },
    { count: 1, type: unknown },
    manual(["Standard_D4ds_v5", 2], ["Standard_D8ds_v5", 1]),
    machines({ autoscale: [{ size: "Standard_D4ds_v5", minCount: 3, maxCount: 9 }] }),
    machines({ autoscale: { size: "Standard_D4ds_v5", minCount: 0, maxCount: 9 } }),
    manual(["Standard_NC24ads_A100_v4", 1]),
    manual(["Standard_D4ds_v5", unknown]),
    machines(unknown),
    { type: "VirtualMachines" },
  ],
  wrong: [
    [{ count: 2 }, 'Pool "work" begins with 2, fewer than 3 nodes (@count@)', "Write `count: 3`"],
    [{ count: 1, vmSize: "Standard_D4ds_v5" }, "begins with 1, fewer than 3 nodes"],
    [scaled(1), "begins with 1, fewer than 3 nodes (@minCount@)", "`minCount: 3` where it is scaled"],
    [scaled(2), "begins with 2, fewer"],
    // AKS's default.
    [{}, "begins with 1, fewer"],
    [
      manual(["Standard_D4ds_v5", 1], ["Standard_D8ds_v5", 1]),
      "begins with 2, fewer than 3 nodes (@virtualMachinesProfile.scale@)",
    ],
    [machines({ autoscale: { size: "Standard_D4ds_v5", minCount: 1, maxCount: 9 } }), "begins with 1, fewer"],
  ],
});
ofPools(minUserPoolNodes, {
  config: { minimum: 2 },
  right: [{ count: 2 }],
  wrong: [[{ count: 1 }, "fewer than 2"]],
});

property(ofPools, scaleSetPools, "type", {
  right: ["VirtualMachineScaleSets", "virtualmachinescalesets", "VirtualMachines", undefined, null],
  wrong: [
    [
      "AvailabilitySet",
      'Pool "work": @@ is AvailabilitySet.',
      "no autoscaler, zones",
      'Write `type: "VirtualMachineScaleSets"` on a new pool',
    ],
    ["availabilityset", "is availabilityset"],
  ],
});
const others = [{ type: "AvailabilitySet", count: 3 }, manual(["Standard_D4ds_v5", 3]), { type: unknown }];
property(ofPools, autoscaling, "enableAutoScaling", {
  right: [true],
  wrong: [
    [
      undefined,
      'Pool "work": @@ is missing. With a fixed number of nodes',
      "Write `enableAutoScaling: true`",
    ],
    [false, "@@ is false"],
  ],
  also: { right: others, wrong: [[{ type: "virtualMachineScaleSets" }, "is missing"]] },
});
property(ofPools, availabilityZones, "availabilityZones", {
  right: [["1"], ["1", "2", "3"], ["auto"], [unknown]],
  wrong: [
    [undefined, 'Pool "work": @@ is missing. ', 'Write `availabilityZones: ["1", "2", "3"]` on a new pool'],
    [[], "@@ is empty. "],
  ],
  also: { right: others, wrong: [[{ type: "virtualMachineScaleSets" }, "is missing"]] },
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
      'Pool "work": @nodeTaints@ lets any pod on a system pool.',
      `Write \`nodeTaints: ["${taint}"]\``,
      "a pool of mode User",
    ],
    [{ mode: "system", nodeTaints: ["CriticalAddonsOnly=true:PreferNoSchedule"] }, "lets any pod on"],
  ],
});

describe("policies of pools", () => {
  const { type, props } = clusterSpellings[0];
  const cluster = (...agentPoolProfiles: object[]) => props({ agentPoolProfiles });

  it("take a pool without a mode inside a cluster for a system pool, and one of its own for a user pool", async () => {
    assert.equal((await judge(systemPoolReserved, type, cluster({ name: "one" }))).length, 1);
    const own = { agentPoolName: "two", count: 3 };
    assert.deepEqual(await judge(systemPoolReserved, "azure-native:containerservice:AgentPool", own), []);
  });

  it("let the pools that a knob names have fewer nodes, and any size where no list is set", async () => {
    const of = (...pools: object[]) => cluster(...pools.map((one) => ({ mode: "User", count: 1, ...one })));
    const config = { excludedPools: ["tests"] };
    const [message, ...more] = await judge(
      minUserPoolNodes,
      type,
      of({ name: "tests" }, { name: "work" }),
      config,
    );
    assert.match(message, /^Pool "work"/);
    assert.deepEqual(more, []);
    assert.deepEqual(await judge(minUserPoolNodes, type, of({ name: unknown }), config), []);
    assert.equal((await judge(minUserPoolNodes, type, of({ name: unknown }))).length, 1);
    assert.deepEqual(await judge(allowedVmSizes, type, cluster({ vmSize: "Standard_B2s" })), []);
  });

  it("say what a preview does not know", async () => {
    const few = { mode: "User", count: 1 };
    for (const [policy, pool, property, config = {}] of [
      [minUserPoolNodes, { mode: "User", count: unknown }, "count"],
      [minUserPoolNodes, { ...few, mode: unknown }, "count"],
      [minUserPoolNodes, { ...few, vmSize: unknown }, "count"],
      [minUserPoolNodes, { ...few, scaleSetPriority: unknown }, "count"],
      [minUserPoolNodes, { ...few, ...machines(unknown) }, "virtualMachinesProfile.scale"],
      [scaleSetPools, { type: unknown }, "type"],
      [autoscaling, { enableAutoScaling: unknown }, "enableAutoScaling"],
      [autoscaling, { type: unknown }, "type"],
      [availabilityZones, { availabilityZones: unknown }, "availabilityZones"],
      [availabilityZones, { type: unknown }, "type"],
      [systemPoolReserved, { mode: unknown }, "nodeTaints"],
      [systemPoolReserved, { nodeTaints: unknown }, "nodeTaints"],
      [systemPoolReserved, { nodeTaints: [unknown] }, "nodeTaints"],
      [allowedVmSizes, { vmSize: unknown }, "vmSize", { sizes: ["Standard_D*"] }],
      [minUserPoolNodes, { mode: "User", count: 3, vmSize: unknown, scaleSetPriority: unknown }, undefined],
      [systemPoolReserved, { mode: unknown, nodeTaints: [unknown, taint] }, undefined],
      [autoscaling, { type: unknown, enableAutoScaling: true }, undefined],
      [allowedVmSizes, { vmSize: unknown }, undefined],
    ] as [{ name: string }, object, string | undefined, object?][]) {
      const props = cluster({ name: "one", ...pool });
      const said = (await notJudged(policy, [{ type, props }], config)).map(([what]) => what);
      assert.deepEqual(said, property === undefined ? [] : [`Pool "one": agentPoolProfiles[0].${property}`]);
    }
  });
});
