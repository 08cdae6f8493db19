// Policies that need a cluster and what belongs to it: versions, maintenance windows.
import assert from "node:assert/strict";
import { maintenanceWindow, poolVersion, version } from "../../../policy/policies/aks/upgrades";
import { type Declared, notJudged, unknown } from "../judge";
import { clusterSpellings, poolSpellings, type Spelling } from "../spellings";
import { stacks } from "../stacks";

const cluster = (
  settings: object,
  name = "aks",
  { type, props }: Spelling = clusterSpellings[0],
): Declared => ({
  type,
  name,
  props: props(settings),
});
const pool = (settings: object, dependsOn = ["aks"], { type, props } = poolSpellings[0]): Declared => ({
  type,
  name: `pool-${dependsOn}`,
  props: props({ agentPoolName: "work", ...settings }),
  dependsOn,
});

/** What a preview does not know, it says, and reports nothing. */
function open(policy: any, title: string, cases: [stack: Declared[], what: string][]): void {
  it(`policy ${policy.name} ${title}`, async () => {
    for (const [stack, what] of cases) {
      const said = (await notJudged(policy, stack)).map(([one]) => one);
      assert.deepEqual(said, [what], JSON.stringify(stack));
    }
  });
}

const longTerm = { supportPlan: "AKSLongTermSupport", sku: { name: "Base", tier: "Premium" } };
const channel = (upgradeChannel: unknown) => ({ autoUpgradeProfile: { upgradeChannel } });
for (const spelling of clusterSpellings) {
  const of = (kubernetesVersion: unknown, settings = {}) => [
    cluster({ kubernetesVersion, ...settings }, "aks", spelling),
  ];
  const inside = (orchestratorVersion: unknown, settings = {}) =>
    of(undefined, {
      agentPoolProfiles: [{ name: "one" }, { name: "two", orchestratorVersion }],
      ...settings,
    });
  const path = spelling.path;
  stacks(version, `judges ${spelling.type}, and the pools inside`, {
    right: [
      ...["1.34", "1.36.1", "1.100", "2.0", undefined].map((one) => of(one)),
      ...["stable", "rapid"].map((one) => of("1.20", channel(one))),
      of("1.31", longTerm),
      inside("1.36"),
      inside("1.31", longTerm),
    ],
    wrong: [
      [
        of("1.33.9"),
        "aks",
        `${path("kubernetesVersion")} is 1.33.9, older than 1.34. AKS does not fix its holes. Write one that`,
        "`minimumVersion` and `allowedVersions` allow, or leave it out",
        '`supportPlan: "AKSLongTermSupport"`',
      ],
      [of("1.9", channel("patch")), "aks", "older than 1.34"],
      [of("1.31", { ...longTerm, sku: { name: "Base", tier: "Standard" } }), "aks", "older than 1.34"],
      [of("1.31", { ...longTerm, supportPlan: "KubernetesOfficial" }), "aks", "older than 1.34"],
      [
        inside("1.30"),
        "aks",
        `Pool "two": ${path("agentPoolProfiles[1].orchestratorVersion")} is 1.30, older than 1.34`,
      ],
    ],
  });
  stacks(version, `takes its bounds from its knobs, of ${spelling.type}`, {
    config: { minimumVersion: "1.35", allowedVersions: ["1.35", "1.36.2", "1.31"] },
    right: [...["1.35.1", "1.35", "1.36.2"].map((one) => of(one)), of("1.31.4", longTerm)],
    wrong: [
      [of("1.36.1"), "aks", "is 1.36.1, and this team allows 1.35, 1.36.2, 1.31. Write one that the knobs"],
      [of("1.34.9"), "aks", "older than 1.35"],
      [of("1.31"), "aks", "older than 1.35"],
      [of("1.30", longTerm), "aks", "this team allows 1.35, 1.36.2, 1.31."],
    ],
  });
  stacks(version, `has no bound where none is set, of ${spelling.type}`, {
    config: { minimumVersion: "" },
    right: [of("1.20"), inside("1.20")],
  });
  open(version, `says what a preview does not know, of ${spelling.type}`, [
    [of(unknown), path("kubernetesVersion")],
    [inside(unknown), `Pool "two": ${path("agentPoolProfiles[1].orchestratorVersion")}`],
    [of(undefined, { agentPoolProfiles: unknown }), path("agentPoolProfiles")],
    [of("1.31", channel(unknown)), "its channel or support plan"],
    [of("1.31", { ...longTerm, supportPlan: unknown }), "its channel or support plan"],
    [of("1.31", { ...longTerm, sku: unknown }), "its channel or support plan"],
  ]);
  stacks(version, `needs no more than it must, of ${spelling.type}`, {
    right: [of("1.35", { ...channel(unknown), sku: unknown })],
    wrong: [[of("1.31", { sku: { name: "Base", tier: "Free" }, supportPlan: unknown }), "aks"]],
  });
}
for (const spelling of poolSpellings) {
  const of = (name: string) => pool({ orchestratorVersion: "1.31" }, [name], spelling);
  const [blue, green] = [cluster(longTerm, "blue"), cluster({}, "green")];
  stacks(version, `judges ${spelling.type} by its cluster`, {
    right: [
      [blue, green, of("blue")],
      [cluster(channel("stable")), of("aks")],
    ],
    wrong: [
      [
        [blue, green, of("green")],
        "pool-green",
        `Pool "work": ${spelling.path("orchestratorVersion")} is 1.31, older than 1.34`,
      ],
      // Its cluster is another stack's.
      [[pool({ orchestratorVersion: "1.31" }, [], spelling)], "pool-"],
    ],
  });
}
it("policy aks-version has Pulumi refuse knobs that are no versions", () => {
  const { minimumVersion, allowedVersions } = version.configSchema!.properties as Record<string, any>;
  const passes = (pattern: string) =>
    ["", "1.34", "1.34.2", "1", "latest", "1.34.", "1.34-preview"].filter((one) =>
      new RegExp(pattern).test(one),
    );
  assert.deepEqual(passes(minimumVersion.pattern), ["", "1.34", "1.34.2"]);
  assert.deepEqual(passes(allowedVersions.items.pattern), ["1.34", "1.34.2"]);
});

for (const spelling of clusterSpellings) {
  const of = (kubernetesVersion: unknown, ...versions: unknown[]) => {
    const pools = versions.map((orchestratorVersion) => ({ name: "system", orchestratorVersion }));
    return [cluster({ kubernetesVersion, agentPoolProfiles: pools }, "aks", spelling)];
  };
  stacks(poolVersion, `compares the pools inside ${spelling.type}`, {
    right: [
      of("1.35", "1.35", undefined),
      of("1.35.2", "1.35"),
      of(undefined, "1.30"),
      of(unknown, undefined),
    ],
    wrong: [
      [
        of("1.35", "1.35.4", "1.34"),
        "aks",
        `Pool "system": ${spelling.path("agentPoolProfiles[1].orchestratorVersion")} is 1.34 and its cluster's 1.35.`,
        "Write the cluster's `kubernetesVersion` as `orchestratorVersion` of each pool, or leave it out.",
      ],
    ],
  });
}
const old = { orchestratorVersion: "1.35" };
open(poolVersion, "says what a preview does not know", [
  [[cluster({ kubernetesVersion: unknown, agentPoolProfiles: [old] })], "its cluster's version"],
  [
    [cluster({ kubernetesVersion: "1.35", agentPoolProfiles: [{ orchestratorVersion: unknown }] })],
    "A node pool: agentPoolProfiles[0].orchestratorVersion",
  ],
  [[cluster({ kubernetesVersion: "1.35", agentPoolProfiles: unknown })], "agentPoolProfiles"],
  [
    [cluster({ kubernetesVersion: "1.35" }), pool({ orchestratorVersion: unknown })],
    'Pool "work": orchestratorVersion',
  ],
]);
const colours = [
  cluster({ kubernetesVersion: "1.35" }, "blue"),
  cluster({ kubernetesVersion: "1.36" }, "green"),
];
for (const spelling of poolSpellings) {
  stacks(poolVersion, `compares ${spelling.type} with its own cluster`, {
    right: [[...colours, pool(old, ["blue"], spelling)]],
    wrong: [
      [
        [...colours, pool(old, ["green"], spelling)],
        "pool-green",
        `Pool "work": ${spelling.path("orchestratorVersion")} is 1.35 and its cluster's 1.36. `,
      ],
    ],
  });
}
const green = (resourceName: string) => cluster({ resourceName, kubernetesVersion: "1.36" }, "two");
const both = [cluster({ resourceName: "blue", kubernetesVersion: "1.35" }, "one"), green("green")];
const named = (resourceName: unknown) => pool({ resourceName, ...old }, []);
/** The generic resource names its cluster in parentResourcePath: aks. */
const inPath = pool(old, [], poolSpellings.at(-1));
stacks(poolVersion, "knows a cluster by its name where nothing depends on it, and takes no other for it", {
  right: [
    [...both, named("blue")],
    // It may be any, or that of another stack.
    [...both, named(unknown)],
    [green("green"), named("elsewhere")],
    [green("aks2"), inPath],
  ],
  wrong: [
    [[...both, named("green")], "pool-"],
    [[green("green"), named(unknown)], "pool-"],
    [[green("aks"), inPath], "pool-"],
  ],
});

const [kubernetes, nodes] = ["aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"];
const windowType = "azure-native:containerservice:MaintenanceConfiguration";
const arm = {
  ...{ resourceProviderNamespace: "Microsoft.ContainerService", parentResourcePath: "managedClusters/aks" },
  resourceType: "maintenanceConfigurations",
};
for (const [type, props] of [
  [windowType, (configName) => ({ configName })],
  ["azure-native:containerservice/v20250901:MaintenanceConfiguration", (configName) => ({ configName })],
  [windowType, (name) => ({ name })],
  ["azure-native:resources:Resource", (resourceName) => ({ ...arm, resourceName })],
] as [string, (configName: unknown) => object][]) {
  const window = (configName: unknown, of = "aks"): Declared => ({
    type,
    name: `${String(configName)} of ${of}`,
    props: props(configName),
    dependsOn: [of],
  });
  stacks(maintenanceWindow, `wants both windows of each cluster, as ${type} with ${Object.keys(props(""))}`, {
    right: [[cluster({}), window(kubernetes), window(nodes)]],
    wrong: [
      [
        [cluster({}), window(kubernetes), window("default")],
        "aks",
        /^Cluster aks has no maintenance window for node images\. AKS replaces nodes at any hour/,
        "Declare two MaintenanceConfiguration resources",
      ],
      [[...colours, window(kubernetes, "blue"), window(nodes, "blue")], "green"],
    ],
  });
}
open(maintenanceWindow, "says what a preview does not know", [
  [
    [cluster({}), { type: windowType, props: { configName: unknown }, dependsOn: ["aks"] }],
    "the names of its MaintenanceConfigurations",
  ],
]);
stacks(maintenanceWindow, "names both windows where there is none, for a cluster in any spelling", {
  right: [[{ type: "azure-native:network:Subnet" }]],
  wrong: clusterSpellings.map((spelling) => [
    [cluster({}, "aks", spelling)],
    "aks",
    "no maintenance window for Kubernetes and node images",
    "`aksManagedAutoUpgradeSchedule` and `aksManagedNodeOSUpgradeSchedule`",
  ]),
});
