// What a cluster must say of itself to be safe.
import assert from "node:assert/strict";
import {
  azureRbac,
  localAccountsOff,
  managedAad,
  managedIdentity,
  privateCluster,
  rbacEnabled,
} from "../../../policy/policies/aks/access";
import {
  azurePolicyAddon,
  containerInsights,
  defender,
  secretRotation,
  secretStore,
} from "../../../policy/policies/aks/addOns";
import { diskEncryptionSet } from "../../../policy/policies/aks/encryption";
import { at, ofClusters, property, repairs } from "../everySpelling";
import { notJudged, secret, unknown } from "../judge";
import { clusterSpellings } from "../spellings";

property(ofClusters, rbacEnabled, "enableRBAC", {
  right: [true, undefined, null],
  wrong: [[false, "@@ is false. ", "AKS cannot turn RBAC on later", "Write `enableRBAC: true`"]],
});
property(ofClusters, localAccountsOff, "disableLocalAccounts", {
  right: [true],
  wrong: [
    [undefined, "@@ is missing. ", "certificate of its administrator", "`disableLocalAccounts: true`"],
    [false, "without Entra nobody could sign in"],
  ],
});
property(ofClusters, azureRbac, "aadProfile.enableAzureRBAC", {
  right: [true],
  wrong: [
    [undefined, "@@ is missing. ", "`aadProfile: { managed: true, enableAzureRBAC: true }`"],
    [false, "RBAC Writer"],
  ],
});
property(ofClusters, managedAad, "aadProfile.managed", {
  right: [true],
  wrong: [
    [undefined, "@@ is missing. ", "certificates", "Write `aadProfile: { managed: true, adminGroup"],
    [false, "@@ is false."],
  ],
  also: {
    wrong: [
      [{ aadProfile: null }, "@aadProfile.managed@ is missing."],
      [{ aadProfile: { serverAppID: "id" } }, "and no legacy serverAppID"],
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
        /^identity\.type is missing\. .*service principal, whose secret .* expires.*and no servicePrincipalProfile/,
      ],
    ],
  },
});
property(ofClusters, privateCluster, "apiServerAccessProfile.enablePrivateCluster", {
  right: [true],
  wrong: [
    [
      undefined,
      "@@ is missing. ",
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
      "@@ is missing. ",
      /Write `securityProfile: \{ defender: .*securityMonitoring: \{ enabled: true/,
    ],
    [false, "@@ is false."],
  ],
  also: {
    wrong: [
      [
        { securityProfile: { workloadIdentity: { enabled: true } } },
        "@securityProfile.defender.securityMonitoring.enabled@ is missing.",
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
  wrong: [[undefined, "@@ is missing. ", "Write `addonProfiles: { azurepolicy: { enabled: true } }`"]],
  also: {
    right: [at("addonProfiles.azurePolicy.enabled", true)],
    wrong: [
      [at("addonProfiles.omsagent.enabled", true), "@addonProfiles.azurepolicy.enabled@ is missing."],
      [at("addonProfiles.azurePolicy.enabled", false), "@addonProfiles.azurePolicy.enabled@ is false."],
    ],
  },
});
property(ofClusters, containerInsights, "addonProfiles.omsagent.enabled", {
  right: [true],
  wrong: [
    [undefined, "@@ is missing. ", "Write `addonProfiles: { omsagent: { enabled: true"],
    [false, "@@ is false."],
  ],
  also: {
    right: [
      at("addonProfiles.omsAgent.enabled", true),
      at("azureMonitorProfile.containerInsights.enabled", true),
      { azureMonitorProfile: unknown },
    ],
    wrong: [
      [at("azureMonitorProfile.metrics.enabled", true), "@addonProfiles.omsagent.enabled@ is missing."],
    ],
  },
});

const addon = (azureKeyvaultSecretsProvider: any) => ({ addonProfiles: { azureKeyvaultSecretsProvider } });
const rotating = { enabled: true, config: { enableSecretRotation: "true" } };
property(ofClusters, secretStore, "addonProfiles.azureKeyvaultSecretsProvider.enabled", {
  right: [true],
  wrong: [
    [undefined, "@@ is missing. ", "Write `addonProfiles: { azureKeyvaultSecretsProvider: { enabled: true"],
    [false, "@@ is false."],
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
  wrong: [
    [undefined, "missing"],
    [{ enableSecretRotation: "false" }, "false"],
  ].map(([config, value]) => [
    addon({ enabled: true, config }),
    `@addonProfiles.azureKeyvaultSecretsProvider.config.enableSecretRotation@ is ${value}. `,
    'Write `config: { enableSecretRotation: "true" }`',
  ]),
});

it("a preview says what it would have to know of a cluster, and no more", async () => {
  const [{ type }] = clusterSpellings;
  const provider = "addonProfiles.azureKeyvaultSecretsProvider";
  for (const [policy, settings, ...said] of [
    [azurePolicyAddon, { addonProfiles: unknown }, "addonProfiles.azurepolicy.enabled"],
    [secretRotation, addon({ enabled: unknown }), `${provider}.enabled`],
    [secretRotation, addon({ ...rotating, enabled: unknown })],
    [secretRotation, addon({ enabled: true, config: unknown }), `${provider}.config.enableSecretRotation`],
    [containerInsights, { azureMonitorProfile: unknown }, "azureMonitorProfile.containerInsights.enabled"],
    [containerInsights, { ...at("addonProfiles.omsagent.enabled", true), azureMonitorProfile: unknown }],
    // The id of a set that is yet to be made is right.
    [diskEncryptionSet, { diskEncryptionSetID: unknown }],
  ] as [any, object, ...string[]][]) {
    const told = (await notJudged(policy, [{ type, props: settings }])).map(([what]) => what);
    assert.deepEqual(told, said, `${policy.name} of ${JSON.stringify(settings)}`);
  }
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
