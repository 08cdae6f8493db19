import type * as pulumi from "@pulumi/pulumi";
import type { CalicoMode, KubeloginMode, KubeProxy, NetworkMode, OutboundType, Tier } from "./enums";
import type { SystemPoolArgs, UserPoolArgs } from "./nodePoolArgs";
import type {
  DefenderArgs,
  KeyVaultSecretsProviderArgs,
  MaintenanceWindowArgs,
  MonitoringArgs,
  UpgradesArgs,
} from "./operationsArgs";

/** The cluster's network. Plugin and policy engine follow from `mode`; the load balancer is Standard. */
export interface NetworkArgs {
  /** How pods get addresses from Azure CNI. Default `Overlay`. Not in `CalicoCni`. Cannot be changed on a living cluster. */
  mode?: NetworkMode;
  /** Subnet (resource id) of the nodes, in a VNet of your own. Default: AKS makes a VNet, 10.224.0.0/12. */
  subnetId?: pulumi.Input<string>;
  /**
   * Addresses of that VNet, and of that subnet, to be checked before Azure is asked: no other range may overlap them,
   * and the subnet must hold all nodes, one more a pool for upgrades, and in `Flat` their pods. Default: not checked.
   */
  vnetCidr?: pulumi.Input<string>;
  /** See `vnetCidr`. */
  subnetCidr?: pulumi.Input<string>;
  /**
   * Addresses of the pods, in `Overlay` and in `CalicoCni`. Default 10.244.0.0/16 in `Overlay`, none in `CalicoCni`. In
   * `Overlay` each node takes a /24 of it; in `CalicoCni` each node takes a /26 for every 64 of its `maxPods`.
   */
  podCidr?: pulumi.Input<string>;
  /** Addresses of the services. Default 10.0.0.0/16. Must overlap neither the pods' range nor the VNet. */
  serviceCidr?: pulumi.Input<string>;
  /** Address of the DNS service, inside `serviceCidr`, not its first. Default: its tenth. */
  dnsServiceIp?: pulumi.Input<string>;
  /** How traffic leaves the cluster. Default `loadBalancer`. */
  outboundType?: OutboundType;
}

/** Who reaches the API server. Either authorized ranges or a private cluster. */
export interface ApiServerArgs {
  /** Public address ranges that may reach it; the place where Pulumi runs must be among them. Default: all. */
  authorizedIpRanges?: pulumi.Input<pulumi.Input<string>[]>;
  /** The API server has a private address only; Pulumi must run where that is reached. Default false. */
  privateCluster?: boolean;
  /**
   * Private DNS zone (resource id), or `system`, or `none`, with which the cluster has a public name for its private address;
   * only on a private cluster. Default `system`.
   */
  privateDnsZone?: pulumi.Input<string>;
}

/** Sign-in with Microsoft Entra ID. */
export interface EntraArgs {
  /** Object ids (GUIDs) of the groups whose members administer the cluster; Pulumi's own identity must be in one. */
  adminGroupObjectIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Switch local accounts off, so that Entra is the only way in. Default true. */
  disableLocalAccounts?: boolean;
  /** Authorize by Azure roles too, beside Kubernetes RBAC. Default false. */
  azureRbac?: pulumi.Input<boolean>;
  /** Entra tenant (GUID). Default: the subscription's. */
  tenantId?: pulumi.Input<string>;
  /** How `kubelogin`, which must be on the PATH, signs in. Default `azurecli`. */
  kubeloginMode?: KubeloginMode;
}

/** Arguments of {@link AksCluster}. All have defaults. */
export interface AksClusterArgs {
  /**
   * Who brings Calico, from which the network follows. Default `AzureManaged`: plugin `azure`, policy `calico`.
   * `SelfManaged`: plugin `azure`, policy `none`. `CalicoCni`: plugin `none`, no policy, and `network.podCidr` is needed.
   * A change on a living cluster is refused, with the path: docs/modes.md.
   */
  mode?: CalicoMode;
  /**
   * `Absent` makes the cluster without kube-proxy, only in `CalicoCni`, with version 2026-03-02-preview of AKS's API; the
   * subscription needs the feature `Microsoft.ContainerService/KubeProxyConfigurationPreview` (azure-aks-docs,
   * configure-kube-proxy). `Removed` says that `az aks update` has taken it out of the living cluster: docs/modes.md. The
   * other words concern the data plane and change nothing in the cluster. A change to or from `Absent` on a living cluster
   * is refused.
   */
  kubeProxy?: KubeProxy;
  /** Azure region. Default: the resource group's; one that is made takes `azure-native:location`. */
  location?: pulumi.Input<string>;
  /** Name of a resource group that exists. Default: one is made. */
  resourceGroupName?: pulumi.Input<string>;
  /** Name of the cluster in Azure. Default: the component's name and a random suffix. */
  clusterName?: pulumi.Input<string>;
  /** `1.35`, or `1.35.2` where `upgrades.channel` is `none` or `node-image`. Default: AKS's. */
  kubernetesVersion?: pulumi.Input<string>;
  /** Price tier of the control plane. Default `Free`. */
  tier?: pulumi.Input<Tier>;
  /** The system pool. */
  systemPool?: SystemPoolArgs;
  /** Any number of further pools. */
  userPools?: UserPoolArgs[];
  /** The cluster's network. */
  network?: NetworkArgs;
  /** Who reaches the API server. */
  apiServer?: ApiServerArgs;
  /** Sign-in with Entra. Left out: local accounts. */
  entra?: EntraArgs;
  /** A user-assigned identity (resource id) for the control plane. Default: system-assigned. */
  userAssignedIdentityId?: pulumi.Input<string>;
  /**
   * Make a user-assigned identity for the control plane and give it, before the cluster is made, the role Network
   * Contributor on every subnet that is named here, and Reader on `diskEncryptionSetId`. A subnet's route table needs no
   * role: AKS writes routes with kubenet alone (azure-aks-docs, configure-kubenet, egress-udr). Default false. Excludes
   * `userAssignedIdentityId`. Whoever runs Pulumi must be allowed to assign roles.
   */
  createIdentity?: boolean;
  /** What AKS upgrades by itself. */
  upgrades?: UpgradesArgs;
  /** When it may. Default: any time. */
  maintenanceWindow?: MaintenanceWindowArgs;
  /** Where logs go. Default: nowhere. */
  monitoring?: MonitoringArgs;
  /** Microsoft Defender for Containers. Default: off. */
  defender?: DefenderArgs;
  /** Azure Policy's add-on (Gatekeeper in the cluster). Default false. */
  azurePolicy?: boolean;
  /** The Key Vault secrets provider. Default: off; an empty object switches it on with its defaults. */
  keyVaultSecretsProvider?: KeyVaultSecretsProviderArgs;
  /**
   * Disk encryption set (resource id), with a key of yours, for the disks of nodes and volumes. Default: Azure's keys. The
   * cluster's identity needs Reader on it. Cannot be changed on a living cluster (azure-aks-docs,
   * azure-disk-customer-managed-keys).
   */
  diskEncryptionSetId?: pulumi.Input<string>;
  /** Tags of every Azure resource. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * How long Azure may take to create, update or delete the cluster or a pool, in minutes; fractions from 0.1 on, at most a
   * week. Default 480, an upgrade of a thousand nodes a tenth at a time; azure-native itself gives up after 120, while AKS
   * goes on.
   */
  operationTimeoutMinutes?: number;
  /**
   * Protect the resource group, the cluster and its pools against deletion (resource option `protect`), and what is deleted
   * before them, the last layer and the provider, so that `pulumi destroy` is refused before it touches anything. Default
   * false, and true where `importId` is set.
   */
  protect?: boolean;
  /**
   * Takes over a cluster that exists instead of making one: its resource id,
   * `/subscriptions/S/resourceGroups/G/providers/Microsoft.ContainerService/managedClusters/N`. `resourceGroupName` and
   * `clusterName` are read from it. Not with `kubeProxy: Absent`. The steps are in {@link AksCluster}.
   */
  importId?: string;
}
