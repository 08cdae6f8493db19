// Who may reach a cluster and do what in it, how its secrets and disks are kept, and what is logged.
import { Policies } from "@pulumi/policy";
import { apiServerAccess } from "./apiServerAccess";
import { auditLogs } from "./auditLogs";
import { azurePolicyAddon } from "./azurePolicyAddon";
import { azureRbac } from "./azureRbac";
import { containerInsights } from "./containerInsights";
import { defender } from "./defender";
import { diskEncryptionSet } from "./diskEncryptionSet";
import { ephemeralOsDisk } from "./ephemeralOsDisk";
import { hostEncryption } from "./hostEncryption";
import { localAccountsOff } from "./localAccountsOff";
import { managedAad } from "./managedAad";
import { managedIdentity } from "./managedIdentity";
import { noNodePublicIp } from "./noNodePublicIp";
import { platformLogs } from "./platformLogs";
import { privateCluster } from "./privateCluster";
import { rbacEnabled } from "./rbacEnabled";
import { secretRotation } from "./secretRotation";
import { secretStore } from "./secretStore";

export const security: Policies = [
  // What every cluster can have.
  rbacEnabled,
  managedIdentity,
  noNodePublicIp,
  // What needs something around the cluster, or costs.
  apiServerAccess,
  privateCluster,
  managedAad,
  localAccountsOff,
  azureRbac,
  azurePolicyAddon,
  diskEncryptionSet,
  hostEncryption,
  ephemeralOsDisk,
  // In this order: the first may turn on what the second then finds without rotation.
  secretStore,
  secretRotation,
  defender,
  containerInsights,
  auditLogs,
  platformLogs,
];
