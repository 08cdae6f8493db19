// Policies that need a cluster and what belongs to it: versions of pools, maintenance windows, subnets.
import assert from "node:assert/strict";
import { maintenanceWindow } from "../../../policy/policies/operations/maintenanceWindow";
import { poolVersion } from "../../../policy/policies/operations/poolVersion";
import { subnetSize } from "../../../policy/policies/operations/subnetSize";
import { type Declared, judgeStack, unknown } from "../judge";
import { clusterSpellings, poolSpellings, type Spelling } from "../spellings";

const cluster = (
  settings: object,
  name = "aks",
  { type, props }: Spelling = clusterSpellings[0],
): Declared => ({
  type,
  name,
  props: props(settings),
});
const pool = (
  settings: object,
  dependsOn = ["aks"],
  { type, props }: Spelling = poolSpellings[0],
): Declared => ({
  type,
  name: `pool of ${dependsOn}`,
  props: props({ agentPoolName: "work", ...settings }),
  dependsOn,
});

describe("policy aks-pool-version", () => {
  const judge = (...declared: Declared[]) => judgeStack(poolVersion, declared);

  for (const spelling of clusterSpellings) {
    it(`compares the pools inside ${spelling.type}`, async () => {
      const of = (kubernetesVersion: unknown, ...versions: unknown[]) =>
        cluster(
          {
            kubernetesVersion,
            agentPoolProfiles: versions.map((orchestratorVersion) => ({
              name: "system",
              orchestratorVersion,
            })),
          },
          "aks",
          spelling,
        );
      const [violation, ...more] = await judge(of("1.35", "1.35.4", "1.34"));
      assert.deepEqual(more, []);
      assert.equal(violation.resource, "aks");
      assert.match(
        violation.message,
        /^Pool "system" runs Kubernetes 1\.34 and its cluster 1\.35: nodes that lag/,
      );
      const path = spelling.path("agentPoolProfiles[1].orchestratorVersion");
      assert.ok(violation.message.includes(`Write \`${path}: "1.35"\`, or leave it out.`), violation.message);
      for (const right of [
        of("1.35", "1.35", undefined),
        of("1.35.2", "1.35"),
        of(undefined, "1.30"),
        of(unknown, "1.30"),
        of("1.35", unknown),
      ]) {
        assert.deepEqual(await judge(right), [], JSON.stringify(right.props));
      }
    });
  }

  for (const spelling of poolSpellings) {
    it(`compares ${spelling.type} with its own cluster`, async () => {
      const two = [
        cluster({ kubernetesVersion: "1.35" }, "blue"),
        cluster({ kubernetesVersion: "1.36" }, "green"),
      ];
      const old = { orchestratorVersion: "1.35" };
      assert.deepEqual(await judge(...two, pool(old, ["blue"], spelling)), []);
      const [violation, ...more] = await judge(...two, pool(old, ["green"], spelling));
      assert.match(violation.message, /^Pool "work" runs Kubernetes 1\.35 and its cluster 1\.36/);
      assert.equal(violation.resource, "pool of green");
      assert.deepEqual(more, []);
      assert.deepEqual(await judge(...two, pool({ orchestratorVersion: unknown }, ["green"], spelling)), []);
    });
  }

  it("knows a cluster by its name where nothing depends on it, and takes no other for it", async () => {
    const two = [
      cluster({ resourceName: "blue", kubernetesVersion: "1.35" }, "one"),
      cluster({ resourceName: "green", kubernetesVersion: "1.36" }, "two"),
    ];
    const named = (resourceName: unknown) => pool({ resourceName, orchestratorVersion: "1.35" }, []);
    assert.deepEqual(await judge(...two, named("blue")), []);
    assert.equal((await judge(...two, named("green"))).length, 1);
    assert.deepEqual(await judge(...two, named(unknown)), [], "it may be any");
    assert.deepEqual(await judge(two[1], named("elsewhere")), [], "a cluster of another stack");
    assert.equal((await judge(two[1], named(unknown))).length, 1, "the only one");
    const generic = pool({ orchestratorVersion: "1.35" }, [], poolSpellings[4]);
    assert.deepEqual(
      await judge({ ...two[1], props: { ...two[1].props, resourceName: "aks2" } }, generic),
      [],
    );
    const its = { ...two[1], props: { ...two[1].props, resourceName: "aks" } };
    assert.equal(
      (await judge(its, generic)).length,
      1,
      "the generic resource names it in parentResourcePath",
    );
  });
});

describe("policy aks-maintenance-window", () => {
  const [kubernetes, nodes] = ["aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"];
  const judge = (...declared: Declared[]) => judgeStack(maintenanceWindow, declared);
  const typed = "azure-native:containerservice:MaintenanceConfiguration";
  const spellings: [string, (configName: unknown) => object][] = [
    [typed, (configName) => ({ configName })],
    ["azure-native:containerservice/v20250901:MaintenanceConfiguration", (configName) => ({ configName })],
    [typed, (name) => ({ name })],
    [
      "azure-native:resources:Resource",
      (resourceName) => ({
        ...{
          resourceProviderNamespace: "Microsoft.ContainerService",
          parentResourcePath: "managedClusters/aks",
        },
        ...{ resourceType: "maintenanceConfigurations", resourceName },
      }),
    ],
  ];

  for (const [type, props] of spellings) {
    const window = (configName: unknown, dependsOn = ["aks"]): Declared => ({
      type,
      name: `${String(configName)} of ${dependsOn}`,
      props: props(configName),
      dependsOn,
    });
    it(`wants both windows, as ${type} with ${Object.keys(props(""))}`, async () => {
      assert.deepEqual(await judge(cluster({}), window(kubernetes), window(nodes)), []);
      const [one, ...more] = await judge(cluster({}), window(kubernetes), window("default"));
      assert.deepEqual(more, []);
      assert.equal(one.resource, "aks");
      assert.match(
        one.message,
        /^Cluster aks has no maintenance window for node images: AKS replaces nodes at any hour/,
      );
      assert.match(
        one.message,
        /MaintenanceConfiguration with configName aksManagedNodeOSUpgradeSchedule\.$/,
      );
      assert.deepEqual(await judge(cluster({}), window(unknown)), []);
    });
    it(`tells the windows of two clusters apart, as ${type} with ${Object.keys(props(""))}`, async () => {
      const two = [cluster({}, "blue"), cluster({}, "green")];
      const found = await judge(...two, window(kubernetes, ["blue"]), window(nodes, ["blue"]));
      assert.deepEqual(
        found.map(({ resource }) => resource),
        ["green"],
      );
    });
  }

  it("names both windows where there is none, for a cluster in any spelling", async () => {
    for (const spelling of clusterSpellings) {
      const [violation] = await judge(cluster({}, "aks", spelling));
      assert.match(violation.message, /no maintenance window for Kubernetes and node images/);
      assert.match(
        violation.message,
        /aksManagedAutoUpgradeSchedule and one with aksManagedNodeOSUpgradeSchedule\.$/,
      );
    }
    assert.deepEqual(await judge({ type: "azure-native:network:Subnet" }), []);
  });
});

describe("policy aks-subnet-size", () => {
  const judge = (declared: Declared[], config?: object) => judgeStack(subnetSize, declared, config);
  const flat = { networkProfile: { networkPlugin: "azure" }, agentPoolProfiles: [{ name: "system" }] };
  const subnet = (props: object, type = "azure-native:network:Subnet"): Declared => ({
    type,
    name: "nodes",
    props,
  });
  const on = (settings: object, spelling = clusterSpellings[0]): Declared => ({
    ...cluster(settings, "aks", spelling),
    dependsOn: ["nodes"],
  });

  for (const spelling of clusterSpellings) {
    it(`refuses a small subnet of flat ${spelling.type}`, async () => {
      const [violation, ...more] = await judge([
        subnet({ addressPrefix: "10.0.0.0/24" }),
        on(flat, spelling),
      ]);
      assert.deepEqual(more, []);
      assert.equal(violation.resource, "nodes");
      assert.match(
        violation.message,
        /^Subnet nodes has a prefix of \/24, 256 addresses, and cluster aks takes one/,
      );
      assert.match(violation.message, /Write a prefix of \/23 or shorter as `addressPrefix`/);
      assert.deepEqual(await judge([subnet({ addressPrefix: "10.0.0.0/23" }), on(flat, spelling)]), []);
    });
  }

  it("knows a subnet in every spelling", async () => {
    const arm = {
      ...{ resourceProviderNamespace: "Microsoft.Network", parentResourcePath: "virtualNetworks/net" },
      ...{ resourceType: "subnets", properties: { addressPrefixes: ["10.0.0.0/25"] } },
    };
    for (const small of [
      subnet({ addressPrefixes: ["10.0.0.0/25"] }),
      subnet({ addressPrefix: "10.0.0.0/25" }, "azure-native:network/v20240501:Subnet"),
      subnet(arm, "azure-native:resources:Resource"),
    ]) {
      assert.match((await judge([small, on(flat)]))[0].message, /prefix of \/25, 128 addresses/);
    }
  });

  it("judges the subnet of a pool of its own by the pool's cluster, and says it once", async () => {
    const small = subnet({ addressPrefix: "10.0.0.0/26" });
    const bare = cluster({ networkProfile: flat.networkProfile });
    const [violation, ...more] = await judge([
      small,
      bare,
      pool({}, ["aks", "nodes"]),
      pool({}, ["nodes", "aks"]),
    ]);
    assert.equal(violation.resource, "nodes");
    assert.deepEqual(more, []);
    const overlay = cluster({ networkProfile: { networkPlugin: "azure", networkPluginMode: "overlay" } });
    assert.deepEqual(await judge([small, overlay, pool({}, ["aks", "nodes"])]), []);
  });

  it("judges what the program writes, also where the answer of Azure's API leaves out what it is", async () => {
    const [type, answer] = [
      "azure-native:resources:Resource",
      { name: "x", type: "Microsoft", properties: {} },
    ];
    const { props } = clusterSpellings[4];
    const inputs = props(flat);
    const found = await judge([
      { ...subnet({ addressPrefix: "10.0.0.0/26" }), inputs: { addressPrefix: "10.0.0.0/27" } },
      { type, name: "aks", props: answer, inputs, dependsOn: ["nodes"] },
    ]);
    assert.match(found[0]?.message, /^Subnet nodes has a prefix of \/27/);
  });

  it("takes its bound from its knob", async () => {
    const stack = [subnet({ addressPrefix: "10.0.0.0/23" }), on(flat)];
    assert.match((await judge(stack, { longestPrefix: 21 }))[0].message, /\/21 or shorter/);
    assert.deepEqual(
      await judge([subnet({ addressPrefix: "10.0.0.0/26" }), on(flat)], { longestPrefix: 26 }),
      [],
    );
  });

  it("leaves other networks, other subnets and what is not known alone", async () => {
    const small = subnet({ addressPrefix: "10.0.0.0/26" });
    const profile = (networkProfile: unknown) => on({ ...flat, networkProfile });
    for (const right of [
      profile({ networkPlugin: "azure", networkPluginMode: "Overlay" }),
      profile({ networkPlugin: "none" }),
      profile({ networkPlugin: "azure", networkPluginMode: unknown }),
      profile(unknown),
      profile(undefined),
      { ...on(flat), dependsOn: [] },
    ]) {
      assert.deepEqual(await judge([small, right]), [], JSON.stringify(right.props));
    }
    assert.deepEqual(await judge([subnet({ addressPrefix: unknown }), on(flat)]), []);
    assert.deepEqual(await judge([subnet({ addressPrefix: "fd00::/64" }), on(flat)]), []);
  });
});
