import assert from "node:assert/strict";
import { checkShape } from "../../rehearsal/azure/schema";
import { sdk } from "../../rehearsal/azure/sdk";
import { UNKNOWN } from "../../rehearsal/plugin/provider";
import { clusterInputs, removeFolders, world } from "./fixtures";
import { cluster, pool, refused, type Change } from "./refused";

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
