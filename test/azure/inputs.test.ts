import assert from "node:assert/strict";
import type { Props } from "../../rehearsal/plugin/provider";
import { clusterInputs, poolInputs, removeFolders, withCluster, withGroup } from "./fixtures";
import * as beside from "./productionInputs";

const mc = "containerservice:ManagedCluster";
const group = { resourceGroupName: "rg" };
const network = { ...group, virtualNetworkName: "net" };
const id = `${beside.rgId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mine`;

/** Type -> inputs, in the order in which they can be made. */
const resources: [string, Props][] = [
  ["managedidentity:UserAssignedIdentity", { ...group, resourceName: "mine", tags: { "a.b/c": "d" } }],
  ["network:VirtualNetwork", { ...network, addressSpace: { addressPrefixes: ["10.100.0.0/16"] } }],
  ["network:Subnet", { ...network, subnetName: "nodes", addressPrefix: "10.100.0.0/20" }],
  ["operationalinsights:Workspace", beside.workspace()],
  ["keyvault:Vault", beside.vault()],
  ["keyvault:Key", beside.key()],
  [
    mc,
    clusterInputs((all) => {
      all.identity = { type: "UserAssigned", userAssignedIdentities: [id] };
      all.autoScalerProfile = { scanInterval: "20s" };
    }),
  ],
  ["containerservice:AgentPool", poolInputs()],
  ["monitor:DiagnosticSetting", beside.setting()],
  ["monitor:DataCollectionRule", beside.collectionRule()],
  ["monitor:DataCollectionRuleAssociation", beside.association()],
  [
    "authorization:RoleAssignment",
    { scope: beside.vaultId, principalId: beside.uuid, roleDefinitionId: beside.role(beside.uuid) },
  ],
];

describe("azure: the inputs that a read finds", () => {
  after(removeFolders);

  it("of an import are those that made the resource; of a refresh where nothing changed, the recorded ones", async () => {
    const made = await withGroup();
    for (const [type, inputs] of resources) {
      const op = made.op(type, "x");
      const { id, inputs: checked, outputs } = await made.up(type, "x", inputs);
      const imported = await made.azure.read(op, id, {}, {});
      const again = await made.azure.check(op, imported!.inputs, { ...checked, __createBeforeDelete: null });
      const { changed } = await made.azure.diff(op, id, imported!.inputs!, imported!.outputs, {
        ...again.inputs,
        __createBeforeDelete: null,
      });
      assert.deepEqual(changed, [], type);
      assert.deepEqual((await made.azure.read(op, id, checked, outputs))?.inputs, checked, type);
    }
  });
  it("of a refresh carry over what changed in Azure, and nothing of its defaults", async () => {
    const made = await withCluster();
    const op = made.op(mc, "aks");
    const [before] = [(await made.azure.read(op, beside.clusterId, {}, {}))!];
    const theirs = clusterInputs((all) => {
      all.tags.owner = "b";
      all.agentPoolProfiles[0].count = 5;
    });
    const { inputs } = await made.azure.check(op, undefined, theirs);
    await made.azure.update(op, beside.clusterId, {}, {}, inputs);
    const recorded = (await made.azure.check(op, undefined, clusterInputs())).inputs;
    const found = await made.azure.read(op, beside.clusterId, recorded, before.outputs);
    assert.deepEqual(found?.inputs, inputs);
    const diff = await made.azure.diff(op, "", found!.inputs!, found!.outputs, recorded);
    assert.deepEqual(diff.changed.sort(), ["agentPoolProfiles[0].count", "tags.owner"]);
  });
  it("of a refresh list pools made elsewhere, as azure-native's do", async () => {
    const made = await withCluster();
    const op = made.op(mc, "aks");
    const { inputs } = await made.azure.check(op, undefined, clusterInputs());
    const before = (await made.azure.read(op, beside.clusterId, inputs, {}))!;
    await made.up("containerservice:AgentPool", "user", poolInputs());
    const found = await made.azure.read(op, beside.clusterId, inputs, before.outputs);
    const names = (of?: Props) => (of!.agentPoolProfiles as Props[]).map((pool) => pool.name);
    assert.deepEqual(names(found!.inputs), ["system", "user"]);
    // A program that ignores changes of the list sends it back.
    const { outputs } = await made.azure.update(op, beside.clusterId, {}, {}, found!.inputs!);
    assert.deepEqual(names(outputs), ["system", "user"]);
  });
  it("are not made of another type's id", async () => {
    const made = await withCluster();
    assert.equal(await made.azure.read(made.op("keyvault:Vault", "x"), beside.clusterId, {}, {}), undefined);
  });
  it("a program that spells out what Azure has made up replaces nothing", async () => {
    const made = await withCluster();
    const op = made.op(mc, "aks");
    const { inputs, outputs } = (await made.azure.read(op, beside.clusterId, {}, {}))!;
    const news = { ...inputs, azureApiVersion: "2025-09-01", nodeResourceGroup: outputs.nodeResourceGroup };
    const diff = await made.azure.diff(op, "", inputs!, outputs, news);
    assert.deepEqual([diff.changed, diff.replace], [["nodeResourceGroup"], []]);
  });
});
