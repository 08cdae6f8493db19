// A cluster for strict policies: own network, own key, logs, sign-in with Entra, zones, autoscaling, paid tier.
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import * as pulumi from "@pulumi/pulumi";
// In a project of your own: from "aks-calico-ebpf".
import { CalicoEbpfCluster, OsDiskType } from "../../components";
import type { Dataplane, KubeloginMode, KubeProxy, MaintenanceWindowArgs } from "../../components";
import { diskEncryption, network, workspace } from "./surroundings";

const config = new pulumi.Config();
const tags = config.requireObject<Record<string, string>>("tags");
const protect = config.requireBoolean("protect");
const group = new ResourceGroup("production", { tags }, { protect });
const place = { resourceGroupName: group.name, tags };

const logAnalyticsWorkspaceId = workspace(place);
const ranges = config.requireObject<string[]>("authorizedIpRanges");
const [vnetCidr, subnetCidr] = [config.require("vnetCidr"), config.require("subnetCidr")];
const subnetId = network(place, vnetCidr, subnetCidr);
const diskEncryptionSetId = diskEncryption(place);
const nodes = {
  vmSize: config.require("vmSize"),
  zones: ["1", "2", "3"],
  maxPods: 110,
  osDiskType: OsDiskType.Ephemeral,
  encryptionAtHost: true,
};

const cluster = new CalicoEbpfCluster("prod", {
  ...place,
  tier: "Standard",
  systemPool: { ...nodes, autoscaling: { min: 3, max: 6 } },
  userPools: [{ ...nodes, name: "work", autoscaling: { min: 3, max: config.requireNumber("maxNodes") } }],
  network: {
    subnetId,
    vnetCidr,
    subnetCidr,
    podCidr: config.require("podCidr"),
  },
  // With the roles that it needs on the subnet and on the disk encryption set, before the cluster is made.
  createIdentity: true,
  apiServer: ranges.length > 0 ? { authorizedIpRanges: ranges } : { privateCluster: true },
  entra: {
    adminGroupObjectIds: config.requireObject<string[]>("adminGroupObjectIds"),
    kubeloginMode: config.require<KubeloginMode>("kubeloginMode"),
    azureRbac: true,
  },
  monitoring: { logAnalyticsWorkspaceId },
  defender: { logAnalyticsWorkspaceId },
  azurePolicy: true,
  keyVaultSecretsProvider: { rotation: true },
  diskEncryptionSetId,
  upgrades: { channel: "stable", nodeOsChannel: "NodeImage" },
  maintenanceWindow: config.requireObject<MaintenanceWindowArgs>("maintenance"),
  dataplane: config.require<Dataplane>("dataplane"),
  kubeProxy: config.require<KubeProxy>("kubeProxy"),
  rollout: { maxUnavailable: config.require("maxUnavailable") },
  felixMetrics: {},
  protect,
});

export const { clusterName, resourceGroupName, fqdn, oidcIssuerUrl, linuxDataplane, calicoVersion } = cluster;
