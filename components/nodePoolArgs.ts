import type * as pulumi from "@pulumi/pulumi";
import type { OsDiskType, OsSku } from "./enums";

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
  /**
   * Number of nodes. Default 3, or `autoscaling.min`, and in a pool that lives what it has. Where autoscaling is on, later
   * changes are the autoscaler's.
   */
  count?: pulumi.Input<number>;
  /** Cluster autoscaler's bounds. Left out: the number of nodes is fixed. */
  autoscaling?: AutoscalingArgs;
  /** Availability zones, such as `["1", "2", "3"]`. Default: none. Cannot be changed on a living pool. */
  zones?: pulumi.Input<pulumi.Input<string>[]>;
  /** Operating system. Default: AKS's choice, an Ubuntu. */
  osSku?: pulumi.Input<OsSku>;
  /**
   * Most pods on a node, 10 to 250. Default 110; on a flat network AKS's default, 30 (azure-aks-docs,
   * concepts-network-ip-address-planning). The ranges of addresses must be large enough for it.
   */
  maxPods?: pulumi.Input<number>;
  /** Size of the operating system's disk in GB, 30 to 2048. Default: AKS's choice for the machine size. */
  osDiskSizeGb?: pulumi.Input<number>;
  /**
   * Where the operating system's disk lies. Default: AKS's choice, `Ephemeral` where the machine size has room for it.
   * `Ephemeral` needs a machine size with a disk of its own of at least `osDiskSizeGb`.
   */
  osDiskType?: pulumi.Input<OsDiskType>;
  /**
   * Encrypt temporary disks and caches on the machine's host too. Default false. The subscription needs the feature
   * `Microsoft.Compute/EncryptionAtHost` (azure-aks-docs, enable-host-encryption). Cannot be changed on a living pool.
   */
  encryptionAtHost?: pulumi.Input<boolean>;
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
