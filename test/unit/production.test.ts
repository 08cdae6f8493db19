// What a cluster for production has beside the cluster: identity, logs, encryption, add-ons.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster, type AksClusterArgs } from "../../components";
import { record } from "./record";

const network = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets";
const workspace = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w";
const diskSet = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/diskEncryptionSets/d";

const cluster = (args: AksClusterArgs) => record(() => new AksCluster("dev", args));
const bodyOf = async (args: AksClusterArgs) => (await cluster(args)).named("dev-cluster").inputs;

describe("a cluster for production", () => {
  it("sends the control plane's logs and metrics to a workspace, by a setting that is deleted before the cluster", async () => {
    const recording = await cluster({
      monitoring: { logAnalyticsWorkspaceId: workspace, containerInsights: false },
    });
    const setting = recording.named("dev-diagnostics");
    assert.equal(setting.type, "azure-native:monitor:DiagnosticSetting");
    assert.equal(setting.parent, "dev");
    assert.deepEqual(setting.inputs, {
      name: "dev-x7k2p9-diagnostics",
      resourceUri: "/id/of/dev-cluster",
      workspaceId: workspace,
      logAnalyticsDestinationType: "Dedicated",
      logs: [
        "kube-apiserver",
        "kube-audit-admin",
        "kube-controller-manager",
        "kube-scheduler",
        "cluster-autoscaler",
        "guard",
      ].map((category) => ({ category, enabled: true })),
      metrics: [{ category: "AllMetrics", enabled: true }],
    });
    // With `deletedWith` the engine would leave it in Azure, where it would wait for the next cluster of that name.
    assert.equal(setting.deletedWith, "");
    assert.ok(setting.dependsOn.includes("dev-cluster"));
    assert.deepEqual(recording.named("dev-cluster").inputs.addonProfiles.omsagent, { enabled: false });
    assert.ok(!recording.resources.some((r) => r.name.startsWith("dev-insights")));
  });

  it("sends those logs that are asked for", async () => {
    const categories = ["kube-audit", pulumi.output("guard")];
    const recording = await cluster({
      monitoring: { logAnalyticsWorkspaceId: workspace, diagnosticCategories: categories },
    });
    assert.deepEqual(recording.named("dev-diagnostics").inputs.logs, [
      { category: "kube-audit", enabled: true },
      { category: "guard", enabled: true },
    ]);
  });

  it("collects from nodes and containers: the add-on, and the rule without which it sends nothing", async () => {
    const recording = await cluster({ monitoring: { logAnalyticsWorkspaceId: workspace } });
    assert.deepEqual(recording.named("dev-cluster").inputs.addonProfiles.omsagent, {
      enabled: true,
      config: { logAnalyticsWorkspaceResourceID: workspace, useAADAuth: "true" },
    });
    const rule = recording.named("dev-insights");
    assert.equal(rule.type, "azure-native:monitor:DataCollectionRule");
    const { dataSources, destinations, dataFlows, dataCollectionRuleName, location } = rule.inputs;
    assert.equal(dataCollectionRuleName, "dev-x7k2p9-insights");
    assert.equal(location, "westeurope");
    assert.equal(dataSources.extensions[0].extensionName, "ContainerInsights");
    assert.equal(destinations.logAnalytics[0].workspaceResourceId, workspace);
    assert.deepEqual(dataFlows, [
      {
        streams: dataSources.extensions[0].streams,
        destinations: [destinations.logAnalytics[0].name],
      },
    ]);
    const elsewhere = { logAnalyticsWorkspaceId: workspace, logAnalyticsLocation: "northeurope" };
    assert.equal(
      (await cluster({ monitoring: elsewhere })).named("dev-insights").inputs.location,
      "northeurope",
    );
    const association = recording.named("dev-insights-association");
    assert.equal(association.type, "azure-native:monitor:DataCollectionRuleAssociation");
    assert.deepEqual(association.inputs, {
      resourceUri: "/id/of/dev-cluster",
      associationName: "ContainerInsightsExtension",
      dataCollectionRuleId: "/id/of/dev-insights",
    });
    for (const one of [rule, association]) assert.deepEqual([one.parent, one.deletedWith], ["dev", ""]);
  });

  it("switches on what is asked for, each by itself, wherever in it an Output stands", async () => {
    const off = { enabled: false };
    const [secrets, config] = ["azureKeyvaultSecretsProvider", { rotationPollInterval: "1h" }];
    const defender = { logAnalyticsWorkspaceResourceId: workspace, securityMonitoring: { enabled: true } };
    const known = {
      addonProfiles: { [secrets]: { enabled: true, config } },
      securityProfile: { defender },
      storageProfile: { blobCSIDriver: { enabled: true } },
    };
    const inside = {
      ...known,
      addonProfiles: { [secrets]: { enabled: pulumi.output(true), config: pulumi.output(config) } },
      securityProfile: {
        defender: { ...defender, logAnalyticsWorkspaceResourceId: pulumi.output(workspace) },
      },
    };
    const { addonProfiles, securityProfile } = pulumi.output(known);
    for (const managedCluster of [known, inside, { ...known, addonProfiles, securityProfile }]) {
      const { addonProfiles, securityProfile, storageProfile } = await bodyOf({ managedCluster });
      assert.deepEqual(addonProfiles[secrets], { enabled: true, config });
      assert.deepEqual(addonProfiles.azurepolicy, off);
      assert.deepEqual(securityProfile, {
        workloadIdentity: { enabled: true },
        imageCleaner: off,
        defender,
      });
      assert.deepEqual(storageProfile, known.storageProfile);
    }
  });

  it("encrypts disks with a key of the user's and on the host, and keeps system disks on the machines", async () => {
    const profile = { enableEncryptionAtHost: true, osDiskType: "Ephemeral", osDiskSizeGB: 60 };
    const recording = await cluster({
      managedCluster: { diskEncryptionSetID: diskSet },
      systemPool: { profile },
      nodePools: [{ name: "work", profile }],
    });
    const { diskEncryptionSetID, agentPoolProfiles } = recording.named("dev-cluster").inputs;
    assert.equal(diskEncryptionSetID, diskSet);
    for (const body of [agentPoolProfiles[0], recording.named("dev-pool-work").inputs]) {
      const { enableEncryptionAtHost, osDiskType, osDiskSizeGB } = body;
      assert.deepEqual({ enableEncryptionAtHost, osDiskType, osDiskSizeGB }, profile);
    }
  });
});

describe("an identity that is made", () => {
  const role = {
    roleDefinitionId:
      "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7",
    principalId: "33333333-3333-3333-3333-333333333333",
    principalType: "ServicePrincipal",
  };

  it("has its role on every subnet before the cluster is made", async () => {
    const recording = await cluster({
      createIdentity: true,
      location: "northeurope",
      tags: { team: "platform" },
      network: { subnetId: `${network}/nodes` },
      nodePools: [
        { name: "work", profile: { vnetSubnetID: `${network}/work`, podSubnetID: `${network}/pods` } },
        { name: "more", profile: { vnetSubnetID: `${network}/work` } },
        { name: "spare" },
        { name: "edge", profile: { vnetSubnetID: `${network}/nodes` } },
      ],
      managedCluster: { apiServerAccessProfile: { subnetId: `${network}/api` } },
    });
    const identity = recording.named("dev-identity");
    assert.equal(identity.type, "azure-native:managedidentity:UserAssignedIdentity");
    assert.deepEqual(identity.inputs, {
      resourceGroupName: "dev-x7k2p9",
      resourceName: "dev-x7k2p9-identity",
      location: "northeurope",
      tags: { team: "platform" },
    });
    const roles = recording.resources.filter((r) => r.type === "azure-native:authorization:RoleAssignment");
    assert.deepEqual(
      roles.map((r) => [r.name, r.inputs]),
      [
        ["dev-subnet-role-nodes-226241", { ...role, scope: `${network}/nodes` }],
        ["dev-subnet-role-api-8ecd6a", { ...role, scope: `${network}/api` }],
        ["dev-subnet-role-work-78c2f9", { ...role, scope: `${network}/work` }],
        ["dev-subnet-role-pods-cabf7d", { ...role, scope: `${network}/pods` }],
      ],
    );
    const { inputs, dependsOn } = recording.named("dev-cluster");
    assert.deepEqual(inputs.identity, {
      type: "UserAssigned",
      userAssignedIdentities: ["/id/of/dev-identity"],
    });
    for (const { name } of roles) assert.ok(dependsOn.includes(name), name);
    for (const one of [identity, ...roles]) assert.deepEqual([one.parent, one.deletedWith], ["dev", ""]);
  });

  it("has it once on a subnet, however often an Output of it is used", async () => {
    const names = ["dev-subnet-role-nodes-226241", "dev-subnet-role-work-78c2f9"];
    for (const preview of [false, true]) {
      const later = (id: string) => pulumi.output(preview ? (pulumi.unknown as never) : id);
      const recording = await record(
        () => {
          const nodes = later(`${network}/nodes`);
          return new AksCluster("dev", {
            createIdentity: true,
            network: { subnetId: nodes },
            systemPool: { profile: { vnetSubnetID: nodes } },
            nodePools: [
              { name: "edge", profile: { vnetSubnetID: nodes.apply((id) => id.toUpperCase()) } },
              { name: "work", profile: { vnetSubnetID: later(`${network}/work`) } },
            ],
          });
        },
        { preview },
      );
      const roles = recording.resources.filter((r) => r.type === "azure-native:authorization:RoleAssignment");
      // It is named after the subnet, which is not known yet.
      assert.deepEqual(roles.map((r) => r.name).sort(), preview ? [] : names);
      const { dependsOn } = recording.named("dev-cluster");
      if (!preview) for (const name of names) assert.ok(dependsOn.includes(name), name);
    }
  });

  it("keeps its role on a subnet whichever pool is in it", async () => {
    const rolesOf = async (...names: string[]) => {
      const nodePools = names.map((name, i) => ({ name, profile: { vnetSubnetID: `${network}/n${i}` } }));
      const { resources } = await cluster({ createIdentity: true, nodePools });
      return resources.filter(({ name }) => name.startsWith("dev-subnet-role")).map(({ name }) => name);
    };
    const before = await rolesOf("work", "more");
    assert.equal(before.length, 2);
    assert.deepEqual(await rolesOf("other", "work"), before);
  });

  it("may read the disk encryption set before the cluster is made", async () => {
    const managedCluster = { diskEncryptionSetID: diskSet };
    const recording = await cluster({ createIdentity: true, managedCluster });
    assert.deepEqual(recording.named("dev-disks-role").inputs, {
      ...role,
      roleDefinitionId: role.roleDefinitionId.replace(/[^/]+$/, "acdd72a7-3385-48ef-bd42-f606fba81ae7"),
      scope: diskSet,
    });
    assert.ok(recording.named("dev-cluster").dependsOn.includes("dev-disks-role"));
  });

  it("takes the subscription from a subnet that is known later, and needs no role where AKS makes the network", async () => {
    const later = await cluster({
      createIdentity: true,
      network: { subnetId: pulumi.output(`${network}/nodes`) },
    });
    assert.deepEqual(later.named("dev-subnet-role-nodes-226241").inputs, {
      ...role,
      scope: `${network}/nodes`,
    });
    const types = (await cluster({ createIdentity: true })).resources.map((r) => r.type);
    assert.ok(types.includes("azure-native:managedidentity:UserAssignedIdentity"));
    assert.ok(!types.includes("azure-native:authorization:RoleAssignment"));
  });
});
