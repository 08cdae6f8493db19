import assert from "node:assert/strict";
import { UNKNOWN, type Props } from "../../rehearsal/plugin/provider";
import { clusterInputs, genericInputs, removeFolders, world } from "./fixtures";
import { vault } from "./productionInputs";

const planned = async (type: string, inputs: Props): Promise<any> => {
  const made = await world();
  return made.azure.planned!(made.op(type, "x"), inputs);
};

describe("azure: what a preview knows of outputs", () => {
  after(removeFolders);

  it("the inputs, and unknown what Azure adds inside them", async () => {
    const inputs = clusterInputs();
    const outputs = await planned("containerservice:ManagedCluster", inputs);
    assert.deepEqual(outputs.identity, { type: "SystemAssigned", principalId: UNKNOWN, tenantId: UNKNOWN });
    assert.deepEqual(outputs.oidcIssuerProfile, { enabled: true, issuerURL: UNKNOWN });
    assert.deepEqual(outputs.networkProfile, inputs.networkProfile);
    assert.equal((inputs.identity as Props).principalId, undefined);
  });
  it("a vault's address", async () => {
    assert.equal((await planned("keyvault:Vault", vault())).properties.vaultUri, UNKNOWN);
  });
  it("nothing of a generic resource's `properties`", async () => {
    assert.deepEqual(
      (await planned("resources:Resource", genericInputs())).properties,
      genericInputs().properties,
    );
  });
});
