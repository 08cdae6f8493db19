import type { containerservice } from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";

/** Between which numbers of nodes the cluster autoscaler may move a pool. */
export interface AutoscalingArgs {
  /** Fewest nodes. */
  min: pulumi.Input<number>;
  /** Most nodes. */
  max: pulumi.Input<number>;
}

/**
 * Properties of a pool by azure-native's names (`ManagedClusterAgentPoolProfileArgs`), such as `availabilityZones`,
 * `nodeLabels`, `upgradeSettings`; in other languages a plain map.
 */
export type NodePoolProfile = Partial<
  Omit<
    containerservice.ManagedClusterAgentPoolProfileArgs,
    "name" | "osType" | "type" | "vmSize" | "count" | "enableAutoScaling" | "minCount" | "maxCount"
  >
> & { [property: string]: any };

/** What every node pool has. Pools are scale sets of Linux: Calico's eBPF data plane has no Windows. */
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
  /**
   * Any further property of the pool, by azure-native's name. Ours are defaults: `maxPods` 110 (on a flat network AKS's 30),
   * `vnetSubnetID` `network.subnetId`, `orchestratorVersion` `kubernetesVersion`, `tags` the cluster's.
   */
  profile?: NodePoolProfile;
  /**
   * Replace the pool where the program asks for what only a new one can have, such as another VM size, zones or disks: a new
   * pool is made first, named after this one with a `b` behind, or without it the next time; then AKS drains the old one's nodes,
   * budgets honoured (Azure/AKS#3996, #2090), and deletes it: that of the system pool in the next update. Default false: such a
   * change is refused. Names of at most 11 characters. The nodes' label `agentpool` bears the name that Azure has.
   */
  rotation?: boolean;
}

/** The pool that a cluster is made with. */
export interface SystemPoolArgs extends NodePoolArgs {
  /** Name: 1 to 12 lower-case letters and digits, a letter first. Default `system`. */
  name?: string;
  /** Keep other workloads away (taint `CriticalAddonsOnly=true:NoSchedule`). Default: true where there are user pools. */
  criticalAddonsOnly?: boolean;
}

/** A further pool, a resource of its own: a user pool, unless `profile.mode` is `System`. */
export interface FurtherPoolArgs extends NodePoolArgs {
  /** Name: 1 to 12 lower-case letters and digits, a letter first; no two pools alike. */
  name: string;
}
