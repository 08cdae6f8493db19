import type { Props } from "../../rehearsal/plugin/provider";
import { removeFolders } from "./fixtures";
import {
  association,
  collectionRule,
  encryptionSet,
  key,
  setting,
  vault,
  workspace,
} from "./productionInputs";
import { refused, type Change } from "./refused";

const keyUrl = "https://keys.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef";
const set = (change?: Change) => encryptionSet(keyUrl, change);

describe("azure: logs, keys and disks are refused where they are wrong:", () => {
  after(removeFolders);

  const others: [string, string, Props, string, RegExp][] = [
    [
      "a workspace's days",
      "operationalinsights:Workspace",
      workspace((all) => (all.retentionInDays = 7)),
      "properties.retentionInDays",
      /30 to 730/,
    ],
    [
      "its plan",
      "operationalinsights:Workspace",
      workspace((all) => (all.sku.name = "pergb2018")),
      "properties.sku.name",
      /PerGB2018/,
    ],
    [
      "its name",
      "operationalinsights:Workspace",
      workspace((all) => (all.workspaceName = "a")),
      "workspaceName",
      /4 to 63/,
    ],
    [
      "a category that AKS has not",
      "monitor:DiagnosticSetting",
      setting((all) => (all.logs[0].category = "kubeaudit")),
      "properties.logs[0].category",
      /Code="BadRequest" Message="Category 'kubeaudit' is not supported\.".*\n.*kube-audit-admin/s,
    ],
    [
      "a metric that it has not",
      "monitor:DiagnosticSetting",
      setting((all) => (all.metrics[0].category = "allMetrics")),
      "properties.metrics[0].category",
      /AllMetrics/,
    ],
    [
      "a group that it has not",
      "monitor:DiagnosticSetting",
      setting((all) => (all.logs = [{ categoryGroup: "all", enabled: true }])),
      "properties.logs[0].categoryGroup",
      /allLogs or audit/,
    ],
    [
      "category and group at once",
      "monitor:DiagnosticSetting",
      setting((all) => (all.logs[0].categoryGroup = "audit")),
      "properties.logs[0]",
      /either a category or a categoryGroup/,
    ],
    [
      "retention",
      "monitor:DiagnosticSetting",
      setting((all) => (all.logs[0].retentionPolicy = { enabled: true, days: 7 })),
      "properties.logs[0].retentionPolicy",
      /does not support retention/,
    ],
    [
      "no sink",
      "monitor:DiagnosticSetting",
      setting((all) => delete all.workspaceId),
      "properties",
      /At least one data sink/,
    ],
    [
      "nothing to send",
      "monitor:DiagnosticSetting",
      setting((all) => Object.assign(all, { logs: [], metrics: [] })),
      "properties",
      /At least one category/,
    ],
    [
      "a flow to nowhere",
      "monitor:DataCollectionRule",
      collectionRule((all) => (all.dataFlows[0].destinations = ["workspace"])),
      "properties.dataFlows[0]",
      /Code="InvalidPayload".*'workspace' is not declared.*\n.*ciworkspace/s,
    ],
    [
      "a source's member",
      "monitor:DataCollectionRule",
      collectionRule((all) => (all.dataSources.extensions[0].settings = {})),
      "properties.dataSources.extensions[0].settings",
      /could not find member/,
    ],
    [
      "an association with nothing",
      "monitor:DataCollectionRuleAssociation",
      association((all) => delete all.dataCollectionRuleId),
      "properties.dataCollectionRuleId",
      /is missing/,
    ],
    [
      "a key without its version",
      "compute:DiskEncryptionSet",
      encryptionSet("https://keys.vault.azure.net/keys/disks"),
      "properties.activeKey.keyUrl",
      /keyUriWithVersion/,
    ],
    [
      "a set without identity",
      "compute:DiskEncryptionSet",
      set((all) => delete all.identity),
      "identity.type",
      /SystemAssigned/,
    ],
    [
      "a set's kind",
      "compute:DiskEncryptionSet",
      set((all) => (all.encryptionType = "CustomerKey")),
      "properties.encryptionType",
      /EncryptionAtRestWithCustomerKey/,
    ],
    ["a vault's name", "keyvault:Vault", vault((all) => (all.vaultName = "a--b")), "vaultName", /3 to 24/],
    [
      "a vault's tenant",
      "keyvault:Vault",
      vault((all) => (all.properties.tenantId = "mine")),
      "properties.tenantId",
      /a UUID/,
    ],
    [
      "purge protection spelt off",
      "keyvault:Vault",
      vault((all) => (all.properties.enablePurgeProtection = false)),
      "properties.enablePurgeProtection",
      /cannot be set to false/,
    ],
    [
      "days of soft delete",
      "keyvault:Vault",
      vault((all) => (all.properties.softDeleteRetentionInDays = 91)),
      "properties.softDeleteRetentionInDays",
      /7 to 90/,
    ],
    [
      "a lifted member",
      "keyvault:Vault",
      vault((all) => (all.enableRbacAuthorization = true)),
      "enableRbacAuthorization",
      /could not find member/,
    ],
    [
      "a permission",
      "keyvault:Vault",
      vault(
        (all) =>
          (all.properties.accessPolicies = [
            { tenantId: all.properties.tenantId, objectId: "o", permissions: { keys: ["wrap"] } },
          ]),
      ),
      "properties.accessPolicies[0].permissions.keys[0]",
      /wrapKey/,
    ],
    [
      "a key's size",
      "keyvault:Key",
      key((all) => (all.properties.keySize = 1024)),
      "properties.keySize",
      /2048, 3072 or 4096/,
    ],
    ["a key's kind", "keyvault:Key", key((all) => delete all.properties.kty), "properties.kty", /RSA/],
  ];
  for (const [what, type, inputs, path, words] of others) it(what, () => refused(type, inputs, path, words));
});
