// Key vaults and the disk encryption sets that use their keys, at the API versions that azure-native 3.28 uses.
import { describe, listOf, model, oneOf, tags, type Kind } from "./model";
import type { Mapper } from "./sdk";

const permissions = (words: string): Kind => listOf(oneOf(...words.split(" ")));

const disks: Record<string, Mapper> = {
  SourceVault: describe("SourceVault", { id: "String" }),
  KeyForDiskEncryptionSet: describe("KeyForDiskEncryptionSet", {
    "keyUrl!": "String",
    sourceVault: model("SourceVault"),
  }),
  EncryptionSetIdentity: describe("EncryptionSetIdentity", {
    type: oneOf("SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned", "None"),
    userAssignedIdentities: "any",
  }),
  DiskEncryptionSet: describe("DiskEncryptionSet", {
    "location!": "String",
    tags,
    identity: model("EncryptionSetIdentity"),
    "properties.activeKey": model("KeyForDiskEncryptionSet"),
    "properties.encryptionType": oneOf(
      "EncryptionAtRestWithCustomerKey",
      "EncryptionAtRestWithPlatformAndCustomerKeys",
      "ConfidentialVmEncryptedWithCustomerKey",
    ),
    "properties.federatedClientId": "String",
    "properties.rotationToLatestKeyVersionEnabled": "Boolean",
  }),
};

const vaults: Record<string, Mapper> = {
  VaultSku: describe("VaultSku", { "family!": oneOf("A"), "name!": oneOf("standard", "premium") }),
  VaultPermissions: describe("VaultPermissions", {
    keys: permissions(
      "all encrypt decrypt wrapKey unwrapKey sign verify get list create update import delete backup restore recover purge release rotate getrotationpolicy setrotationpolicy",
    ),
    secrets: permissions("all get list set delete backup restore recover purge"),
    certificates: permissions(
      "all get list delete create import update managecontacts getissuers listissuers setissuers deleteissuers manageissuers recover purge backup restore",
    ),
    storage: permissions(
      "all get list delete set update regeneratekey recover purge backup restore setsas listsas getsas deletesas",
    ),
  }),
  AccessPolicyEntry: describe("AccessPolicyEntry", {
    "tenantId!": "Uuid",
    "objectId!": "String",
    applicationId: "Uuid",
    "permissions!": model("VaultPermissions"),
  }),
  NetworkRuleSet: describe("NetworkRuleSet", {
    bypass: oneOf("AzureServices", "None"),
    defaultAction: oneOf("Allow", "Deny"),
    ipRules: "any",
    virtualNetworkRules: "any",
  }),
  VaultProperties: describe("VaultProperties", {
    "tenantId!": "Uuid",
    "sku!": model("VaultSku"),
    accessPolicies: listOf(model("AccessPolicyEntry")),
    createMode: oneOf("recover", "default"),
    enabledForDeployment: "Boolean",
    enabledForDiskEncryption: "Boolean",
    enabledForTemplateDeployment: "Boolean",
    enablePurgeProtection: "Boolean",
    enableRbacAuthorization: "Boolean",
    enableSoftDelete: "Boolean",
    networkAcls: model("NetworkRuleSet"),
    publicNetworkAccess: "String",
    softDeleteRetentionInDays: "Number",
  }),
  Vault: describe("Vault", { "location!": "String", tags, "properties!": model("VaultProperties") }),
  KeyProperties: describe("KeyProperties", {
    attributes: "any",
    curveName: oneOf("P-256", "P-384", "P-521", "P-256K"),
    keyOps: listOf(oneOf(..."encrypt decrypt sign verify wrapKey unwrapKey import release".split(" "))),
    keySize: "Number",
    kty: oneOf("EC", "EC-HSM", "RSA", "RSA-HSM"),
    // On the wire `release_policy`; passed on without a look inside, like the rotation policy.
    releasePolicy: "any",
    rotationPolicy: "any",
  }),
  Key: describe("Key", { tags, "properties!": model("KeyProperties") }),
};

export const keyModels: Record<string, Mapper> = { ...disks, ...vaults };
