// What stands around the cluster: network, logs, and a key of your own for the disks.
import { getClientConfigOutput } from "@pulumi/azure-native/authorization/getClientConfig";
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { DiskEncryptionSet } from "@pulumi/azure-native/compute/diskEncryptionSet";
import { Key } from "@pulumi/azure-native/keyvault/key";
import { Vault } from "@pulumi/azure-native/keyvault/vault";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import { Subnet } from "@pulumi/azure-native/network/subnet";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork";
import { Workspace } from "@pulumi/azure-native/operationalinsights/workspace";
import * as pulumi from "@pulumi/pulumi";

/** What every resource here begins with. */
export interface Place {
  resourceGroupName: pulumi.Input<string>;
  tags: Record<string, string>;
}

const roles = {
  // learn.microsoft.com/azure/role-based-access-control/built-in-roles
  "Key Vault Crypto Service Encryption User": "e147488a-f6f5-4113-8e2d-b22465e65bf6",
} as const;

const { subscriptionId, tenantId } = getClientConfigOutput();

/** Gives a role on a resource to somebody that Azure has just made. */
function grant(
  name: string,
  role: keyof typeof roles,
  principalId: pulumi.Input<string>,
  scope: pulumi.Input<string>,
) {
  const definitions = pulumi.interpolate`/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions`;
  return new RoleAssignment(name, {
    principalId,
    // Otherwise Azure looks the new identity up where it may not have arrived yet.
    principalType: "ServicePrincipal",
    roleDefinitionId: pulumi.interpolate`${definitions}/${roles[role]}`,
    scope,
  });
}

/** A VNet with one subnet for the nodes. */
export function network(place: Place, vnetCidr: string, subnetCidr: string): pulumi.Output<string> {
  const { resourceGroupName } = place;
  const vnet = new VirtualNetwork("network", { ...place, addressSpace: { addressPrefixes: [vnetCidr] } });
  const subnet = new Subnet("nodes", {
    resourceGroupName,
    virtualNetworkName: vnet.name,
    addressPrefix: subnetCidr,
  });
  return subnet.id;
}

/** A workspace for the logs of control plane, nodes and Defender. */
export function workspace(place: Place): pulumi.Output<string> {
  return new Workspace("logs", { ...place, sku: { name: "PerGB2018" }, retentionInDays: 90 }).id;
}

/**
 * A disk encryption set with a key in a vault of its own. The vault cannot be purged for 90 days after its deletion: Azure
 * asks that of vaults whose keys encrypt disks.
 */
export function diskEncryption(place: Place): pulumi.Output<string> {
  const { resourceGroupName, tags } = place;
  const vault = new Vault("keys", {
    ...place,
    properties: {
      tenantId,
      sku: { family: "A", name: "premium" },
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
      // Disk encryption sets are among the services that may pass.
      networkAcls: { defaultAction: "Deny", bypass: "AzureServices" },
    },
  });
  const key = new Key("disks", {
    resourceGroupName,
    vaultName: vault.name,
    properties: { kty: "RSA", keySize: 4096 },
    tags,
  });
  // An identity of its own and not the set's, so that it may use the key before the set is made.
  const reader = new UserAssignedIdentity("disks", { ...place });
  const mayRead = grant(
    "disks-read-key",
    "Key Vault Crypto Service Encryption User",
    reader.principalId,
    vault.id,
  );
  const set = new DiskEncryptionSet(
    "disks",
    {
      ...place,
      identity: { type: "UserAssigned", userAssignedIdentities: [reader.id] },
      encryptionType: "EncryptionAtRestWithCustomerKey",
      activeKey: { keyUrl: key.keyUriWithVersion, sourceVault: { id: vault.id } },
      rotationToLatestKeyVersionEnabled: true,
    },
    { dependsOn: mayRead },
  );
  return set.id;
}
