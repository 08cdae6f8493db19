import assert from "node:assert/strict";
import { clusterInputs, removeFolders, withCluster, withGroup } from "./fixtures";
import * as beside from "./productionInputs";

const mc = "containerservice:ManagedCluster";

describe("azure: logs go where somebody takes them", () => {
  after(removeFolders);

  const logged = () => clusterInputs(beside.production);
  it("a workspace for the add-on and for Defender", async () => {
    const made = await withGroup();
    await assert.rejects(made.up(mc, "aks", logged()), (error: Error) => {
      const targets = [...error.message.matchAll(/Target="([^"]+)"/g)].map(([, target]) => target);
      assert.deepEqual(targets, [
        "properties.securityProfile.defender.logAnalyticsWorkspaceResourceId",
        "properties.addonProfiles.omsagent.config.logAnalyticsWorkspaceResourceID",
      ]);
      return true;
    });
    await made.up("operationalinsights:Workspace", "logs", beside.workspace());
    await made.up(mc, "aks", logged());
  });
  it("no workspace for an add-on that is off", async () => {
    const made = await withGroup();
    const inputs = clusterInputs((all) => {
      beside.production(all);
      all.addonProfiles.omsagent.enabled = false;
      delete all.securityProfile.defender;
    });
    await made.up(mc, "aks", inputs);
  });
  it("a setting has its resource and its workspace, and a category one sink", async () => {
    const type = "monitor:DiagnosticSetting";
    const made = await withCluster();
    await made.refused(type, beside.setting(), /workspaces\/logs' under resource group 'rg' was not/);
    const { outputs } = await made.up("operationalinsights:Workspace", "logs", beside.workspace());
    assert.match(String(outputs.customerId), /^[0-9a-f-]{36}$/);
    const first = await made.up(type, "logs", beside.setting());
    assert.equal(first.id, `${beside.clusterId}/providers/Microsoft.Insights/diagnosticSettings/logs`);
    await made.refused(
      type,
      beside.setting((all) => (all.name = "more")),
      /Status=409 Code="Conflict" Message="Data sink '.*logs' is already used in diagnostic setting 'logs' for category 'kube-audit-admin'/,
    );
    await made.refused(
      type,
      beside.setting((all) => (all.resourceUri = `${beside.clusterId}x`)),
      /Status=404 Code="ResourceNotFound".*managedClusters\/aksx/,
    );
  });
  it("a collection rule has its workspace, in its region, and an association has both ends", async () => {
    const [rule, association] = ["monitor:DataCollectionRule", "monitor:DataCollectionRuleAssociation"];
    const made = await withCluster();
    await made.refused(rule, beside.collectionRule(), /workspaces\/logs' under resource/);
    await made.up("operationalinsights:Workspace", "logs", beside.workspace());
    await made.refused(
      rule,
      beside.collectionRule((all) => (all.location = "northeurope")),
      /Code="InvalidPayload" Message="The workspace is in westeurope, the data collection rule in northeurope/,
    );
    await made.refused(association, beside.association(), /dataCollectionRules\/insights' .*was not found/);
    const { outputs } = await made.up(rule, "insights", beside.collectionRule());
    assert.match(String(outputs.immutableId), /^dcr-[0-9a-f]{32}$/);
    const elsewhere = beside.association((all) => (all.resourceUri = `${beside.clusterId}x`));
    await made.refused(association, elsewhere, /Status=404 Code="ResourceNotFound".*managedClusters\/aksx/);
    const tie = await made.up(association, "insights", beside.association());
    assert.equal(
      tie.id,
      `${beside.clusterId}/providers/Microsoft.Insights/dataCollectionRuleAssociations/ContainerInsightsExtension`,
    );
  });
  it("what is older than the rehearsal is let pass, and said", async () => {
    const made = await withGroup();
    const elsewhere = beside.workspaceId.replace("resourceGroups/rg", "resourceGroups/central");
    const inputs = clusterInputs((all) => {
      beside.production(all);
      all.addonProfiles.omsagent.config.logAnalyticsWorkspaceResourceID = elsewhere;
      delete all.securityProfile.defender;
    });
    await made.up(mc, "aks", inputs);
    assert.match(
      made.logs.join("\n"),
      /info: .*central.* is outside the rehearsal: whether it exists is not checked/,
    );
  });
});
