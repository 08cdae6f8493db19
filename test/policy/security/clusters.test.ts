// What a cluster must say of itself to be safe.
import { azurePolicyAddon } from "../../../policy/policies/security/azurePolicyAddon";
import { azureRbac } from "../../../policy/policies/security/azureRbac";
import { containerInsights } from "../../../policy/policies/security/containerInsights";
import { defender } from "../../../policy/policies/security/defender";
import { diskEncryptionSet } from "../../../policy/policies/security/diskEncryptionSet";
import { localAccountsOff } from "../../../policy/policies/security/localAccountsOff";
import { managedAad } from "../../../policy/policies/security/managedAad";
import { managedIdentity } from "../../../policy/policies/security/managedIdentity";
import { privateCluster } from "../../../policy/policies/security/privateCluster";
import { rbacEnabled } from "../../../policy/policies/security/rbacEnabled";
import { secretRotation } from "../../../policy/policies/security/secretRotation";
import { secretStore } from "../../../policy/policies/security/secretStore";
import { at, ofClusters, property, repairs } from "../everySpelling";
import { secret, unknown } from "../judge";

property(ofClusters, rbacEnabled, "enableRBAC", {
  right: [true, undefined, null],
  wrong: [[false, "@@ is false. ", "AKS cannot turn RBAC on later", "Write `enableRBAC: true`"]],
});
property(ofClusters, localAccountsOff, "disableLocalAccounts", {
  right: [true],
  wrong: [
    [undefined, "@@ is not true. ", "certificate of its administrator", "`disableLocalAccounts: true`"],
    [false, "without Entra nobody could sign in"],
  ],
});
property(ofClusters, azureRbac, "aadProfile.enableAzureRBAC", {
  right: [true],
  wrong: [
    [undefined, "@@ is not true. ", "`aadProfile: { managed: true, enableAzureRBAC: true }`"],
    [false, "RBAC Writer"],
  ],
});
property(ofClusters, managedAad, "aadProfile.managed", {
  right: [true],
  wrong: [
    [undefined, "@@ is not true. ", "certificates", "Write `aadProfile: { managed: true, adminGroup"],
    [false, "@@ is not true."],
  ],
  also: {
    wrong: [
      [{ aadProfile: null }, "@aadProfile.managed@ is not true."],
      [{ aadProfile: { serverAppID: "id" } }, "serverAppID belongs to the legacy integration"],
    ],
  },
});
property(ofClusters, managedIdentity, "identity.type", {
  right: ["SystemAssigned", "systemassigned", "UserAssigned"],
  wrong: [
    [undefined, "@@ is missing. Without an identity", 'Write `identity: { type: "SystemAssigned" }`'],
    ["None", "@@ is None."],
  ],
  also: {
    right: [{ identity: { type: "SystemAssigned" }, servicePrincipalProfile: { clientId: "msi" } }],
    wrong: [
      [
        { servicePrincipalProfile: { clientId: "11111111-1111-1111-1111-111111111111", secret: unknown } },
        /^identity\.type is missing\. .*service principal, whose secret .* expires.*take servicePrincipalProfile out/,
      ],
    ],
  },
});
property(ofClusters, privateCluster, "apiServerAccessProfile.enablePrivateCluster", {
  right: [true],
  wrong: [
    [
      undefined,
      "@@ is not true. ",
      "public address",
      "Write `apiServerAccessProfile: { enablePrivateCluster: true }`",
    ],
    [false, "aks-api-server-access"],
  ],
});
property(ofClusters, defender, "securityProfile.defender.securityMonitoring.enabled", {
  right: [true],
  wrong: [
    [
      undefined,
      "@@ is not true. ",
      /Write `securityProfile: \{ defender: .*securityMonitoring: \{ enabled: true/,
    ],
    [false, "@@ is not true"],
  ],
  also: {
    wrong: [
      [
        { securityProfile: { workloadIdentity: { enabled: true } } },
        "@securityProfile.defender.securityMonitoring.enabled@ is not true",
      ],
    ],
  },
});
property(ofClusters, diskEncryptionSet, "diskEncryptionSetID", {
  right: ["/subscriptions/x"],
  wrong: [
    [undefined, "@@ is missing. ", "keys of Microsoft's", "Write `diskEncryptionSetID: SET.id`"],
    ["", "@@ is empty."],
  ],
});
property(ofClusters, azurePolicyAddon, "addonProfiles.azurepolicy.enabled", {
  right: [true],
  wrong: [[undefined, "@@ is not true. ", "Write `addonProfiles: { azurepolicy: { enabled: true } }`"]],
  also: {
    right: [at("addonProfiles.azurePolicy.enabled", true)],
    wrong: [
      [at("addonProfiles.omsagent.enabled", true), "@addonProfiles.azurepolicy.enabled@ is not true"],
      [at("addonProfiles.azurePolicy.enabled", false), "@addonProfiles.azurePolicy.enabled@ is not true"],
    ],
  },
});
property(ofClusters, containerInsights, "addonProfiles.omsagent.enabled", {
  right: [true],
  wrong: [
    [undefined, "@@ is not true. ", "Write `addonProfiles: { omsagent: { enabled: true"],
    [false, "@@ is not true"],
  ],
  also: {
    right: [
      at("addonProfiles.omsAgent.enabled", true),
      at("azureMonitorProfile.containerInsights.enabled", true),
      { azureMonitorProfile: unknown },
    ],
    wrong: [
      [at("azureMonitorProfile.metrics.enabled", true), "@addonProfiles.omsagent.enabled@ is not true"],
    ],
  },
});

const addon = (azureKeyvaultSecretsProvider: any) => ({ addonProfiles: { azureKeyvaultSecretsProvider } });
const rotating = { enabled: true, config: { enableSecretRotation: "true" } };
property(ofClusters, secretStore, "addonProfiles.azureKeyvaultSecretsProvider.enabled", {
  right: [true],
  wrong: [
    [undefined, "@@ is not true. ", "Write `addonProfiles: { azureKeyvaultSecretsProvider: { enabled: true"],
    [false, "@@ is not true"],
  ],
});
ofClusters(secretRotation, {
  right: [
    addon(rotating),
    addon({ enabled: true, config: { enableSecretRotation: "True" } }),
    // Without the add-on there is nothing to rotate.
    {},
    addon({ enabled: false }),
    addon({ enabled: unknown }),
    addon({ enabled: true, config: { enableSecretRotation: unknown } }),
    addon({ enabled: true, config: unknown }),
  ],
  wrong: [undefined, { enableSecretRotation: "false" }].map((config) => [
    addon({ enabled: true, config }),
    '@addonProfiles.azureKeyvaultSecretsProvider.config.enableSecretRotation@ is not "true". ',
    'Write `config: { enableSecretRotation: "true" }`',
  ]),
});

const noRotation = { enableSecretRotation: "false", rotationPollInterval: "5m" };
/** Secrets stay secrets, and what a preview does not know stays so. */
const around = {
  fqdnSubdomain: unknown,
  servicePrincipalProfile: { secret: secret("not for everybody") },
};
repairs(
  azurePolicyAddon,
  [
    [{}, at("addonProfiles.azurepolicy.enabled", true)],
    [
      { ...around, addonProfiles: { azurePolicy: { enabled: false }, other: unknown } },
      { ...around, addonProfiles: { azurePolicy: { enabled: true }, other: unknown } },
    ],
  ],
  [true, unknown].map((value) => at("addonProfiles.azurepolicy.enabled", value)),
);
repairs(
  secretStore,
  [
    [{}, addon(rotating)],
    // What is written about rotation is aks-secret-rotation's.
    [addon({ enabled: false, config: noRotation }), addon({ enabled: true, config: noRotation })],
  ],
  [addon(rotating), addon({ enabled: unknown }), addon(unknown), { addonProfiles: unknown }],
);
repairs(
  secretRotation,
  [
    [addon({ enabled: true }), addon(rotating)],
    [
      { ...around, ...addon({ enabled: true, config: noRotation }) },
      {
        ...around,
        ...addon({ enabled: true, config: { ...noRotation, enableSecretRotation: "true" } }),
      },
    ],
  ],
  [addon(rotating), {}, addon({ enabled: true, config: unknown })],
);
