import type * as pulumi from "@pulumi/pulumi";
import type {
  DayOfWeek,
  KubeloginMode,
  NetworkMode,
  NodeOsUpgradeChannel,
  OsSku,
  OutboundType,
  Tier,
  UpgradeChannel,
} from "./enums";

/** Between which numbers of nodes the cluster autoscaler may move a pool. */
export interface AutoscalingArgs {
  /** Fewest nodes: 1 to 1000 in the system pool, 0 to 1000 in a user pool. */
  min: pulumi.Input<number>;
  /** Most nodes: `min` to 1000. */
  max: pulumi.Input<number>;
}

/** What every node pool has. Pools are Linux: Calico's eBPF data plane has no Windows. */
export interface NodePoolArgs {
  /** Size of the machines. Default `Standard_D4ds_v5`; a system pool needs at least 4 vCPUs and 4 GB. */
  vmSize?: pulumi.Input<string>;
  /** Number of nodes. Default 3, or `autoscaling.min`. Where autoscaling is on, later changes are the autoscaler's. */
  count?: pulumi.Input<number>;
  /** Cluster autoscaler's bounds. Left out: the number of nodes is fixed. */
  autoscaling?: AutoscalingArgs;
  /** Availability zones, such as `["1", "2", "3"]`. Default: none. Cannot be changed on a living pool. */
  zones?: pulumi.Input<pulumi.Input<string>[]>;
  /** Operating system. Default: AKS's choice, an Ubuntu. */
  osSku?: pulumi.Input<OsSku>;
  /** Most pods on a node, 10 to 250. Default 110 in `Overlay`, AKS's default (30) in `Flat`. */
  maxPods?: pulumi.Input<number>;
  /** Size of the operating system's disk in GB, 30 to 2048. Default: AKS's choice for the machine size. */
  osDiskSizeGb?: pulumi.Input<number>;
  /** Labels of the nodes. */
  labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Taints of the nodes, such as `dedicated=gpu:NoSchedule`. */
  taints?: pulumi.Input<pulumi.Input<string>[]>;
  /** Subnet (resource id) of the nodes. Default `network.subnetId`. */
  subnetId?: pulumi.Input<string>;
}

/** The pool that runs the cluster's own workloads. AKS takes it with the cluster, so it cannot be replaced alone. */
export interface SystemPoolArgs extends NodePoolArgs {
  /** Name: 1 to 12 lower-case letters and digits, a letter first. Default `system`. */
  name?: string;
  /** Keep other workloads away (taint `CriticalAddonsOnly=true:NoSchedule`). Default: true where there are user pools. */
  criticalAddonsOnly?: boolean;
}

/** A further pool, a resource of its own. */
export interface UserPoolArgs extends NodePoolArgs {
  /** Name: 1 to 12 lower-case letters and digits, a letter first; no two pools alike. */
  name: string;
}

/** The cluster's network. Plugin Azure CNI, policy engine Calico and Standard load balancer are given. */
export interface NetworkArgs {
  /** How pods get addresses. Default `Overlay`. Cannot be changed on a living cluster. */
  mode?: NetworkMode;
  /** Subnet (resource id) of the nodes, in a VNet of your own. Default: AKS makes a VNet. */
  subnetId?: pulumi.Input<string>;
  /** Addresses of the pods, only in `Overlay`. Default 10.244.0.0/16; each node takes a /24 of it. */
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
  /** Private DNS zone (resource id), or `system`, or `none`; only on a private cluster. Default `system`. */
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

/** What AKS upgrades by itself. */
export interface UpgradesArgs {
  /** Kubernetes versions. Default `patch`. */
  channel?: UpgradeChannel;
  /** Operating system of the nodes. Default `NodeImage`. */
  nodeOsChannel?: NodeOsUpgradeChannel;
}

/** The weekly hours in which AKS upgrades Kubernetes and node images. */
export interface MaintenanceWindowArgs {
  dayOfWeek: pulumi.Input<DayOfWeek>;
  /** `HH:mm`, in `utcOffset`. */
  startTime: pulumi.Input<string>;
  /** 4 to 24. Default 4. */
  durationHours?: pulumi.Input<number>;
  /** `+HH:mm` or `-HH:mm`. Default `+00:00`. */
  utcOffset?: pulumi.Input<string>;
  /** Every how many weeks, 1 to 4. Default 1. */
  intervalWeeks?: pulumi.Input<number>;
}

/** Arguments of {@link AksCluster}. All have defaults. */
export interface AksClusterArgs {
  /** Azure region. Default: the resource group's, which takes `azure-native:location`. */
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
  /** What AKS upgrades by itself. */
  upgrades?: UpgradesArgs;
  /** When it may. Default: any time. */
  maintenanceWindow?: MaintenanceWindowArgs;
  /** Tags of every Azure resource. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Protect the resource group, the cluster and its pools against deletion (`pulumi.com` option `protect`). Default
   * false. The layers of the data plane are not protected: they can go and come back.
   */
  protect?: boolean;
}
