import assert from "node:assert/strict";
import { UNKNOWN, type Props } from "../../rehearsal/plugin/provider";
import { clusterInputs, removeFolders, world } from "./fixtures";
import {
  association,
  collectionRule,
  encryptionSet,
  key,
  production,
  setting,
  vault,
  workspace,
} from "./productionInputs";
import { cluster, type Change } from "./refused";

const keyUrl = "https://keys.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef";
describe("azure: what a cluster for production has", () => {
  after(removeFolders);

  const good: [string, Props][] = [
    ["containerservice:ManagedCluster", clusterInputs(production)],
    ["operationalinsights:Workspace", workspace()],
    ["operationalinsights:Workspace", { resourceGroupName: "rg", workspaceName: "bare" }],
    ["monitor:DiagnosticSetting", setting()],
    [
      "monitor:DiagnosticSetting",
      setting((all) => (all.logs = [{ categoryGroup: "allLogs", enabled: true }])),
    ],
    ["compute:DiskEncryptionSet", encryptionSet(keyUrl)],
    ["monitor:DataCollectionRule", collectionRule()],
    ["monitor:DataCollectionRuleAssociation", association()],
    ["keyvault:Vault", vault()],
    ["keyvault:Key", key()],
  ];
  for (const [type, inputs] of good)
    it(`is accepted: ${type}`, async () =>
      assert.deepEqual(await (await world()).failures(type, inputs), []));

  it("is accepted in a preview that does not know the ids", async () => {
    const unknown: Change = (all) => {
      production(all);
      all.addonProfiles.omsagent.config.logAnalyticsWorkspaceResourceID = UNKNOWN;
      all.securityProfile.defender.logAnalyticsWorkspaceResourceId = UNKNOWN;
      all.diskEncryptionSetID = UNKNOWN;
    };
    const made = await world();
    assert.deepEqual(await made.failures("containerservice:ManagedCluster", clusterInputs(unknown)), []);
    const later: [string, Props][] = [
      [
        "monitor:DiagnosticSetting",
        setting((all) => Object.assign(all, { resourceUri: UNKNOWN, workspaceId: UNKNOWN })),
      ],
      ["compute:DiskEncryptionSet", encryptionSet(UNKNOWN, (all) => (all.activeKey.sourceVault = UNKNOWN))],
      ["monitor:DataCollectionRule", collectionRule((all) => (all.destinations.logAnalytics = UNKNOWN))],
      ["monitor:DataCollectionRuleAssociation", association((all) => (all.dataCollectionRuleId = UNKNOWN))],
      ["keyvault:Key", key((all) => (all.vaultName = UNKNOWN))],
    ];
    for (const [type, inputs] of later) assert.deepEqual(await made.failures(type, inputs), [], type);
  });

  describe("is refused where it is wrong:", () => {
    const addon = (name: string) => `properties.addonProfiles.${name}`;
    const config = (all: any, name: string) => all.addonProfiles[name].config;
    const table: [string, Change, string, RegExp][] = [
      [
        "an unknown add-on",
        (all) => (all.addonProfiles.monitoring = { enabled: true }),
        addon("monitoring"),
        /omsagent/,
      ],
      [
        "a misspelt one",
        (all) => (all.addonProfiles.azurePolicy = { enabled: true }),
        addon("azurePolicy"),
        /spelt `azurepolicy`/,
      ],
      [
        "monitoring without a workspace",
        (all) => delete config(all, "omsagent").logAnalyticsWorkspaceResourceID,
        `${addon("omsagent")}.config.logAnalyticsWorkspaceResourceID`,
        /is missing/,
      ],
      [
        "a workspace by name",
        (all) => (config(all, "omsagent").logAnalyticsWorkspaceResourceID = "logs"),
        `${addon("omsagent")}.config.logAnalyticsWorkspaceResourceID`,
        /not the id of a workspace/,
      ],
      [
        "a setting that the add-on does not have",
        (all) => (config(all, "azureKeyvaultSecretsProvider").rotation = "true"),
        `${addon("azureKeyvaultSecretsProvider")}.config.rotation`,
        /enableSecretRotation, rotationPollInterval/,
      ],
      [
        "a switch that is no text",
        (all) => (config(all, "azureKeyvaultSecretsProvider").enableSecretRotation = true),
        `${addon("azureKeyvaultSecretsProvider")}.config.enableSecretRotation`,
        /not a string/,
      ],
      [
        "a switch that is neither",
        (all) => (config(all, "azureKeyvaultSecretsProvider").enableSecretRotation = "yes"),
        `${addon("azureKeyvaultSecretsProvider")}.config.enableSecretRotation`,
        /true or false/,
      ],
      [
        "a duration without a unit",
        (all) => (config(all, "azureKeyvaultSecretsProvider").rotationPollInterval = "120"),
        `${addon("azureKeyvaultSecretsProvider")}.config.rotationPollInterval`,
        /"2m" or "1h30m"/,
      ],
      [
        "the policy add-on's first version",
        (all) => (config(all, "azurepolicy").version = "v1"),
        `${addon("azurepolicy")}.config.version`,
        /v2/,
      ],
      [
        "Defender without a workspace",
        (all) => delete all.securityProfile.defender.logAnalyticsWorkspaceResourceId,
        "properties.securityProfile.defender.logAnalyticsWorkspaceResourceId",
        /is missing/,
      ],
      [
        "an ephemeral disk without a local one",
        (all) => (all.agentPoolProfiles[0].vmSize = "Standard_D4s_v5"),
        "properties.agentPoolProfiles[0].osDiskType",
        /Code="VMCacheSizeTooSmall".*Standard_D4s_v5 .* temp disk size of 0 bytes, but the OS disk requires 137438953472 bytes.*\n.*Standard_D4ds_v5/s,
      ],
      [
        "an ephemeral disk larger than the local one",
        (all) => (all.agentPoolProfiles[0].osDiskSizeGB = 151),
        "properties.agentPoolProfiles[0].osDiskType",
        /temp disk size of 161061273600 bytes.*\n.*150 or less/s,
      ],
      [
        "host encryption of an availability set",
        (all) => (all.agentPoolProfiles[0].type = "AvailabilitySet"),
        "properties.agentPoolProfiles[0].enableEncryptionAtHost",
        /VirtualMachineScaleSets/,
      ],
    ];
    for (const [what, change, path, words] of table)
      it(what, () =>
        cluster(
          (all) => {
            production(all);
            change(all);
          },
          path,
          words,
        ),
      );
  });

  it("a size whose disks nobody here knows is let pass", async () => {
    for (const vmSize of [
      "Standard_DS3_v2",
      "Standard_L8s_v3",
      "Standard_D4ds_v6",
      "Standard_D4s_v4",
      "Standard_E104ids_v5",
    ]) {
      const inputs = clusterInputs((all) =>
        Object.assign(all.agentPoolProfiles[0], { vmSize, osDiskType: "Ephemeral" }),
      );
      assert.deepEqual(await (await world()).failures("containerservice:ManagedCluster", inputs), [], vmSize);
    }
  });
});
