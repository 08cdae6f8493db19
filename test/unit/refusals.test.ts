import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster, CalicoEbpfCluster, CalicoEbpfDataplane } from "../../components";
import { record } from "./record";
import { type Case, checkCluster, refusal } from "./refusalCases";

const group = "22222222-2222-2222-2222-222222222222";
const entra = (more: object) => ({ entra: { adminGroupObjectIds: [group], ...more } });
const workspace = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w";
const identity =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/aks";
const zone = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/z";
const importId =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/blue";

const cluster: Case[] = [
  [{ userPool: [] }, "userPool", /write: userPools/],
  [{ disableLocalAccounts: true }, "disableLocalAccounts", /nobody could sign in/],
  [
    { apiServer: { privateCluster: true, authorizedIpRanges: ["203.0.113.0/24"] } },
    "apiServer.authorizedIpRanges",
    /one of the two/,
  ],
  [{ apiServer: { privateDnsZone: "system" } }, "apiServer.privateDnsZone", /privateCluster: true/],
  [{ apiServer: { authorizedIpRanges: ["office"] } }, "apiServer.authorizedIpRanges[0]", /not an IPv4 range/],
  [{ entra: {} }, "entra.adminGroupObjectIds", /is missing/],
  [entra({ adminGroupObjectIds: [] }), "entra.adminGroupObjectIds", /is empty/],
  [entra({ adminGroupObjectIds: ["admins"] }), "entra.adminGroupObjectIds[0]", /GUID/],
  [entra({ kubeloginMode: "azcli" }), "entra.kubeloginMode", /write: "azurecli"|one of azurecli/],
  [entra({ tenantId: "contoso.com" }), "entra.tenantId", /GUID/],
  [{ userAssignedIdentityId: "aks" }, "userAssignedIdentityId", /userAssignedIdentities\/NAME/],
  [{ kubernetesVersion: 1.3 }, "kubernetesVersion", /quotes/],
  [{ kubernetesVersion: "1.35.2" }, "kubernetesVersion", /write: "1\.35"/],
  [{ tier: "Paid" }, "tier", /one of Free, Standard, Premium/],
  [
    { upgrades: { channel: "node-image", nodeOsChannel: "Unmanaged" } },
    "upgrades.nodeOsChannel",
    /NodeImage/,
  ],
  [{ maintenanceWindow: { startTime: "02:00" } }, "maintenanceWindow.dayOfWeek", /is missing/],
  [{ maintenanceWindow: { dayOfWeek: "Sunday", startTime: 120 } }, "maintenanceWindow.startTime", /quotes/],
  [
    { maintenanceWindow: { dayOfWeek: "Sunday", startTime: "02:00", durationHours: 2 } },
    "maintenanceWindow.durationHours",
    /4 to 24/,
  ],
  [
    { maintenanceWindow: { dayOfWeek: "Sunday", startTime: "02:00", utcOffset: "CET" } },
    "maintenanceWindow.utcOffset",
    /\+01:00/,
  ],
  [{ clusterName: "-blue" }, "clusterName", /1 to 63/],
  [{ resourceGroupName: "blue." }, "resourceGroupName", /no period last/],
  [{ tags: { "a/b": "c" } }, 'tags["a/b"]', /without <>/],
  [{ tags: { cost: 5 } }, 'tags["cost"]', /must be a text/],
  [{ protect: "yes" }, "protect", /true or false/],
];

const production: Case[] = [
  [{ monitoring: {} }, "monitoring.logAnalyticsWorkspaceId", /is missing/],
  [
    { monitoring: { logAnalyticsWorkspaceId: "logs" } },
    "monitoring.logAnalyticsWorkspaceId",
    /workspaces\/NAME/,
  ],
  [
    { monitoring: { logAnalyticsWorkspaceId: workspace, diagnosticCategories: ["KubeAudit"] } },
    "monitoring.diagnosticCategories[0]",
    /kube-audit-admin/,
  ],
  [
    { monitoring: { logAnalyticsWorkspaceId: workspace, containerInsights: "yes" } },
    "monitoring.containerInsights",
    /true or false/,
  ],
  [
    { monitoring: { logAnalyticsWorkspaceId: workspace, logAnalyticsLocation: "" } },
    "monitoring.logAnalyticsLocation",
    /westeurope/,
  ],
  [{ defender: {} }, "defender.logAnalyticsWorkspaceId", /is missing/],
  [{ azurePolicy: "on" }, "azurePolicy", /true or false/],
  [
    { keyVaultSecretsProvider: { rotationPollInterval: "2 minutes" } },
    "keyVaultSecretsProvider.rotationPollInterval",
    /"2m"/,
  ],
  [{ keyVaultSecretsProvider: { rotation: "yes" } }, "keyVaultSecretsProvider.rotation", /true or false/],
  [{ diskEncryptionSetId: "keys" }, "diskEncryptionSetId", /diskEncryptionSets\/NAME/],
  [{ addonProfiles: {} }, "addonProfiles", /keyVaultSecretsProvider/],
  [{ createIdentity: true, userAssignedIdentityId: identity }, "createIdentity", /one of the two/],
  [{ createIdentity: "yes" }, "createIdentity", /true or false/],
  [{ operationTimeoutMinutes: 20000 }, "operationTimeoutMinutes", /at most a week/],
  [
    { createIdentity: true, apiServer: { privateCluster: true, privateDnsZone: zone } },
    "createIdentity",
    /Private DNS Zone Contributor/,
  ],
  [{ importId: "blue" }, "importId", /managedClusters\/NAME/],
  [{ importId, clusterName: "green" }, "clusterName", /leave it out/],
  [{ importId, resourceGroupName: "h" }, "resourceGroupName", /leave it out/],
  [
    { importId, mode: "CalicoCni", kubeProxy: "Absent", network: { podCidr: "10.100.0.0/16" } },
    "importId",
    /Disable or Keep/,
  ],
];

describe("arguments that are refused before anything is declared", () => {
  checkCluster(cluster);
  checkCluster(production);

  for (const name of ["", "a_b", "x".repeat(48), "dev-", "1dev"]) {
    it(`refuses a component's name that makes no names in Azure: ${JSON.stringify(name)}`, async () => {
      const error = await refusal(() => new AksCluster(name));
      assert.deepEqual(
        error.errors.map((e) => e.propertyPath),
        ["name"],
      );
    });
  }

  it("names all that is wrong at once", async () => {
    const error = await refusal(
      () =>
        new CalicoEbpfCluster("dev", { tier: "x" as any, dataplane: "y" as any, systemPool: { maxPods: 1 } }),
    );
    assert.deepEqual(
      error.errors.map((e) => e.propertyPath),
      ["systemPool.maxPods", "tier", "dataplane"],
    );
    assert.match(error.message, /^aks-calico-ebpf:index:CalicoEbpfCluster "dev": 3 arguments are refused\n/);
  });
});

describe("values that are known later", () => {
  const later = <T>(value: T) => pulumi.output(value);

  it("are checked before the resource that takes them", async () => {
    const cases: [object, RegExp][] = [
      [{ systemPool: { count: later(0) } }, /systemPool\.count: is 0/],
      [{ network: { podCidr: later("10.0.0.0/16") } }, /overlaps the services' range/],
      [{ network: { serviceCidr: later("10.244.0.0/24") } }, /overlaps/],
      [{ entra: { adminGroupObjectIds: [later("admins")] } }, /adminGroupObjectIds\[0\]/],
      [{ tags: { "a/b": later("c") } }, /tags\["a\/b"\]/],
    ];
    for (const [args, says] of cases) {
      for (const Component of [AksCluster, CalicoEbpfCluster]) {
        await assert.rejects(
          record(() => new Component("dev", args as any)),
          says,
          JSON.stringify(args),
        );
      }
    }
  });

  it("go through where they are right, and derived defaults follow them", async () => {
    const recording = await record(
      () =>
        new AksCluster("dev", {
          network: { serviceCidr: later("172.20.0.0/16") },
          systemPool: { count: later(5) },
        }),
    );
    const { inputs } = recording.named("dev-cluster");
    assert.equal(inputs.networkProfile.dnsServiceIP, "172.20.0.10");
    assert.equal(inputs.agentPoolProfiles[0].count, 5);
  });

  it("hold their layer back: a host that is none reaches no resource", async () => {
    const program = () =>
      new CalicoEbpfDataplane(
        "dev",
        { apiServerHost: later("https://aks.example.net") },
        { provider: new Provider("cluster", { kubeconfig: "{}" }) },
      );
    await assert.rejects(record(program), /apiServerHost: "https:\/\/aks.example.net" does not fit/);
  });
});
