import * as containerservice from "@pulumi/azure-native/containerservice";
import * as operationalinsights from "@pulumi/azure-native/operationalinsights";
import { Provider } from "@pulumi/azure-native/provider";
import * as resources from "@pulumi/azure-native/resources";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

const config = new pulumi.Config();
const replicas = config.requireNumber("replicas");

const pet = new random.RandomPet("pet", { length: 2 });
const group = new resources.ResourceGroup("shop", { location: "northeurope" });
const cluster = new containerservice.ManagedCluster("shop", {
  resourceGroupName: group.name,
  dnsPrefix: pet.id,
  identity: { type: containerservice.ResourceIdentityType.SystemAssigned },
  agentPoolProfiles: [{ name: "system", mode: "System", count: 2, vmSize: "Standard_D2s_v3" }],
  networkProfile: { networkPlugin: "azure" },
});

// Logs are kept in a subscription of their own.
const audit = new Provider("audit", { subscriptionId: "11111111-1111-1111-1111-111111111111" });
const auditGroup = new resources.ResourceGroup("audit", { location: "westeurope" }, { provider: audit });
const logs = new operationalinsights.Workspace(
  "audit",
  { resourceGroupName: auditGroup.name, retentionInDays: 30, sku: { name: "PerGB2018" } },
  { provider: audit },
);

const credentials = containerservice.listManagedClusterUserCredentialsOutput({
  resourceGroupName: group.name,
  resourceName: cluster.name,
});
export const kubeconfig = pulumi.secret(
  credentials.kubeconfigs.apply(([{ value }]) => Buffer.from(value, "base64").toString()),
);
const shop = new kubernetes.Provider("shop", { kubeconfig });
const team = new kubernetes.core.v1.Namespace("team", { metadata: { name: "team" } }, { provider: shop });
const asTeam = new kubernetes.Provider("team", { kubeconfig, namespace: team.metadata.name });

// It is there before anybody runs this.
new kubernetes.core.v1.Namespace(
  "public",
  {
    metadata: { name: "kube-public", labels: { "kubernetes.io/metadata.name": "kube-public" } },
    spec: { finalizers: ["kubernetes"] },
  },
  { provider: shop, import: "kube-public", retainOnDelete: true },
);
const objects = new kubernetes.yaml.v2.ConfigGroup(
  "objects",
  {
    files: ["objects/*.yaml"],
    yaml: pulumi.interpolate`{apiVersion: v1, kind: ConfigMap, metadata: {name: pet}, data: {name: ${pet.id}}}`,
  },
  { provider: asTeam, dependsOn: team },
);
const release = new kubernetes.helm.v3.Release(
  "front",
  { name: "front", chart: "./chart", values: { replicas, pet: pet.id } },
  { provider: asTeam, dependsOn: objects },
);

export const name = pet.id;
export const status = release.status.status;
export const workspace = logs.id;
export const version = cluster.currentKubernetesVersion;
