import assert from "node:assert/strict";
import { azurePolicyAddon } from "../../../policy/policies/security/azurePolicyAddon";
import { containerInsights } from "../../../policy/policies/security/containerInsights";
import { defender } from "../../../policy/policies/security/defender";
import { diskEncryptionSet } from "../../../policy/policies/security/diskEncryptionSet";
import { remediate, unknown } from "../judge";
import { clusterSpellings } from "../spellings";
import { ofClusters } from "./everywhere";

const addOns = (addonProfiles: any) => ({ addonProfiles });

describe("policy aks-azure-policy-addon", () => {
  const path = "addonProfiles.azurepolicy.enabled";
  ofClusters(azurePolicyAddon, {
    right: [
      addOns({ azurepolicy: { enabled: true } }),
      addOns({ azurePolicy: { enabled: true } }),
      addOns({ azurepolicy: { enabled: unknown } }),
      addOns({ azurepolicy: unknown }),
      addOns(unknown),
    ],
    wrong: [
      [{}, path, /is not true\. .*Write `addonProfiles: \{ azurepolicy: \{ enabled: true \} \}`/],
      [addOns({ omsagent: { enabled: true } }), path, /is not true/],
      [addOns({ azurePolicy: { enabled: false } }), "addonProfiles.azurePolicy.enabled", /is not true/],
    ],
  });
  for (const { type, props } of clusterSpellings) {
    it(`is turned on in ${type}`, async () => {
      const before = {
        fqdnSubdomain: unknown,
        addonProfiles: { azurePolicy: { enabled: false }, other: unknown },
      };
      assert.deepEqual(
        await remediate(azurePolicyAddon, type, props(before)),
        props({ fqdnSubdomain: unknown, addonProfiles: { azurePolicy: { enabled: true }, other: unknown } }),
      );
      assert.deepEqual(
        await remediate(azurePolicyAddon, type, props({})),
        props(addOns({ azurepolicy: { enabled: true } })),
      );
      for (const enabled of [true, unknown])
        assert.equal(
          await remediate(azurePolicyAddon, type, props(addOns({ azurepolicy: { enabled } }))),
          undefined,
        );
      for (const fine of [addOns(unknown), addOns({ azurepolicy: unknown })])
        assert.equal(await remediate(azurePolicyAddon, type, props(fine)), undefined);
    });
  }
});

describe("policy aks-container-insights", () => {
  const path = "addonProfiles.omsagent.enabled";
  ofClusters(containerInsights, {
    right: [
      addOns({ omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: unknown } } }),
      addOns({ omsAgent: { enabled: true } }),
      { azureMonitorProfile: { containerInsights: { enabled: true } } },
      { azureMonitorProfile: unknown },
      addOns(unknown),
    ],
    wrong: [
      [{}, path, /is not true\. .*Write `addonProfiles: \{ omsagent: \{ enabled: true/],
      [addOns({ omsagent: { enabled: false } }), path, /is not true/],
      [{ azureMonitorProfile: { metrics: { enabled: true } } }, path, /is not true/],
    ],
  });
});

describe("policy aks-defender", () => {
  const path = "securityProfile.defender.securityMonitoring.enabled";
  const profile = (securityMonitoring: any) => ({ securityProfile: { defender: { securityMonitoring } } });
  ofClusters(defender, {
    right: [profile({ enabled: true }), profile({ enabled: unknown }), { securityProfile: unknown }],
    wrong: [
      [
        {},
        path,
        /is not true\. .*Write `securityProfile: \{ defender: .*securityMonitoring: \{ enabled: true \}/,
      ],
      [{ securityProfile: { workloadIdentity: { enabled: true } } }, path, /is not true/],
      [profile({ enabled: false }), path, /is not true/],
    ],
  });
});

describe("policy aks-disk-encryption-set", () => {
  ofClusters(diskEncryptionSet, {
    right: [{ diskEncryptionSetID: "/subscriptions/x" }, { diskEncryptionSetID: unknown }],
    wrong: [
      [{}, "diskEncryptionSetID", /is missing\. .*keys of Microsoft's.*Write `diskEncryptionSetID: SET\.id`/],
      [{ diskEncryptionSetID: "" }, "diskEncryptionSetID", /is empty\./],
    ],
  });
});
