// What the running pack makes of a cluster, one policy after the other, as the engine asks it.
import assert from "node:assert/strict";
import { type PolicyPackProcess, startPolicyPack } from "../../../rehearsal/policy/analyzer";
import { security } from "../../../policy/policies/security";
import { packFolder, unknown } from "../judge";
import { clusterSpellings } from "../spellings";

const fixing = security.filter((policy) => "remediateResource" in policy).map(({ name }) => name);
/** How the engine marks a secret (sdk/go/common/resource/sig). */
const secret = (value: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

describe("policies of security, remediating in the running pack", function () {
  this.timeout(120_000);
  let pack: PolicyPackProcess;
  before(async () => {
    pack = await startPolicyPack(packFolder);
    const levels = fixing.map((name) => [name, "remediate"]);
    await pack.configure({ all: "disabled", ...Object.fromEntries(levels) });
  });
  after(() => pack?.stop());

  const cluster = (type: string, properties: any) => ({
    ...{ urn: `urn:pulumi:dev::test::${type}::aks`, type, name: "aks", properties, inputs: {} },
    ...{ dependencies: [], propertyDependencies: {} },
  });

  for (const { type, props } of clusterSpellings) {
    it(`leave nothing to report, secrets secret and unknowns unknown in ${type}`, async () => {
      const around = { fqdnSubdomain: unknown, windowsProfile: { adminPassword: secret("1234") } };
      const before = props({
        ...around,
        addonProfiles: {
          omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: unknown } },
          azureKeyvaultSecretsProvider: { enabled: false, config: { enableSecretRotation: "false" } },
        },
      });
      const remediations = await pack.remediate(cluster(type, before));
      assert.deepEqual(
        remediations.map(({ policy }) => policy),
        ["aks-azure-policy-addon", "aks-secret-store", "aks-secret-rotation"],
      );
      const [, , last] = remediations;
      assert.ok("properties" in last, JSON.stringify(last));
      const after = last.properties;
      assert.deepEqual(
        after,
        props({
          ...around,
          addonProfiles: {
            omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: unknown } },
            azureKeyvaultSecretsProvider: { enabled: true, config: { enableSecretRotation: "true" } },
            azurepolicy: { enabled: true },
          },
        }),
      );
      assert.equal((await pack.analyze(cluster(type, before))).length, 2);
      assert.deepEqual(await pack.analyze(cluster(type, after)), []);
    });
  }
});
