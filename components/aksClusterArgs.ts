import type { ManagedClusterArgs } from "@pulumi/azure-native/containerservice/managedCluster";
import type { containerservice } from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";
import type { CalicoMode, KubeloginMode, KubeProxy, NetworkMode } from "./enums";
import type { FurtherPoolArgs, SystemPoolArgs } from "./nodePoolArgs";

/**
 * Properties of the cluster by azure-native's names (`ManagedClusterArgs`), such as `autoUpgradeProfile`, `addonProfiles`,
 * `aadProfile`, `apiServerAccessProfile`; in other languages a plain map.
 */
export type ManagedClusterProperties = Partial<
  Omit<
    ManagedClusterArgs,
    | ("resourceGroupName" | "resourceName" | "location" | "tags" | "kubernetesVersion" | "identity")
    | ("agentPoolProfiles" | "windowsProfile" | "enableRBAC")
  >
> & { [property: string]: any };

/** When AKS upgrades Kubernetes and node images, by azure-native's names (`MaintenanceWindowArgs`). */
export type MaintenanceWindow = Partial<containerservice.MaintenanceWindowArgs> & { [property: string]: any };

/** What Calico and the pools need of the cluster's network; the rest is `managedCluster.networkProfile`. */
export interface NetworkArgs {
  /** How pods get addresses from Azure CNI. Default `Overlay`. Not in `CalicoCni`. Cannot be changed on a living cluster. */
  mode?: NetworkMode;
  /** Subnet (resource id) of the nodes, in a VNet of your own. Default: AKS makes a VNet, 10.224.0.0/12. */
  subnetId?: pulumi.Input<string>;
  /** Addresses of that VNet, to be checked before Azure is asked: no other range may overlap them. Default: not checked. */
  vnetCidr?: pulumi.Input<string>;
  /**
   * Those of the subnet: it must hold all nodes, one more a pool for upgrades, and in `Flat` their pods. Default: not
   * checked.
   */
  subnetCidr?: pulumi.Input<string>;
  /**
   * Addresses of the pods, in `Overlay` and in `CalicoCni`. Default 10.244.0.0/16 in `Overlay`, none in `CalicoCni`. In
   * `Overlay` each node takes a /24 of it; in `CalicoCni` each node takes a /26 for every 64 of its `maxPods`.
   */
  podCidr?: pulumi.Input<string>;
  /** Addresses of the services. Default 10.0.0.0/16. */
  serviceCidr?: pulumi.Input<string>;
}

/** Where the control plane's logs and the nodes' go. */
export interface MonitoringArgs {
  /** Log Analytics workspace (resource id) that takes them. */
  logAnalyticsWorkspaceId: pulumi.Input<string>;
  /** Collect logs and metrics of nodes and containers: Container insights. Default true. */
  containerInsights?: boolean;
  /**
   * Azure region of the workspace, where Container insights' rule must be (Microsoft Learn, "Data collection rules in
   * Azure Monitor"). Default: the cluster's.
   */
  logAnalyticsLocation?: pulumi.Input<string>;
  /**
   * Logs of the control plane that are sent there, by their category (azure-aks-docs, monitor-aks-reference). Default:
   * `kube-apiserver`, `kube-audit-admin`, `kube-controller-manager`, `kube-scheduler`, `cluster-autoscaler`, `guard`.
   * `kube-audit` adds every reading request, which is most of them and costs accordingly. An empty list sends no logs;
   * metrics always go.
   */
  diagnosticCategories?: pulumi.Input<pulumi.Input<string>[]>;
}

/** Arguments of `AksCluster`. All have defaults. */
export interface AksClusterArgs {
  /**
   * Who brings Calico, from which the network follows. Default `AzureManaged`. `CalicoCni` needs `network.podCidr`. A change
   * on a living cluster is refused, with the path: docs/modes.md.
   */
  mode?: CalicoMode;
  /**
   * What becomes of kube-proxy while eBPF is on. Default `Disable`. With `Absent` the cluster is made by version
   * 2026-03-02-preview of AKS's API; the subscription needs the feature
   * `Microsoft.ContainerService/KubeProxyConfigurationPreview` (azure-aks-docs, configure-kube-proxy). A change to or
   * from it on a living cluster is refused. The other words concern the data plane; `Removed` adds a tag.
   */
  kubeProxy?: KubeProxy;
  /** Azure region. Default: the resource group's; one that is made takes `azure-native:location`. */
  location?: pulumi.Input<string>;
  /** Name of a resource group that exists. Default: one is made. */
  resourceGroupName?: pulumi.Input<string>;
  /** Name of the cluster in Azure. Default: the component's name and a random suffix. */
  clusterName?: pulumi.Input<string>;
  /**
   * Such as `1.35`, which leaves the patch to AKS. Default: AKS's. A cluster that its upgrade channel has moved past it keeps
   * the newer one; no minor version can be skipped.
   */
  kubernetesVersion?: pulumi.Input<string>;
  /** The pool that the cluster is made with. Default: 3 nodes, see there. */
  systemPool?: SystemPoolArgs;
  /** Any number of further pools. Default: none. */
  nodePools?: FurtherPoolArgs[];
  /** The cluster's network. Default: `Overlay`, in a VNet that AKS makes. */
  network?: NetworkArgs;
  /**
   * Any further property of the cluster, by azure-native's name. Ours are defaults: `sku` Base, Free; `autoUpgradeProfile`
   * patch, NodeImage; OIDC issuer and workload identity on; local accounts; what can be switched off, off. Refused is only
   * what follows from other arguments.
   */
  managedCluster?: ManagedClusterProperties;
  /** How `kubelogin`, which must be on the PATH, signs in where there is an `aadProfile`. Default `azurecli`. */
  kubeloginMode?: KubeloginMode;
  /** A user-assigned identity (resource id) for the control plane. Default: system-assigned. */
  userAssignedIdentityId?: pulumi.Input<string>;
  /**
   * Make a user-assigned identity for the control plane and give it, before the cluster is made, the role Network
   * Contributor on every subnet that is named here, and Reader on `managedCluster.diskEncryptionSetID`. A subnet's route
   * table needs no role: AKS writes routes with kubenet alone (azure-aks-docs, configure-kubenet, egress-udr). A private
   * DNS zone of yours needs an identity of yours (azure-aks-docs, private-clusters). Default false. Excludes
   * `userAssignedIdentityId`. Whoever runs Pulumi must be allowed to assign roles.
   */
  createIdentity?: boolean;
  /** When AKS may upgrade Kubernetes versions and node images. Default: any time. */
  maintenanceWindow?: MaintenanceWindow;
  /** Where logs go. Default: nowhere. */
  monitoring?: MonitoringArgs;
  /** Tags of every Azure resource. Default: none. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * How long Azure may take to create, update or delete the cluster or a pool, in minutes, at most a week. Default 480, an
   * upgrade of a thousand nodes a tenth at a time; azure-native itself gives up after 120, while AKS goes on.
   */
  operationTimeoutMinutes?: number;
  /**
   * Protect the resource group, the cluster and its pools against deletion (resource option `protect`), and what is deleted
   * before them, the last layer and the provider, so that `pulumi destroy` is refused before it touches anything. Default
   * false, and true where `importId` is set.
   */
  protect?: boolean;
  /**
   * Takes over a cluster that exists instead of making one: its resource id, which stands for `resourceGroupName` and
   * `clusterName`. Not with `kubeProxy: Absent`. The steps are in `AksCluster`.
   */
  importId?: string;
  /**
   * Lets Pulumi delete the living cluster and make another one where the program asks for what only a new one can have:
   * ranges, names, location, outbound type and the like. Default false: such a change is refused. Take it out again when
   * that is done. A change of `mode` is refused all the same.
   */
  replaceCluster?: boolean;
}
