import assert from "node:assert/strict";
import { UNKNOWN, type Props } from "../../rehearsal/plugin/provider";
import { clusterInputs, removeFolders, world, type Change } from "./fixtures";
import * as beside from "./productionInputs";

const aks = "containerservice:ManagedCluster";
const failures = async (type: string, inputs: Props) => (await world()).failures(type, inputs);

describe("azure: what a request must be", () => {
  after(removeFolders);

  it("accepts a whole cluster in every spelling of its type, and other shapes of its members", async () => {
    for (const version of ["", "/v20250901", "/v20251001"])
      assert.deepEqual(await failures(`containerservice${version}:ManagedCluster`, clusterInputs()), []);
    const identity =
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i";
    const changes: Change[] = [
      // the hyphens behind azure-native's names
      (all) =>
        (all.autoScalerProfile = { scanInterval: "20s", expander: "random", okTotalUnreadyCount: "3" }),
      (all) => (all.identity = { type: "UserAssigned", userAssignedIdentities: [identity] }),
      // sizes whose disks nobody here knows
      ...["DS3_v2", "L8s_v3", "D4ds_v6", "D4s_v4", "E104ids_v5"].map(
        (size): Change =>
          (all) =>
            Object.assign(all.agentPoolProfiles[0], {
              vmSize: `Standard_${size}`,
              osDiskType: "Ephemeral",
            }),
      ),
    ];
    for (const change of changes) assert.deepEqual(await failures(aks, clusterInputs(change)), []);
  });
  it("accepts a bare workspace and a group of logs", async () => {
    const bare = { resourceGroupName: "rg", workspaceName: "bare" };
    assert.deepEqual(await failures("operationalinsights:Workspace", bare), []);
    const all = beside.setting((one) => (one.logs = [{ categoryGroup: "allLogs", enabled: true }]));
    assert.deepEqual(await failures("monitor:DiagnosticSetting", all), []);
  });
  it("refuses API versions and types that it cannot check, by name", async () => {
    await assert.rejects(
      failures("containerservice/v20240101:ManagedCluster", {}),
      /v20240101 of containerservice:ManagedCluster/,
    );
    await assert.rejects(
      failures("storage:StorageAccount", {}),
      /does not know the resource type azure-native:storage:StorageAccount/,
    );
  });
  it("reports every finding at once", async () => {
    const inputs = clusterInputs((all) => {
      all.nonsense = 1;
      all.networkProfile.networkPlugin = "flannel";
      all.agentPoolProfiles[0].count = 5000;
    });
    assert.deepEqual((await failures(aks, inputs)).map((one) => one.split(":")[0]).sort(), [
      "properties.agentPoolProfiles[0].count",
      "properties.networkProfile.networkPlugin",
      "properties.nonsense",
    ]);
    const found = await failures("containerservice:AgentPool", { agentPoolName: "a" });
    assert.deepEqual(
      found.map((one) => /missing required property '(\w+)'/.exec(one)?.[1]),
      ["resourceGroupName", "resourceName"],
    );
  });
  describe("a preview", () => {
    it("lets pass what it cannot know", async () => {
      const unknown: Change = (all) => {
        all.resourceGroupName = UNKNOWN;
        all.location = UNKNOWN;
        all.agentPoolProfiles[0].vnetSubnetID = UNKNOWN;
        all.networkProfile.serviceCidr = UNKNOWN;
        all.identity.type = UNKNOWN;
        all.aadProfile = UNKNOWN;
        all.disableLocalAccounts = true;
      };
      const production: Change = (all) => {
        beside.production(all);
        all.addonProfiles.omsagent.config.logAnalyticsWorkspaceResourceID = UNKNOWN;
        all.securityProfile.defender.logAnalyticsWorkspaceResourceId = UNKNOWN;
        all.diskEncryptionSetID = UNKNOWN;
      };
      const { setting, encryptionSet, collectionRule, association, key } = beside;
      const later: [string, Props][] = [
        [aks, clusterInputs(unknown)],
        [aks, clusterInputs(production)],
        [
          "monitor:DiagnosticSetting",
          setting((all) => Object.assign(all, { resourceUri: UNKNOWN, workspaceId: UNKNOWN })),
        ],
        ["compute:DiskEncryptionSet", encryptionSet(UNKNOWN, (all) => (all.activeKey.sourceVault = UNKNOWN))],
        ["monitor:DataCollectionRule", collectionRule((all) => (all.destinations.logAnalytics = UNKNOWN))],
        ["monitor:DataCollectionRuleAssociation", association((all) => (all.dataCollectionRuleId = UNKNOWN))],
        ["keyvault:Key", key((all) => (all.vaultName = UNKNOWN))],
      ];
      for (const [type, inputs] of later) assert.deepEqual(await failures(type, inputs), [], type);
    });
    it("is not the last check: what it did not know is checked when it is known", async () => {
      const made = await world();
      await made.up("resources:ResourceGroup", "rg", { resourceGroupName: "rg" });
      const checked = await made.azure.check(made.op(aks, "a"), undefined, clusterInputs());
      const known = { ...checked.inputs, dnsPrefix: "aks_" };
      await assert.rejects(made.azure.create(made.op(aks, "a"), known), /properties.dnsPrefix/);
      assert.deepEqual(made.clusters.calls, []);
    });
    it("refuses what it knows to be wrong", async () => {
      const inputs = clusterInputs((all) => {
        all.resourceGroupName = UNKNOWN;
        all.agentPoolProfiles[0].vnetSubnetID = UNKNOWN;
        all.agentPoolProfiles[0].count = 5000;
        all.networkProfile.kubeProxyConfig = UNKNOWN;
      });
      assert.deepEqual((await failures(aks, inputs)).map((one) => one.split(":")[0]).sort(), [
        "properties.agentPoolProfiles[0].count",
        "properties.networkProfile.kubeProxyConfig",
      ]);
    });
  });
});
