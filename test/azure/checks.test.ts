import assert from "node:assert/strict";
import { checkShape } from "../../rehearsal/engine/azure/schema";
import { sdk } from "../../rehearsal/engine/azure/sdk";
import { UNKNOWN, type Props } from "../../rehearsal/engine/provider";
import { clusterInputs, poolInputs, removeFolders, world } from "./fixtures";

type Change = (inputs: any) => void;

/** One finding and no other, at this path and with these words. */
async function refused(type: string, inputs: Props, path: string, words: RegExp): Promise<void> {
  const found = await (await world()).failures(type, inputs);
  assert.equal(found.length, 1, `one finding expected, got:\n${found.join("\n")}`);
  assert.ok(found[0].startsWith(`${path}: `), `at ${path}, got: ${found[0]}`);
  assert.match(found[0], words);
}
const cluster = (change: Change, path: string, words: RegExp) =>
  refused("containerservice:ManagedCluster", clusterInputs(change), path, words);
const pool = (change: Change, path: string, words: RegExp) =>
  refused("containerservice:AgentPool", poolInputs(change), path, words);

describe("azure: what a request must be", () => {
  after(removeFolders);

  it("accepts a whole cluster, in both spellings of its type", async () => {
    for (const version of ["", "/v20250901", "/v20251001"]) {
      const type = `containerservice${version}:ManagedCluster`;
      assert.deepEqual(await (await world()).failures(type, clusterInputs()), []);
    }
  });

  it("refuses API versions and types that it cannot check, by name", async () => {
    const made = await world();
    await assert.rejects(
      made.failures("containerservice/v20240101:ManagedCluster", {}),
      /v20240101 of containerservice:ManagedCluster/,
    );
    await assert.rejects(
      made.failures("storage:StorageAccount", {}),
      /does not know the resource type azure-native:storage:StorageAccount/,
    );
  });

  describe("members", () => {
    it("names an unknown member by its ARM path", () =>
      cluster(
        (inputs) => (inputs.networkProfile.kubeProxyConfig = { enabled: false }),
        "properties.networkProfile.kubeProxyConfig",
        /could not find member 'kubeProxyConfig'/,
      ));
    it("says how a misspelt member is spelt", () =>
      cluster((inputs) => (inputs.enableRbac = true), "properties.enableRbac", /spelt `enableRBAC`/));
    it("finds one deep in a pool", () =>
      cluster(
        (inputs) => (inputs.agentPoolProfiles[0].upgradeSettings = { maxSurge: "1", surge: 2 }),
        "properties.agentPoolProfiles[0].upgradeSettings.surge",
        /member 'surge'/,
      ));
    it("refuses what Azure alone sets", () =>
      cluster((inputs) => (inputs.fqdn = "x"), "properties.fqdn", /read-only/));
    it("names a missing member", () =>
      cluster(
        (inputs) => (inputs.linuxProfile = { adminUsername: "azureuser", ssh: {} }),
        "properties.linuxProfile.ssh.publicKeys",
        /Required parameter .* is missing/,
      ));
    it("refuses a wrong type where the SDK would turn it into the right one", () =>
      cluster(
        (inputs) => (inputs.enableRBAC = "true"),
        "properties.enableRBAC",
        /"true" is not true or false/,
      ));
    it("refuses a number in place of text", () =>
      cluster((inputs) => (inputs.kubernetesVersion = 1.35), "properties.kubernetesVersion", /not a string/));
    it("knows the hyphens behind azure-native's names", async () => {
      const profile = { scanInterval: "20s", expander: "random", okTotalUnreadyCount: "3" };
      const inputs = clusterInputs((all) => (all.autoScalerProfile = profile));
      assert.deepEqual(await (await world()).failures("containerservice:ManagedCluster", inputs), []);
    });
    it("turns the list of identities into ARM's map", async () => {
      const id =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i";
      const inputs = clusterInputs(
        (all) => (all.identity = { type: "UserAssigned", userAssignedIdentities: [id] }),
      );
      assert.deepEqual(await (await world()).failures("containerservice:ManagedCluster", inputs), []);
    });
    it("reports every finding at once", async () => {
      const inputs = clusterInputs((all) => {
        all.nonsense = 1;
        all.networkProfile.networkPlugin = "flannel";
        all.agentPoolProfiles[0].count = 5000;
      });
      const found = await (await world()).failures("containerservice:ManagedCluster", inputs);
      assert.deepEqual(found.map((one) => one.split(":")[0]).sort(), [
        "properties.agentPoolProfiles[0].count",
        "properties.networkProfile.networkPlugin",
        "properties.nonsense",
      ]);
    });
  });

  describe("the SDK's last word", () => {
    const shape = (): string[] =>
      checkShape("ResourceGroup", { location: "x", tags: { a: "b" } }).map((one) => one.target);
    it("is asked: what its serializer drops, alters or refuses is found", () => {
      const { serializer } = sdk();
      const own = serializer.serialize;
      assert.deepEqual(shape(), []);
      try {
        serializer.serialize = () => ({ location: "y" });
        assert.deepEqual(shape(), ["location", "tags"]);
        serializer.serialize = () => {
          throw new Error("no");
        };
        assert.deepEqual(shape(), [""]);
      } finally {
        serializer.serialize = own;
      }
    });
    it("agrees with the look-up about a cluster with everything in it", () => {
      const window = {
        schedule: { daily: { intervalDays: 1 } },
        durationHours: 4,
        startTime: "02:00",
        startDate: "2026-02-01",
      };
      const notAllowedTime = [{ start: "2026-01-31T22:00:00Z", end: "2026-02-01T02:00:00+02:00" }];
      const body = { properties: { maintenanceWindow: window, notAllowedTime } };
      assert.deepEqual(checkShape("MaintenanceConfiguration", body), []);
    });
  });

  describe("values", () => {
    it("an enum of the SDK", () =>
      cluster(
        (inputs) => (inputs.networkProfile.networkPolicy = "Calico"),
        "properties.networkProfile.networkPolicy",
        /Write one of: none, calico, azure, cilium/,
      ));
    it("an enum in a list", () =>
      cluster(
        (inputs) => (inputs.networkProfile.ipFamilies = ["IPv4", "IPv5"]),
        "properties.networkProfile.ipFamilies[1]",
        /IPv4, IPv6/,
      ));
    it("a closed enum", () =>
      cluster(
        (inputs) => (inputs.identity.type = "Both"),
        "identity.type",
        /SystemAssigned, UserAssigned, None/,
      ));
    it("a range of the SDK", () =>
      pool((inputs) => (inputs.osDiskSizeGB = 4096), "properties.osDiskSizeGB", /from 0 to 2048/));
    it("a pattern of the SDK", () =>
      cluster(
        (inputs) => (inputs.networkProfile.podCidr = "10.244.0.0/33"),
        "properties.networkProfile.podCidr",
        /must match/,
      ));
    const table: [string, Change, string, RegExp][] = [
      ["count", (pool) => (pool.count = 1001), "count", /from 1 to 1000/],
      ["no node in a system pool", (pool) => (pool.count = 0), "count", /a system pool needs a node/],
      ["maxPods", (pool) => (pool.maxPods = 251), "maxPods", /from 10 to 250/],
      ["pool name", (pool) => (pool.name = "System-1"), "name", /\^\[a-z\]/],
      ["taint", (pool) => (pool.nodeTaints = ["gpu=true:Never"]), "nodeTaints[0]", /key=value:Effect/],
      ["label", (pool) => (pool.nodeLabels = { a: "b c" }), "nodeLabels.a", /63 letters/],
      ["zone", (pool) => (pool.availabilityZones = ["4"]), "availabilityZones[0]", /"1", "2" or "3"/],
      ["bounds", (pool) => (pool.minCount = 1), "minCount", /only be set when enableAutoScaling/],
      [
        "swapped bounds",
        (pool) => Object.assign(pool, { enableAutoScaling: true, minCount: 4, maxCount: 3 }),
        "minCount",
        /greater than maxCount/,
      ],
      [
        "count out of bounds",
        (pool) => Object.assign(pool, { enableAutoScaling: true, minCount: 3, maxCount: 4 }),
        "count",
        /from 3 to 4/,
      ],
      [
        "image of the other system",
        (pool) => (pool.osSKU = "Windows2022"),
        "osSKU",
        /does not go with osType Linux/,
      ],
      ["Spot", (pool) => (pool.scaleSetPriority = "Spot"), "scaleSetPriority", /cannot be a system pool/],
      ["Spot's price", (pool) => (pool.spotMaxPrice = 1), "spotMaxPrice", /only be set on a Spot pool/],
      ["VM size", (pool) => (pool.vmSize = "D2s_v5"), "vmSize", /not supported/],
      ["version", (pool) => (pool.orchestratorVersion = "v1.35"), "orchestratorVersion", /"1.35" or/],
    ];
    for (const [what, change, path, words] of table)
      it(`pool: ${what}`, () =>
        cluster((all) => change(all.agentPoolProfiles[0]), `properties.agentPoolProfiles[0].${path}`, words));
    it("an autoscaled AgentPool needs a count all the same", () =>
      pool(
        (inputs) => {
          delete inputs.count;
          Object.assign(inputs, { enableAutoScaling: true, minCount: 0, maxCount: 3 });
        },
        "properties.count",
        /Code="InvalidParameter" Message="Required parameter properties.count is missing \(null\)." Target="properties.count"/,
      ));
    it("AgentPool's `type` is the pool's, not ARM's", () =>
      pool((inputs) => (inputs.type = "Cattle"), "properties.type", /VirtualMachineScaleSets/));
  });

  describe("names", () => {
    it("of a cluster", () =>
      cluster((inputs) => (inputs.resourceName = "-aks"), "resourceName", /must match/));
    it("of a pool", () =>
      pool((inputs) => (inputs.agentPoolName = "toolongforazure"), "agentPoolName", /1 to 12 characters/));
    it("of a group", () =>
      refused(
        "resources:ResourceGroup",
        { resourceGroupName: "rg." },
        "resourceGroupName",
        /no dot at the end/,
      ));
    it("dnsPrefix", () =>
      cluster((inputs) => (inputs.dnsPrefix = "aks_"), "properties.dnsPrefix", /1 to 54/));
    it("missing parts of the id", async () => {
      const found = await (await world()).failures("containerservice:AgentPool", { agentPoolName: "a" });
      assert.deepEqual(
        found.map((one) => /missing required property '(\w+)'/.exec(one)?.[1]),
        ["resourceGroupName", "resourceName"],
      );
    });
  });

  describe("combinations", () => {
    const network =
      (change: Change): Change =>
      (inputs) =>
        change(inputs.networkProfile);
    const table: [string, Change, string, RegExp][] = [
      [
        "no pools",
        (all) => delete all.agentPoolProfiles,
        "properties.agentPoolProfiles",
        /is missing \(null\)/,
      ],
      [
        "no system pool",
        (all) => (all.agentPoolProfiles[0].mode = "User"),
        "properties.agentPoolProfiles",
        /at least one system pool/,
      ],
      [
        "two pools of a name",
        (all) => all.agentPoolProfiles.push({ ...all.agentPoolProfiles[0] }),
        "properties.agentPoolProfiles[1].name",
        /not unique/,
      ],
      ["no name for the API server", (all) => delete all.dnsPrefix, "properties.dnsPrefix", /is missing/],
      ["no identity", (all) => delete all.identity, "properties.servicePrincipalProfile", /SystemAssigned/],
      [
        "identity without its id",
        (all) => (all.identity = { type: "UserAssigned" }),
        "identity.userAssignedIdentities",
        /takes one identity, 0 given/,
      ],
      [
        "identity by name",
        (all) => (all.identity = { type: "UserAssigned", userAssignedIdentities: ["mine"] }),
        "identity.userAssignedIdentities",
        /not the id/,
      ],
      [
        "overlay without Azure CNI",
        network((net) => Object.assign(net, { networkPlugin: "kubenet", networkPluginMode: "overlay" })),
        "properties.networkProfile.networkPluginMode",
        /requires network plugin 'azure'/,
      ],
      [
        "policy without a plugin",
        network((net) => (net.networkPlugin = "none")),
        "properties.networkProfile.networkPolicy",
        /not supported with network plugin 'none'/,
      ],
      [
        "Azure's policy on kubenet",
        network((net) => Object.assign(net, { networkPlugin: "kubenet", networkPolicy: "azure" })),
        "properties.networkProfile.networkPolicy",
        /requires network plugin 'azure'/,
      ],
      [
        "Cilium's policy alone",
        network((net) => (net.networkPolicy = "cilium")),
        "properties.networkProfile.networkPolicy",
        /dataplane 'cilium'/,
      ],
      [
        "Cilium under Calico",
        network((net) => (net.networkDataplane = "cilium")),
        "properties.networkProfile.networkDataplane",
        /cannot be combined/,
      ],
      [
        "auto-provisioning with Calico",
        (all) => (all.nodeProvisioningProfile = { mode: "Auto" }),
        "properties.nodeProvisioningProfile.mode",
        /does not support Calico/,
      ],
      [
        "DNS outside the services",
        network((net) => (net.serviceCidr = "10.2.0.0/16")),
        "properties.networkProfile.dnsServiceIP",
        /not in serviceCidr/,
      ],
      [
        "DNS on the first address",
        network((net) => (net.dnsServiceIP = "10.0.0.1")),
        "properties.networkProfile.dnsServiceIP",
        /reserved/,
      ],
      [
        "services too large",
        network((net) => (net.serviceCidr = "10.0.0.0/8")),
        "properties.networkProfile.serviceCidr",
        /too large/,
      ],
      [
        "pods among services",
        network((net) => Object.assign(net, { networkPluginMode: "overlay", podCidr: "10.0.0.0/8" })),
        "properties.networkProfile.podCidr",
        /overlaps/,
      ],
      [
        "routes without a subnet",
        network((net) => (net.outboundType = "userDefinedRouting")),
        "properties.networkProfile.outboundType",
        /subnet of your own/,
      ],
      [
        "private with allowed ranges",
        (all) =>
          (all.apiServerAccessProfile = {
            enablePrivateCluster: true,
            authorizedIPRanges: ["203.0.113.0/24"],
          }),
        "properties.apiServerAccessProfile.authorizedIPRanges",
        /not supported on a private cluster/,
      ],
      [
        "range that is none",
        (all) => (all.apiServerAccessProfile = { authorizedIPRanges: ["office"] }),
        "properties.apiServerAccessProfile.authorizedIPRanges[0]",
        /203.0.113.0\/24/,
      ],
      [
        "DNS zone of a public cluster",
        (all) => (all.apiServerAccessProfile = { privateDNSZone: "system" }),
        "properties.apiServerAccessProfile.privateDNSZone",
        /requires a private cluster/,
      ],
      [
        "no accounts at all",
        (all) => (all.disableLocalAccounts = true),
        "properties.disableLocalAccounts",
        /requires AKS-managed Microsoft Entra/,
      ],
      [
        "Entra without RBAC",
        (all) => Object.assign(all, { enableRBAC: false, aadProfile: { managed: true } }),
        "properties.enableRBAC",
        /requires Kubernetes RBAC/,
      ],
      [
        "group by name",
        (all) => (all.aadProfile = { managed: true, adminGroupObjectIDs: ["admins"] }),
        "properties.aadProfile.adminGroupObjectIDs[0]",
        /a UUID/,
      ],
      [
        "workload identity alone",
        (all) => delete all.oidcIssuerProfile,
        "properties.securityProfile.workloadIdentity.enabled",
        /requires the OIDC issuer/,
      ],
      [
        "long-term support for free",
        (all) => (all.supportPlan = "AKSLongTermSupport"),
        "properties.supportPlan",
        /Premium/,
      ],
      [
        "two channels for nodes",
        (all) => (all.autoUpgradeProfile = { upgradeChannel: "node-image", nodeOSUpgradeChannel: "None" }),
        "properties.autoUpgradeProfile.nodeOSUpgradeChannel",
        /NodeImage/,
      ],
      [
        "version",
        (all) => (all.kubernetesVersion = "latest"),
        "properties.kubernetesVersion",
        /not supported/,
      ],
      [
        "a long group for nodes",
        (all) => (all.nodeResourceGroup = "n".repeat(81)),
        "properties.nodeResourceGroup",
        /maximum length is 80 and the length of the value provided is 81\b/,
      ],
      [
        "a long group for nodes that AKS names",
        (all) => Object.assign(all, { resourceGroupName: "a-long-group", resourceName: "a".repeat(63) }),
        "name",
        /node resource group name is too long.* provided is 90\b/,
      ],
      [
        "its own group for nodes",
        (all) => (all.nodeResourceGroup = "RG"),
        "properties.nodeResourceGroup",
        /own resource group/,
      ],
      [
        "Windows without its profile",
        (all) =>
          all.agentPoolProfiles.push({
            name: "win",
            osType: "Windows",
            osSKU: "Windows2022",
            mode: "User",
            count: 1,
          }),
        "properties.windowsProfile",
        /adminPassword/,
      ],
    ];
    for (const [what, change, path, words] of table) it(what, () => cluster(change, path, words));
  });

  describe("maintenance windows", () => {
    const names = { resourceGroupName: "rg", resourceName: "aks" };
    const window = {
      schedule: { weekly: { intervalWeeks: 1, dayOfWeek: "Sunday" } },
      durationHours: 4,
      startTime: "02:00",
    };
    const type = "containerservice:MaintenanceConfiguration";
    it("accepts one", async () => {
      const inputs = { ...names, configName: "aksManagedAutoUpgradeSchedule", maintenanceWindow: window };
      assert.deepEqual(await (await world()).failures(type, inputs), []);
    });
    it("refuses an unknown name", () =>
      refused(
        type,
        { ...names, configName: "sundays", maintenanceWindow: window },
        "configName",
        /aksManagedNodeOSUpgradeSchedule/,
      ));
    it("refuses two schedules", () => {
      const schedule = { ...window.schedule, daily: { intervalDays: 1 } };
      const inputs = {
        ...names,
        configName: "aksManagedAutoUpgradeSchedule",
        maintenanceWindow: { ...window, schedule },
      };
      return refused(type, inputs, "properties.maintenanceWindow.schedule", /one schedule, 2 given/);
    });
    it("refuses a short window", () => {
      const inputs = {
        ...names,
        configName: "aksManagedAutoUpgradeSchedule",
        maintenanceWindow: { ...window, durationHours: 1 },
      };
      return refused(type, inputs, "properties.maintenanceWindow.durationHours", /from 4 to 24/);
    });
  });

  describe("networks and roles", () => {
    const names = { resourceGroupName: "rg", virtualNetworkName: "net" };
    it("a subnet outside its network", () => {
      const space = { addressPrefixes: ["10.1.0.0/16"] };
      const inputs = {
        ...names,
        addressSpace: space,
        subnets: [{ name: "a", addressPrefix: "10.2.0.0/24" }],
      };
      return refused(
        "network:VirtualNetwork",
        inputs,
        "properties.subnets[0].properties.addressPrefix",
        /not in the network/,
      );
    });
    it("a prefix that is none", () =>
      refused(
        "network:Subnet",
        { ...names, subnetName: "a", addressPrefix: "10.1.0.0/30" },
        "properties.addressPrefix",
        /InvalidCIDRNotation/,
      ));
    it("an unknown member", () =>
      refused(
        "network:Subnet",
        { ...names, subnetName: "a", addressPrefix: "10.1.0.0/24", cidr: "x" },
        "properties.cidr",
        /member 'cidr'/,
      ));
    it("a role by name", () => {
      const inputs = { scope: "/subscriptions/s", principalId: "p", roleDefinitionId: "Network Contributor" };
      return refused(
        "authorization:RoleAssignment",
        inputs,
        "properties.roleDefinitionId",
        /roleDefinitions\/<UUID>/,
      );
    });
  });

  describe("a preview", () => {
    it("lets pass what it cannot know", async () => {
      const inputs = clusterInputs((all) => {
        all.resourceGroupName = UNKNOWN;
        all.location = UNKNOWN;
        all.agentPoolProfiles[0].vnetSubnetID = UNKNOWN;
        all.networkProfile.serviceCidr = UNKNOWN;
        all.identity.type = UNKNOWN;
        all.aadProfile = UNKNOWN;
        all.disableLocalAccounts = true;
      });
      assert.deepEqual(await (await world()).failures("containerservice:ManagedCluster", inputs), []);
    });
    it("is not the last check: what it did not know is checked when it is known", async () => {
      const made = await world();
      await made.up("resources:ResourceGroup", "rg", { resourceGroupName: "rg" });
      const checked = await made.azure.check(
        made.op("containerservice:ManagedCluster", "a"),
        undefined,
        clusterInputs(),
      );
      const known = { ...checked.inputs, dnsPrefix: "aks_" };
      await assert.rejects(
        made.azure.create(made.op("containerservice:ManagedCluster", "a"), known),
        /properties.dnsPrefix/,
      );
      assert.deepEqual(made.clusters.calls, []);
    });
    it("refuses what it knows to be wrong", async () => {
      const inputs = clusterInputs((all) => {
        all.resourceGroupName = UNKNOWN;
        all.agentPoolProfiles[0].vnetSubnetID = UNKNOWN;
        all.agentPoolProfiles[0].count = 5000;
        all.networkProfile.kubeProxyConfig = UNKNOWN;
      });
      const found = await (await world()).failures("containerservice:ManagedCluster", inputs);
      assert.deepEqual(found.map((one) => one.split(":")[0]).sort(), [
        "properties.agentPoolProfiles[0].count",
        "properties.networkProfile.kubeProxyConfig",
      ]);
    });
  });
});
