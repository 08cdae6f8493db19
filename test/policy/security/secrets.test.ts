import assert from "node:assert/strict";
import { secretRotation } from "../../../policy/policies/security/secretRotation";
import { secretStore } from "../../../policy/policies/security/secretStore";
import { remediate, Secret, unknown } from "../judge";
import { clusterSpellings } from "../spellings";
import { ofClusters } from "./everywhere";

const addon = (azureKeyvaultSecretsProvider: any) => ({ addonProfiles: { azureKeyvaultSecretsProvider } });
const rotating = { enabled: true, config: { enableSecretRotation: "true" } };

describe("policy aks-secret-store", () => {
  const path = "addonProfiles.azureKeyvaultSecretsProvider.enabled";
  ofClusters(secretStore, {
    right: [
      addon({ enabled: true }),
      addon({ enabled: unknown }),
      addon(unknown),
      { addonProfiles: unknown },
    ],
    wrong: [
      [{}, path, /is not true\. .*Write `addonProfiles: \{ azureKeyvaultSecretsProvider: \{ enabled: true/],
      [addon({ enabled: false }), path, /is not true/],
    ],
  });
  for (const { type, props } of clusterSpellings) {
    it(`is turned on, with rotation, in ${type}`, async () => {
      assert.deepEqual(await remediate(secretStore, type, props({})), props(addon(rotating)));
      const told = { enabled: false, config: { enableSecretRotation: "false", rotationPollInterval: "5m" } };
      assert.deepEqual(
        await remediate(secretStore, type, props(addon(told))),
        props(addon({ ...told, enabled: true })),
        "what is written about rotation is aks-secret-rotation's",
      );
      for (const fine of [
        addon(rotating),
        addon({ enabled: unknown }),
        addon(unknown),
        { addonProfiles: unknown },
      ])
        assert.equal(await remediate(secretStore, type, props(fine)), undefined);
    });
  }
});

describe("policy aks-secret-rotation", () => {
  const path = "addonProfiles.azureKeyvaultSecretsProvider.config.enableSecretRotation";
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
      [
        addon({ enabled: true }),
        path,
        /is not "true"\. .*Write `config: \{ enableSecretRotation: "true" \}`/,
      ],
      [addon({ enabled: true, config: { enableSecretRotation: "false" } }), path, /is not "true"/],
    ],
  });
  for (const { type, props } of clusterSpellings) {
    it(`is turned on, and nothing else changed, in ${type}`, async () => {
      const cluster = (enableSecretRotation: string | undefined) => ({
        ...addon({ enabled: true, config: { rotationPollInterval: unknown, enableSecretRotation } }),
        servicePrincipalProfile: { secret: new Secret("not for everybody") },
        fqdnSubdomain: unknown,
      });
      const mark = "4dabf18193072939515e22adb298388d";
      const secret = { [mark]: "1b47061264138c4ac30d75fd1eb44270", value: "not for everybody" };
      assert.deepEqual(await remediate(secretRotation, type, props(cluster("false"))), {
        ...props({ ...cluster("true"), servicePrincipalProfile: { secret } }),
      });
      assert.deepEqual(
        await remediate(secretRotation, type, props(addon({ enabled: true }))),
        props(addon(rotating)),
      );
      for (const fine of [addon(rotating), {}, addon({ enabled: true, config: unknown })])
        assert.equal(await remediate(secretRotation, type, props(fine)), undefined);
    });
  }
});
