// What keeps a cluster running: upgrades, observation, protection.
import type * as pulumi from "@pulumi/pulumi";
import type { AksClusterArgs } from "../aksClusterArgs";
import { NodeOsUpgradeChannel, UpgradeChannel } from "../enums";
import type { ArgumentReader } from "./findings";
import { azureId, listOf, matching, oneOf, text, yesOrNo } from "./rules";

/** What is observed and protected, with every default in place. */
export interface OperationsPlan {
  channel: UpgradeChannel;
  nodeOsChannel: NodeOsUpgradeChannel;
  monitoring?: {
    workspaceId: pulumi.Input<string>;
    workspaceLocation?: pulumi.Input<string>;
    containerInsights: boolean;
    categories: pulumi.Input<pulumi.Input<string>[]>;
  };
  defenderWorkspaceId?: pulumi.Input<string>;
  azurePolicy?: boolean;
  keyVaultSecrets?: { rotation: pulumi.Input<boolean>; pollInterval: pulumi.Input<string> };
  diskEncryptionSetId?: pulumi.Input<string>;
}

/** All but reading requests, which are most of the audit log. */
const defaultCategories = [
  "kube-apiserver",
  "kube-audit-admin",
  "kube-controller-manager",
  "kube-scheduler",
  "cluster-autoscaler",
  "guard",
];

export function readOperations(reader: ArgumentReader, given: Partial<AksClusterArgs>): OperationsPlan {
  return {
    ...readUpgrades(reader, given.upgrades),
    monitoring: readMonitoring(reader, given.monitoring),
    defenderWorkspaceId: readDefender(reader, given.defender),
    azurePolicy: reader.plain("azurePolicy", given.azurePolicy, yesOrNo()),
    keyVaultSecrets: readKeyVaultSecrets(reader, given.keyVaultSecretsProvider),
    diskEncryptionSetId: reader.value(
      "diskEncryptionSetId",
      given.diskEncryptionSetId,
      azureId("Microsoft.Compute/diskEncryptionSets"),
    ),
  };
}

function readUpgrades(reader: ArgumentReader, args: AksClusterArgs["upgrades"]) {
  const given = reader.object("upgrades", args, { channel: "", nodeOsChannel: "" });
  const channel =
    reader.plain("upgrades.channel", given.channel, oneOf(UpgradeChannel)) ?? UpgradeChannel.Patch;
  const nodeOsChannel =
    reader.plain("upgrades.nodeOsChannel", given.nodeOsChannel, oneOf(NodeOsUpgradeChannel)) ??
    NodeOsUpgradeChannel.NodeImage;
  if (channel === UpgradeChannel.NodeImage && nodeOsChannel !== NodeOsUpgradeChannel.NodeImage) {
    reader.refuse("upgrades.nodeOsChannel", {
      wrong: `is ${nodeOsChannel} while channel is ${channel}`,
      why: "that channel means new node images, and AKS takes no other for the nodes then",
      write: "NodeImage, or leave it out",
    });
  }
  return { channel, nodeOsChannel };
}

/** A workspace is needed wherever logs go. */
function workspace(
  reader: ArgumentReader,
  path: string,
  id: pulumi.Input<string> | undefined,
): pulumi.Input<string> {
  if (id === undefined || id === null) {
    reader.refuse(path, {
      wrong: "is missing",
      why: "nothing is collected without a place to keep it",
      write: "the resource id of a Log Analytics workspace",
    });
  }
  return reader.value(path, id, azureId("Microsoft.OperationalInsights/workspaces")) ?? "";
}

function readMonitoring(
  reader: ArgumentReader,
  args: AksClusterArgs["monitoring"],
): OperationsPlan["monitoring"] {
  if (args === undefined || args === null) return undefined;
  const path = "monitoring";
  const given = reader.object<NonNullable<typeof args>>(path, args, {
    logAnalyticsWorkspaceId: "",
    logAnalyticsLocation: "",
    containerInsights: "",
    diagnosticCategories: "",
  });
  const category = matching(
    /^[a-z][a-z0-9-]*$/,
    "AKS has no log category of such a name (azure-aks-docs, monitor-aks-reference)",
    `one of AKS's categories, such as ${defaultCategories.join(", ")}`,
  );
  return {
    workspaceId: workspace(reader, `${path}.logAnalyticsWorkspaceId`, given.logAnalyticsWorkspaceId),
    workspaceLocation: reader.value(
      `${path}.logAnalyticsLocation`,
      given.logAnalyticsLocation,
      text("it is an Azure region", "such as westeurope"),
    ),
    containerInsights: reader.plain(`${path}.containerInsights`, given.containerInsights, yesOrNo()) ?? true,
    categories:
      reader.value(
        `${path}.diagnosticCategories`,
        given.diagnosticCategories,
        listOf(category, "categories are a list"),
      ) ?? defaultCategories,
  };
}

function readDefender(
  reader: ArgumentReader,
  args: AksClusterArgs["defender"],
): pulumi.Input<string> | undefined {
  if (args === undefined || args === null) return undefined;
  const given = reader.object<NonNullable<typeof args>>("defender", args, { logAnalyticsWorkspaceId: "" });
  return workspace(reader, "defender.logAnalyticsWorkspaceId", given.logAnalyticsWorkspaceId);
}

function readKeyVaultSecrets(
  reader: ArgumentReader,
  args: AksClusterArgs["keyVaultSecretsProvider"],
): OperationsPlan["keyVaultSecrets"] {
  if (args === undefined || args === null) return undefined;
  const path = "keyVaultSecretsProvider";
  const given = reader.object<NonNullable<typeof args>>(path, args, {
    rotation: "",
    rotationPollInterval: "",
  });
  const interval = matching(
    /^[1-9]\d*[smh]$/,
    "it is not a time between two looks into Key Vault",
    '"2m", or another number with s, m or h',
  );
  return {
    rotation: reader.value(`${path}.rotation`, given.rotation, yesOrNo()) ?? true,
    pollInterval: reader.value(`${path}.rotationPollInterval`, given.rotationPollInterval, interval) ?? "2m",
  };
}
