// A cluster for strict policies: own network, own key, logs, sign-in with Entra, zones, autoscaling, paid tier.
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import * as pulumi from "@pulumi/pulumi";
// In a project of your own: from "aks-calico-ebpf".
import { CalicoEbpfCluster } from "../../components";
import type { Dataplane, KubeloginMode, KubeProxy, MaintenanceWindow } from "../../components";
import { diskEncryption, network, workspace } from "./surroundings";

const config = new pulumi.Config();
const tags = config.requireObject<Record<string, string>>("tags");
const protect = config.requireBoolean("protect");
const group = new ResourceGroup("production", { tags }, { protect });
const place = { resourceGroupName: group.name, tags };

const logAnalyticsWorkspaceId = workspace(place);
const ranges = config.requireObject<string[]>("authorizedIPRanges");
const [vnetCidr, subnetCidr] = [config.require("vnetCidr"), config.require("subnetCidr")];
const subnetId = network(place, vnetCidr, subnetCidr);
const nodes = {
  vmSize: config.require("vmSize"),
  // By azure-native's names, as all below `managedCluster`.
  profile: { availabilityZones: ["1", "2", "3"], osDiskType: "Ephemeral", enableEncryptionAtHost: true },
};

const cluster = new CalicoEbpfCluster("prod", {
  ...place,
  systemPool: { ...nodes, autoscaling: { min: 3, max: 6 } },
  nodePools: [{ ...nodes, name: "work", autoscaling: { min: 3, max: config.requireNumber("maxNodes") } }],
  network: {
    subnetId,
    vnetCidr,
    subnetCidr,
    podCidr: config.require("podCidr"),
  },
  managedCluster: {
    sku: { name: "Base", tier: "Standard" },
    apiServerAccessProfile:
      ranges.length > 0 ? { authorizedIPRanges: ranges } : { enablePrivateCluster: true },
    aadProfile: {
      adminGroupObjectIDs: config.requireObject<string[]>("adminGroupObjectIDs"),
      enableAzureRBAC: true,
    },
    disableLocalAccounts: true,
    securityProfile: {
      defender: {
        logAnalyticsWorkspaceResourceId: logAnalyticsWorkspaceId,
        securityMonitoring: { enabled: true },
      },
    },
    addonProfiles: {
      azurepolicy: { enabled: true },
      azureKeyvaultSecretsProvider: { enabled: true, config: { enableSecretRotation: "true" } },
    },
    diskEncryptionSetID: diskEncryption(place),
    autoUpgradeProfile: { upgradeChannel: "stable", nodeOSUpgradeChannel: "NodeImage" },
  },
  kubeloginMode: config.require<KubeloginMode>("kubeloginMode"),
  // With the roles that it needs on the subnet and on the disk encryption set, before the cluster is made.
  createIdentity: true,
  monitoring: { logAnalyticsWorkspaceId },
  maintenanceWindow: config.requireObject<MaintenanceWindow>("maintenanceWindow"),
  dataplane: config.require<Dataplane>("dataplane"),
  kubeProxy: config.require<KubeProxy>("kubeProxy"),
  rollout: { maxUnavailable: config.require("maxUnavailable") },
  felixMetrics: {},
  protect,
});

export const { clusterName, resourceGroupName, fqdn, oidcIssuerUrl, linuxDataplane, calicoVersion } = cluster;
