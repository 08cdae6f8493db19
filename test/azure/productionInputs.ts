// What a cluster for production has beside it, each accepted as it is.
import { inputsOf, type Change } from "./fixtures";

const group = { resourceGroupName: "rg" };
export const uuid = "11111111-1111-4111-8111-111111111111";
export const rgId = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg";
export const clusterId = `${rgId}/providers/Microsoft.ContainerService/managedClusters/aks`;
export const workspaceId = `${rgId}/providers/Microsoft.OperationalInsights/workspaces/logs`;
export const vaultId = `${rgId}/providers/Microsoft.KeyVault/vaults/keys`;
export const keyUrl = "https://keys.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef";
export const setId = `${rgId}/providers/Microsoft.Compute/diskEncryptionSets/set`;
export const role = (id: string) =>
  `/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${id}`;

export const workspace = inputsOf({
  ...group,
  workspaceName: "logs",
  sku: { name: "PerGB2018" },
  retentionInDays: 30,
});

export const setting = inputsOf({
  resourceUri: clusterId,
  name: "logs",
  workspaceId,
  logs: [
    { category: "kube-audit-admin", enabled: true },
    { category: "guard", enabled: true },
  ],
  metrics: [{ category: "AllMetrics", enabled: true }],
});

const ruleId = `${rgId}/providers/Microsoft.Insights/dataCollectionRules/insights`;
/** Container insights, as the Azure CLI makes it. */
export const collectionRule = inputsOf({
  ...group,
  dataCollectionRuleName: "insights",
  kind: "Linux",
  dataSources: {
    extensions: [
      {
        name: "ContainerInsightsExtension",
        extensionName: "ContainerInsights",
        streams: ["Microsoft-ContainerInsights-Group-Default"],
        extensionSettings: { dataCollectionSettings: { interval: "1m" } },
      },
    ],
  },
  destinations: { logAnalytics: [{ name: "ciworkspace", workspaceResourceId: workspaceId }] },
  dataFlows: [{ streams: ["Microsoft-ContainerInsights-Group-Default"], destinations: ["ciworkspace"] }],
});

export const association = inputsOf({
  resourceUri: clusterId,
  associationName: "ContainerInsightsExtension",
  dataCollectionRuleId: ruleId,
});

/** As azure-native's SDK sends it, with its own defaults. */
export const vault = inputsOf({
  ...group,
  vaultName: "keys",
  properties: {
    tenantId: uuid,
    sku: { family: "A", name: "standard" },
    enableRbacAuthorization: true,
    enablePurgeProtection: true,
    enableSoftDelete: true,
    enabledForDeployment: false,
    enabledForDiskEncryption: false,
    enabledForTemplateDeployment: false,
    publicNetworkAccess: "enabled",
    softDeleteRetentionInDays: 90,
  },
});

export const key = inputsOf({
  ...group,
  vaultName: "keys",
  keyName: "disks",
  properties: { kty: "RSA", keySize: 3072 },
});

export const encryptionSet = (keyUrl: string, change?: Change) =>
  inputsOf({
    ...group,
    diskEncryptionSetName: "set",
    identity: { type: "SystemAssigned" },
    activeKey: { keyUrl, sourceVault: { id: vaultId } },
  })(change);

/** The members of a cluster for production. */
export const production: Change = (all) => {
  all.sku = { name: "Base", tier: "Standard" };
  all.addonProfiles = {
    omsagent: {
      enabled: true,
      config: { logAnalyticsWorkspaceResourceID: workspaceId, useAADAuth: "true" },
    },
    azurepolicy: { enabled: true, config: { version: "v2" } },
    azureKeyvaultSecretsProvider: {
      enabled: true,
      config: { enableSecretRotation: "true", rotationPollInterval: "2m" },
    },
  };
  all.securityProfile.defender = {
    logAnalyticsWorkspaceResourceId: workspaceId,
    securityMonitoring: { enabled: true },
  };
  Object.assign(all.agentPoolProfiles[0], {
    vmSize: "Standard_D4ds_v5",
    osDiskType: "Ephemeral",
    enableEncryptionAtHost: true,
  });
};
