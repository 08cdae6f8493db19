// Policies that need a cluster and what belongs to it: versions of pools, maintenance windows, subnets.
import { maintenanceWindow } from "../../../policy/policies/operations/maintenanceWindow";
import { poolVersion } from "../../../policy/policies/operations/poolVersion";
import { subnetSize } from "../../../policy/policies/operations/subnetSize";
import { type Declared, unknown } from "../judge";
import { clusterSpellings, poolSpellings, type Spelling } from "../spellings";
import { stacks } from "../stacks";

const [typed, generic] = [clusterSpellings[0], clusterSpellings.at(-1)!];
const cluster = (settings: object, name = "aks", { type, props }: Spelling = typed): Declared => ({
  type,
  name,
  props: props(settings),
});
const pool = (settings: object, dependsOn = ["aks"], { type, props } = poolSpellings[0]): Declared => ({
  type,
  name: `pool of ${dependsOn}`,
  props: props({ agentPoolName: "work", ...settings }),
  dependsOn,
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
      of(unknown, "1.30"),
      of("1.35", unknown),
    ],
    wrong: [
      [
        of("1.35", "1.35.4", "1.34"),
        "aks",
        /^Pool "system" runs Kubernetes 1\.34 and its cluster 1\.35: nodes that lag/,
        `Write \`${spelling.path("agentPoolProfiles[1].orchestratorVersion")}: "1.35"\`, or leave it out.`,
      ],
    ],
  });
}
const colours = [
  cluster({ kubernetesVersion: "1.35" }, "blue"),
  cluster({ kubernetesVersion: "1.36" }, "green"),
];
const old = { orchestratorVersion: "1.35" };
for (const spelling of poolSpellings) {
  stacks(poolVersion, `compares ${spelling.type} with its own cluster`, {
    right: [
      [...colours, pool(old, ["blue"], spelling)],
      [...colours, pool({ orchestratorVersion: unknown }, ["green"], spelling)],
    ],
    wrong: [
      [
        [...colours, pool(old, ["green"], spelling)],
        "pool of green",
        /^Pool "work" runs Kubernetes 1\.35 and its cluster 1\.36/,
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
    [[...both, named("green")], "pool of "],
    [[green("green"), named(unknown)], "pool of "],
    [[green("aks"), inPath], "pool of "],
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
    right: [
      [cluster({}), window(kubernetes), window(nodes)],
      [cluster({}), window(unknown)],
    ],
    wrong: [
      [
        [cluster({}), window(kubernetes), window("default")],
        "aks",
        /^Cluster aks has no maintenance window for node images: AKS replaces nodes at any hour/,
        /MaintenanceConfiguration with configName aksManagedNodeOSUpgradeSchedule\.$/,
      ],
      [[...colours, window(kubernetes, "blue"), window(nodes, "blue")], "green"],
    ],
  });
}
stacks(maintenanceWindow, "names both windows where there is none, for a cluster in any spelling", {
  right: [[{ type: "azure-native:network:Subnet" }]],
  wrong: clusterSpellings.map((spelling) => [
    [cluster({}, "aks", spelling)],
    "aks",
    "no maintenance window for Kubernetes and node images",
    /aksManagedAutoUpgradeSchedule and one with aksManagedNodeOSUpgradeSchedule\.$/,
  ]),
});

const azure = { networkPlugin: "azure" };
const flat = { networkProfile: azure, agentPoolProfiles: [{ name: "system" }] };
const subnet = (props: object, type = "azure-native:network:Subnet"): Declared => ({
  type,
  name: "nodes",
  props,
});
const prefix = (length: number) => subnet({ addressPrefix: `10.0.0.0/${length}` });
const on = (settings: object = flat, spelling = typed): Declared => ({
  ...cluster(settings, "aks", spelling),
  dependsOn: ["nodes"],
});
const ofNetwork = {
  ...{ resourceProviderNamespace: "Microsoft.Network", parentResourcePath: "virtualNetworks/net" },
  ...{ resourceType: "subnets", properties: { addressPrefixes: ["10.0.0.0/25"] } },
};
const overlay = { networkProfile: { ...azure, networkPluginMode: "overlay" } };
const ofPool = pool({}, ["aks", "nodes"]);
// The answer of Azure's API leaves out what it is: what the program writes counts.
const answered: Declared = {
  ...{ type: generic.type, name: "aks", props: { name: "x", type: "Microsoft", properties: {} } },
  ...{ inputs: generic.props(flat), dependsOn: ["nodes"] },
};
stacks(subnetSize, "refuses a small subnet of a flat network, in every spelling of both", {
  right: [
    ...clusterSpellings.map((spelling) => [prefix(23), on(flat, spelling)]),
    [prefix(26), cluster(overlay), ofPool],
  ],
  wrong: [
    ...clusterSpellings.map((spelling): [Declared[], string, ...(string | RegExp)[]] => [
      [prefix(24), on(flat, spelling)],
      "nodes",
      /^Subnet nodes has a prefix of \/24, 256 addresses, and cluster aks takes one/,
      "Write a prefix of /23 or shorter as `addressPrefix`",
    ]),
    ...[
      subnet({ addressPrefixes: ["10.0.0.0/25"] }),
      subnet({ addressPrefix: "10.0.0.0/25" }, "azure-native:network/v20240501:Subnet"),
      subnet(ofNetwork, "azure-native:resources:Resource"),
    ].map((small): [Declared[], string, string] => [[small, on()], "nodes", "prefix of /25, 128 addresses"]),
    // Said once of two pools, by their cluster.
    [[prefix(26), cluster({ networkProfile: azure }), ofPool, pool({}, ["nodes", "aks"])], "nodes"],
    [[{ ...prefix(26), inputs: prefix(27).props! }, answered], "nodes", /^Subnet nodes has a prefix of \/27/],
  ],
});
stacks(subnetSize, "takes a shorter bound from its knob", {
  config: { longestPrefix: 21 },
  wrong: [[[prefix(23), on()], "nodes", "/21 or shorter"]],
});
stacks(subnetSize, "takes a longer bound from its knob", {
  config: { longestPrefix: 26 },
  right: [[prefix(26), on()]],
});
stacks(subnetSize, "leaves other networks, other subnets and what is not known alone", {
  right: [
    ...[
      { ...azure, networkPluginMode: "Overlay" },
      { networkPlugin: "none" },
      { ...azure, networkPluginMode: unknown },
      unknown,
      undefined,
    ].map((networkProfile) => [prefix(26), on({ ...flat, networkProfile })]),
    [prefix(26), { ...on(), dependsOn: [] }],
    [subnet({ addressPrefix: unknown }), on()],
    [subnet({ addressPrefix: "fd00::/64" }), on()],
  ],
});
