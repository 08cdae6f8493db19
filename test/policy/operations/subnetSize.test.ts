// Whether a subnet holds what its pools can grow to: by the component's arithmetic.
import assert from "node:assert/strict";
import fc from "fast-check";
import { readAksClusterArgs } from "../../../components/validate/aksCluster";
import { ArgumentError } from "../../../components/validate/findings";
import { subnetSize } from "../../../policy/policies/aks/subnetSize";
import { type Declared, judgeStack, notJudged, unknown } from "../judge";
import { clusterSpellings, poolSpellings, type Spelling } from "../spellings";
import { stacks } from "../stacks";

const flat = { networkPlugin: "azure" };
const overlay = { ...flat, networkPluginMode: "Overlay" };
const group = { resourceGroupName: "rg" };
const id = (name: string, net = "net") =>
  `/subscriptions/s/resourceGroups/RG/providers/Microsoft.Network/virtualNetworks/${net}/subnets/${name}`;

const subnetSpellings: Spelling[] = [
  ...["azure-native:network:Subnet", "azure-native:network/v20240501:Subnet"].map((type) => ({
    type,
    props: ({ name, ...more }: any) => ({ ...group, virtualNetworkName: "net", subnetName: name, ...more }),
    path: (setting: string) => setting,
  })),
  {
    type: clusterSpellings.at(-1)!.type,
    props: ({ name, ...properties }: any) => ({
      ...{
        ...group,
        resourceProviderNamespace: "Microsoft.Network",
        parentResourcePath: "virtualNetworks/net",
      },
      ...{ resourceType: "subnets", resourceName: name, properties },
    }),
    path: (setting) => `properties.${setting}`,
  },
];
const subnet = (
  settings: object | number,
  name = "nodes",
  { type, props } = subnetSpellings[0],
): Declared => {
  const prefix = typeof settings === "number" ? { addressPrefix: `10.0.0.0/${settings}` } : settings;
  return { type, name, props: props({ name, ...prefix }) };
};

/** In the subnet by its id, as an update of a living stack knows it. */
const within = (settings: object = {}) => ({
  name: "system",
  count: 3,
  vnetSubnetID: id("nodes"),
  ...settings,
});
const cluster = (
  networkProfile: unknown,
  agentPoolProfiles: unknown = [within()],
  { type, props } = clusterSpellings[0],
  more: Partial<Declared> = {},
): Declared => ({ type, name: "aks", props: props({ networkProfile, agentPoolProfiles }), ...more });
/** In the subnet by its dependency alone, as in a first preview. */
const made = (
  networkProfile: unknown,
  pools: object[],
  spelling = clusterSpellings[0],
  ...subnets: string[]
) =>
  cluster(networkProfile, pools, spelling, {
    propertyDependencies: { [spelling.path("agentPoolProfiles").split(".")[0]]: subnets },
  });
const own = (settings: object, { type, props, path } = poolSpellings[0], from = "nodes"): Declared => ({
  ...{ type, name: "own", dependsOn: ["aks", from] },
  props: props({ agentPoolName: "own", count: 3, vnetSubnetID: unknown, ...settings }),
  propertyDependencies: { [path("vnetSubnetID").split(".")[0]]: [from] },
});

for (const spelling of clusterSpellings)
  stacks(subnetSize, `counts the pools inside ${spelling.type}`, {
    right: [
      // 4 x 31 + 5 = 129; 4 x 51 + 5 = 209, in a /24.
      [subnet(24), cluster(flat, [within()], spelling)],
      [subnet(24), cluster(flat, [within({ maxPods: 50 })], spelling)],
      [subnet(24), made(flat, [within({ vnetSubnetID: unknown })], spelling, "nodes")],
      // 4 + 5.
      [subnet(28), cluster(overlay, [within()], spelling)],
    ],
    wrong: [
      [
        [subnet(25), cluster(flat, [within()], spelling)],
        "nodes",
        /^Subnet nodes has 128 addresses, a prefix of \/25, and needs 129, a prefix of \/24: /,
        `: Pool "system" 4 nodes of 31, Azure's own 5. `,
        "Write a larger `addressPrefix` on the Subnet",
      ],
      [
        [
          subnet(24),
          cluster(flat, [within({ count: 9, enableAutoScaling: true, maxCount: 4, maxPods: 50 })], spelling),
        ],
        "nodes",
        `needs 260, a prefix of /23: Pool "system" 5 nodes of 51, Azure's own 5`,
      ],
      [[subnet(25), made(flat, [within({ vnetSubnetID: unknown })], spelling, "nodes")], "nodes"],
      [[subnet(29), cluster(overlay, [within()], spelling)], "nodes", "has 8 addresses", "4 nodes of 1,"],
    ],
  });

for (const spelling of poolSpellings)
  stacks(subnetSize, `counts ${spelling.type} with the pools inside its cluster`, {
    right: [
      [subnet(24), cluster(flat, []), own({}, spelling)],
      [subnet(23), cluster(flat), own({}, spelling)],
      [subnet(24), subnet(24, "others"), cluster(flat), own({}, spelling, "others")],
      // Of another stack's cluster it is known only that a node takes one.
      [subnet(28), { ...own({}, spelling), dependsOn: ["nodes"] }],
    ],
    wrong: [
      [
        [subnet(24), cluster(flat), own({ count: 4 }, spelling)],
        "nodes",
        `needs 284, a prefix of /23: Pool "system" 4 nodes of 31, Pool "own" 5 nodes of 31, Azure's own 5`,
      ],
      [[subnet(24), subnet(25, "others"), cluster(flat), own({}, spelling, "others")], "others", "needs 129"],
      [[subnet(29), { ...own({}, spelling), dependsOn: ["nodes"] }], "nodes", "4 nodes of 1,"],
    ],
  });

for (const spelling of subnetSpellings) {
  const of = (settings: object) => [subnet(settings, "nodes", spelling), cluster(flat)];
  stacks(subnetSize, `measures ${spelling.type}`, {
    right: [
      of({ addressPrefix: "10.0.0.0/24" }),
      of({ addressPrefixes: ["fd00::/64", "10.0.0.0/24"] }),
      of({ addressPrefixes: ["10.0.0.0/25", "10.0.4.0/28"] }),
      ...[unknown, "fd00::/64"].map((addressPrefix) => of({ addressPrefix })),
      ...[unknown, [unknown], ["10.0.0.0/25", unknown]].map((addressPrefixes) => of({ addressPrefixes })),
      // Azure takes it from a pool of addresses.
      of({ ipamPoolPrefixAllocations: [{ numberOfIpAddresses: "256" }] }),
    ],
    wrong: [
      [of({ addressPrefix: "10.0.0.0/25" }), "nodes", "has 128 addresses"],
      [of({ addressPrefixes: ["fd00::/64", "10.0.0.0/26"] }), "nodes", "has 64 addresses"],
      [of({ addressPrefixes: ["10.0.0.0/26", "10.0.4.0/26"] }), "nodes", "has 128 addresses", "needs 134"],
    ],
  });
}

const pods = id("pods");
const scale = (...counts: unknown[]) => ({
  ...{ type: "VirtualMachines", count: undefined },
  virtualMachinesProfile: { scale: { manual: counts.map((count) => ({ count })) } },
});
const both = [subnet(25), subnet(25, "others")];
// The answer of Azure's API leaves out what a generic resource is: what the program writes counts.
const answered: Declared = {
  ...{
    type: clusterSpellings.at(-1)!.type,
    name: "aks",
    props: { name: "x", type: "Microsoft", properties: {} },
  },
  inputs: cluster(flat, [within()], clusterSpellings.at(-1)).props,
};
stacks(subnetSize, "counts pods where they take their addresses, and nodes where they are", {
  right: [
    [subnet(28), subnet(22, "pods"), cluster(flat, [within({ podSubnetID: pods })])],
    ...[overlay, { networkPlugin: "none" }, { networkPlugin: "kubenet" }, undefined].map((network) => [
      ...[subnet(27), cluster(network, [within({ maxPods: 250, count: 26 })])],
    ]),
    [subnet(24), cluster(flat, [within(scale(2, 1))])],
    // Empty on purpose, and with all of its addresses elsewhere.
    [subnet(29), cluster(flat, [within({ count: 0 })])],
    [subnet(29), cluster(flat, [within({ vnetSubnetID: id("nodes", "other") })])],
    [subnet(29), cluster(flat, [within({ vnetSubnetID: undefined })], undefined, { dependsOn: ["nodes"] })],
    [subnet(29)],
  ],
  wrong: [
    // The default there is 110.
    [
      [subnet(28), subnet(24, "pods"), cluster(flat, [within({ podSubnetID: pods })])],
      "pods",
      'needs 445, a prefix of /23: Pool "system" 4 nodes of 110',
    ],
    [[subnet(29), subnet(22, "pods"), cluster(flat, [within({ podSubnetID: pods })])], "nodes", "needs 9,"],
    [[subnet(25), cluster(flat, [within(scale(2, 1))])], "nodes", "4 nodes of 31"],
    [[subnet(24), answered, own({ count: 4 })], "nodes", 'Pool "system" 4 nodes of 31, Pool "own" 5 nodes'],
    [
      [{ ...subnet(24), inputs: subnet(27).props! }, cluster(flat)],
      "nodes",
      /^Subnet nodes has 32 addresses/,
    ],
  ],
});
const its = 'Pool "system": agentPoolProfiles[0].vnetSubnetID';
/** What it says that it does not know, and of which resource. */
const undecided: [what: string, of: string, stack: Declared[]][] = [
  ...[
    ...[{ count: unknown }, { maxPods: unknown }, { enableAutoScaling: unknown }, { type: unknown }],
    scale(unknown),
  ].map((one): [string, string, Declared[]] => [its, "aks", [subnet(29), cluster(flat, [within(one)])]]),
  ...[unknown, { networkPlugin: unknown }, { ...flat, networkPluginMode: unknown }].map(
    (network): [string, string, Declared[]] => [its, "aks", [subnet(29), cluster(network)]],
  ),
  ["agentPoolProfiles", "aks", [subnet(29), cluster(flat, unknown)]],
  ["addressPrefix", "nodes", [subnet({ addressPrefix: unknown }), cluster(flat)]],
  [
    its,
    "aks",
    [...both, made(flat, [within({ vnetSubnetID: unknown })], clusterSpellings[0], "nodes", "others")],
  ],
];
it("policy aks-subnet-size says what a preview does not know", async () => {
  for (const [what, of, stack] of undecided) {
    assert.deepEqual(await notJudged(subnetSize, stack), [[what, of]]);
  }
});
stacks(subnetSize, "accuses nobody of what a preview does not know, but of what it does", {
  right: undecided.map(([, , stack]) => stack),
  wrong: [
    [[subnet(25), cluster(flat, [within(), within({ name: "more", count: unknown })])], "nodes", "needs 129"],
  ],
});

/** The component's verdict on the subnet: the prefix that it asks for, where it refuses the one given. */
function componentWants(args: object): string | undefined {
  try {
    readAksClusterArgs("test", "dev", args);
  } catch (error) {
    assert.ok(error instanceof ArgumentError);
    const refusal = error.errors.find(({ propertyPath }) => propertyPath === "network.subnetCidr");
    return refusal && /\/\d+(?= or shorter)/.exec(refusal.reason)![0];
  }
  return undefined;
}

it("policy aks-subnet-size says of pools in one subnet what the component says", async () => {
  const nodes = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 13, max: 500 }));
  const poolOf = fc.record({
    count: nodes,
    max: fc.option(nodes),
    maxPods: fc.option(fc.integer({ min: 10, max: 250 }), { nil: undefined }),
    isElsewhere: fc.boolean(),
  });
  const cases = fc.record({
    mode: fc.constantFrom("Flat", "Overlay"),
    pools: fc.array(poolOf, { minLength: 1, maxLength: 4 }),
    // In a small one the prefix that is asked for is compared, and not only the verdict.
    prefix: fc.oneof(fc.constant(29), fc.integer({ min: 16, max: 28 })),
  });
  const verdicts = new Set<boolean>();
  await fc.assert(
    fc.asyncProperty(cases, async ({ mode, pools, prefix }) => {
      const [systemPool, ...nodePools] = pools.map(({ count, max, maxPods, isElsewhere }, at) => ({
        ...(at > 0 && { name: `pool${at}` }),
        ...(max === null ? { count } : { autoscaling: { min: 0, max } }),
        profile: { maxPods, vnetSubnetID: isElsewhere ? id("elsewhere") : undefined },
      }));
      const network = { mode, subnetId: id("nodes"), subnetCidr: `10.1.0.0/${prefix}` };
      const wanted = componentWants({ systemPool, nodePools, network });

      const profiles = pools.map(({ count, max, maxPods, isElsewhere }, at) =>
        within({
          ...{ name: `pool${at}`, count, maxPods, vnetSubnetID: id(isElsewhere ? "elsewhere" : "nodes") },
          ...(max !== null && { enableAutoScaling: true, minCount: 0, maxCount: max }),
        }),
      );
      const stack = [subnet(prefix), cluster(mode === "Flat" ? flat : overlay, profiles)];
      const [violation] = await judgeStack(subnetSize, stack);
      const found = violation && /needs \d+, a prefix of (\/\d+)/.exec(violation.message)![1];
      assert.equal(found, wanted);
      verdicts.add(found === undefined);
    }),
    { numRuns: 1000 },
  );
  assert.equal(verdicts.size, 2, "only one verdict was ever compared");
});
