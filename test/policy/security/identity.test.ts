import { azureRbac } from "../../../policy/policies/security/azureRbac";
import { localAccountsOff } from "../../../policy/policies/security/localAccountsOff";
import { managedAad } from "../../../policy/policies/security/managedAad";
import { managedIdentity } from "../../../policy/policies/security/managedIdentity";
import { rbacEnabled } from "../../../policy/policies/security/rbacEnabled";
import { unknown } from "../judge";
import { ofClusters } from "./everywhere";

describe("policy aks-rbac-enabled", () => {
  ofClusters(rbacEnabled, {
    right: [{ enableRBAC: true }, {}, { enableRBAC: null }, { enableRBAC: unknown }],
    wrong: [
      [
        { enableRBAC: false },
        "enableRBAC",
        /is false\. .*AKS cannot turn RBAC on later.*Write `enableRBAC: true`/,
      ],
    ],
  });
});

describe("policy aks-managed-identity", () => {
  ofClusters(managedIdentity, {
    right: [
      { identity: { type: "SystemAssigned" } },
      { identity: { type: "UserAssigned", userAssignedIdentities: [unknown] } },
      { identity: { type: "systemassigned" }, servicePrincipalProfile: { clientId: "msi" } },
      { identity: { type: unknown } },
      { identity: unknown },
    ],
    wrong: [
      [
        {},
        "identity.type",
        /is missing\. Without an identity.*Write `identity: \{ type: "SystemAssigned" \}`/,
      ],
      [{ identity: { type: "None" } }, "identity.type", /is None\./],
      [
        { servicePrincipalProfile: { clientId: "11111111-1111-1111-1111-111111111111", secret: unknown } },
        "identity.type",
        /is missing\. .*service principal, whose secret .* expires.*take servicePrincipalProfile out/,
      ],
    ],
  });
});

describe("policy aks-managed-aad", () => {
  ofClusters(managedAad, {
    right: [{ aadProfile: { managed: true } }, { aadProfile: { managed: unknown } }, { aadProfile: unknown }],
    wrong: [
      [
        {},
        "aadProfile.managed",
        /is not true\. .*certificates.*Write `aadProfile: \{ managed: true, adminGroup/,
      ],
      [{ aadProfile: null }, "aadProfile.managed", /is not true\./],
      [{ aadProfile: { managed: false } }, "aadProfile.managed", /is not true\./],
      [
        { aadProfile: { serverAppID: "id" } },
        "aadProfile.managed",
        /serverAppID belongs to the legacy integration/,
      ],
    ],
  });
});

describe("policy aks-azure-rbac", () => {
  ofClusters(azureRbac, {
    right: [
      { aadProfile: { enableAzureRBAC: true } },
      { aadProfile: { enableAzureRBAC: unknown } },
      { aadProfile: unknown },
    ],
    wrong: [
      [
        {},
        "aadProfile.enableAzureRBAC",
        /is not true\. .*`aadProfile: \{ managed: true, enableAzureRBAC: true \}`/,
      ],
      [
        { aadProfile: { managed: true, enableAzureRBAC: false } },
        "aadProfile.enableAzureRBAC",
        /RBAC Writer/,
      ],
    ],
  });
});

describe("policy aks-local-accounts-off", () => {
  ofClusters(localAccountsOff, {
    right: [{ disableLocalAccounts: true }, { disableLocalAccounts: unknown }],
    wrong: [
      [
        {},
        "disableLocalAccounts",
        /is not true\. .*certificate of its administrator.*`disableLocalAccounts: true`/,
      ],
      [{ disableLocalAccounts: false }, "disableLocalAccounts", /without Entra nobody could sign in/],
    ],
  });
});
