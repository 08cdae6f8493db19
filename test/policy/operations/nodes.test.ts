// Policies on pools that need their cluster too: how many system nodes it has, what a node takes on its network.
import assert from "node:assert/strict";
import { minNodes, minPodsPerNode } from "../../../policy/policies/aks/nodes";
import { type Declared, notJudged, unknown } from "../judge";
import { clusterSpellings, poolSpellings, type Spelling } from "../spellings";
import { stacks } from "../stacks";

const cluster = (
  settings: object,
  { type, props }: Spelling = clusterSpellings[0],
  name = "aks",
): Declared => ({
  ...{ type, name, props: props({ resourceName: name, ...settings }) },
});
const pool = (
  settings: object,
  { type, props }: Spelling = poolSpellings[0],
  dependsOn: string[] = [],
): Declared => ({
  ...{ type, name: "own", props: props({ agentPoolName: "own", ...settings }), dependsOn },
});

const system = (settings: object, name = "system") => ({ name, mode: "System", ...settings });
const scaled = (minCount: unknown) => system({ enableAutoScaling: true, minCount, maxCount: 10, count: 9 });
const machines = (...counts: unknown[]) =>
  system({
    type: "VirtualMachines",
    virtualMachinesProfile: { scale: { manual: counts.map((count) => ({ count })) } },
  });
for (const spelling of clusterSpellings) {
  const of = (...agentPoolProfiles: unknown[]) => [cluster({ agentPoolProfiles }, spelling)];
  stacks(minNodes, `counts the pools inside ${spelling.type}`, {
    right: [
      of(system({ count: 3 })),
      of(system({ count: 1 }), system({ count: 2 })),
      of(scaled(3)),
      of({ count: 3 }),
      of(),
      [cluster({}, spelling)],
      of(machines(2, 1)),
      of(machines(unknown)),
      of(system({ type: "VirtualMachines" })),
      of(system({ count: unknown })),
      of(system({ count: 1 }), { mode: unknown, count: unknown }),
      of(system({ count: 1 }), { mode: unknown, count: 2 }),
      of(system({ enableAutoScaling: unknown, count: 1 })),
      of(scaled(unknown)),
      of(unknown),
      [cluster({ agentPoolProfiles: unknown }, spelling)],
    ],
    wrong: [
      [
        of(system({ count: 1 })),
        "aks",
        `The system pools of aks begin with 1, fewer than 3 nodes: Pool "system" 1 (${spelling.path("agentPoolProfiles[0].count")}).`,
        "Write a larger `count` on a system pool, or `minCount` where it is scaled.",
      ],
      [
        of({ mode: "User", count: 9 }, scaled(2)),
        "aks",
        `with 2, fewer than 3 nodes: Pool "system" 2 (${spelling.path("agentPoolProfiles[1].minCount")})`,
      ],
      [of(system({ count: 1 }, "a"), system({ count: 1 }, "b")), "aks", /: Pool "a" 1 \(.*\), Pool "b" 1 \(/],
      [of(system({})), "aks", "begin with 1, fewer"],
      [of(machines(1, 1)), "aks", "begin with 2, fewer"],
    ],
  });
}
const [one, two] = ["one", "two"].map((name) =>
  cluster({ agentPoolProfiles: [system({ count: 1 })] }, clusterSpellings[0], name),
);
for (const spelling of poolSpellings) {
  const of = (settings: object, ...dependsOn: string[]) => pool(settings, spelling, dependsOn);
  const few = cluster({ agentPoolProfiles: [system({ count: 1 })] });
  stacks(minNodes, `counts ${spelling.type} of that cluster`, {
    right: [
      [few, of({ mode: "System", count: 2 }, "aks")],
      [few, of({ mode: "System", count: unknown }, "aks")],
      [few, of({ mode: unknown, count: 2 }, "aks")],
      [cluster({}), of({ mode: "System", count: 3 }, "aks")],
    ],
    wrong: [
      [[few, of({ mode: "System", count: 1 }, "aks")], "aks", /begin with 2, fewer.*, Pool "own" 1 \(/],
      [[few, of({ mode: "User", count: 9 }, "aks")], "aks", "begin with 1, fewer"],
      [[one, two, of({ mode: "System", count: 2 }, "two")], "one", "The system pools of one begin with 1"],
    ],
  });
}
const more = (resourceName: unknown) => pool({ resourceName, mode: "System", count: 2 });
stacks(minNodes, "knows a pool's cluster by its name, and accuses none while that is unknown", {
  right: [[one, two, more(unknown)]],
  wrong: [
    [[one, two, more("two")], "one"],
    [[one, more("elsewhere")], "one"],
  ],
});
stacks(minNodes, "takes its minimum from its knob", {
  config: { minimum: 1 },
  right: [[cluster({ agentPoolProfiles: [system({ count: 1 })] })]],
  wrong: [[[cluster({ agentPoolProfiles: [system({ count: 0 })] })], "aks", "fewer than 1"]],
});

const azure = { networkPlugin: "azure" };
const networks = [
  { ...azure, networkPluginMode: "Overlay" },
  { networkPlugin: "none" },
  { networkPlugin: "kubenet" },
  { ...azure, networkPluginMode: unknown },
  { networkPlugin: unknown },
  unknown,
  undefined,
];
for (const spelling of clusterSpellings) {
  const of = (networkProfile: unknown, ...pools: object[]) => [
    cluster({ networkProfile, agentPoolProfiles: [{ name: "first", maxPods: 50 }, ...pools] }, spelling),
  ];
  const path = spelling.path("agentPoolProfiles[1].maxPods");
  stacks(minPodsPerNode, `judges the pools inside ${spelling.type}`, {
    right: [
      ...networks.map((network) => of(network, { name: "work" })),
      ...[50, 250, unknown].map((maxPods) => of(azure, { name: "work", maxPods })),
      // The default there is 110.
      of(azure, { name: "work", podSubnetID: unknown }),
      [cluster({ networkProfile: azure, agentPoolProfiles: unknown }, spelling)],
    ],
    wrong: [
      [
        of(azure, { name: "work" }),
        "aks",
        `Pool "work": ${path} is missing, which is 30 on a flat network`,
        "fewer than 50.",
      ],
      [
        of(azure, { name: "work", maxPods: 49 }),
        "aks",
        `Pool "work": ${path} is 49, fewer than 50.`,
        "Write `maxPods: 110`",
      ],
      ...networks.map((network): [Declared[], string, string] => [
        of(network, { name: "work", maxPods: 30 }),
        "aks",
        "is 30, fewer than 50",
      ]),
    ],
  });
}
const [flat, overlay] = [azure, networks[0]].map((networkProfile) => cluster({ networkProfile }));
const green = cluster({ networkProfile: azure }, clusterSpellings[0], "green");
for (const spelling of poolSpellings) {
  const of = (settings: object, ...dependsOn: string[]) => pool(settings, spelling, dependsOn);
  const path = spelling.path("maxPods");
  stacks(minPodsPerNode, `judges ${spelling.type} by its cluster's network`, {
    right: [
      [overlay, of({}, "aks")],
      [flat, of({ maxPods: 50 }, "aks")],
      [flat, of({ podSubnetID: "/subscriptions/s" }, "aks")],
      [overlay, green, of({}, "aks")],
      // Of another stack's cluster, or of any.
      [of({})],
      [of({ maxPods: unknown })],
    ],
    wrong: [
      [
        [flat, of({}, "aks")],
        "own",
        `Pool "own": ${path} is missing`,
        "is 30 on a flat network of Azure CNI, fewer than 50.",
      ],
      [[overlay, of({ maxPods: 49 }, "aks")], "own", `${path} is 49, fewer than 50`],
      [[of({ maxPods: 30 })], "own", "is 30, fewer than 50"],
    ],
  });
}
stacks(minPodsPerNode, "leaves a pool alone whose cluster is another stack's, or any of several", {
  right: [
    [flat, pool({ resourceName: "elsewhere" })],
    [flat, green, pool({ resourceName: unknown })],
  ],
  wrong: [[[flat, green, pool({ resourceName: unknown, maxPods: 30 })], "own", "fewer than 50"]],
});
stacks(minPodsPerNode, "takes its minimum from its knob", {
  config: { minimum: 20 },
  right: [[flat, pool({}, poolSpellings[0], ["aks"])], [pool({ maxPods: 20 })]],
  wrong: [[[pool({ maxPods: 19 })], "own", "fewer than 20"]],
});

it("policies of nodes say what a preview does not know", async () => {
  const of = (one: object, networkProfile: unknown = azure) => [
    cluster({ networkProfile, agentPoolProfiles: [one] }),
  ];
  for (const [policy, what, where, stack] of [
    [minNodes, 'Pool "system": its nodes', "aks", of(system({ count: unknown }))],
    [minNodes, 'Pool "system": its nodes', "aks", of({ name: "system", mode: unknown, count: 1 })],
    [minNodes, "agentPoolProfiles", "aks", [cluster({ agentPoolProfiles: unknown })]],
    [minNodes, 'Pool "own": its nodes', "own", [...of(system({ count: 1 })), green, more(unknown)]],
    [minPodsPerNode, "agentPoolProfiles", "aks", [cluster({ agentPoolProfiles: unknown })]],
    [minPodsPerNode, 'Pool "a": agentPoolProfiles[0].maxPods', "aks", of({ name: "a", maxPods: unknown })],
    [minPodsPerNode, 'Pool "a": agentPoolProfiles[0].maxPods', "aks", of({ name: "a" }, unknown)],
    [minPodsPerNode, 'Pool "own": maxPods', "own", [pool({ maxPods: unknown })]],
  ] as [{ name: string }, string, string, Declared[]][]) {
    assert.deepEqual(await notJudged(policy, stack), [[what, where]]);
  }
  // What it does not know does not matter.
  const enough = of(system({ count: 3 })).concat(
    pool({ mode: "System", count: unknown }, undefined, ["aks"]),
  );
  assert.deepEqual(await notJudged(minNodes, enough), []);
  assert.deepEqual(await notJudged(minPodsPerNode, of({ name: "a", maxPods: 50 }, unknown)), []);
});
