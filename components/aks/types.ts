// What is asked of Azure and what it answers, as the rooms here hand them on.
import type { GetManagedClusterResult } from "@pulumi/azure-native/containerservice/getManagedCluster";
import type { ManagedClusterArgs } from "@pulumi/azure-native/containerservice/managedCluster";
import type * as pulumi from "@pulumi/pulumi";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { PoolPlan } from "../validate/pools";

/** What the rooms of one cluster share. */
export interface ClusterContext {
  /** The component, as a refusal names it. */
  subject: string;
  /** The component's name, with which the name of each resource begins. */
  name: string;
  plan: AksClusterPlan;
  parent: pulumi.Resource;
  /** @param suffix what the name of the resource has behind the component's */
  recorded: (suffix: string) => MaybeRecorded;
  /** The program's names of the pools that the state has as resources, by their names in Azure. */
  heldPools: Promise<Map<string, string>>;
}

export type Members = Record<string, any>;

/** What the state has of a resource of Azure's. */
export interface Recorded {
  id: string;
  /** Whether it is azure-native's generic resource: a cluster without kube-proxy. */
  isGeneric?: boolean;
  /** As the typed resource has them. */
  inputs: Members;
  /** What Azure has answered, when Pulumi saw it last. */
  answer?: Members;
  /** One that did not get ready is updated in any case. */
  isReady: boolean;
  /** Nor one with secrets: nothing is taken out of their envelopes. */
  isComparable: boolean;
}

/**
 * Undefined in the first run, and where it is not to be had. A promise: an Output of the component would have its resources
 * wait for all its children, themselves among them.
 */
export type MaybeRecorded = Promise<Recorded | undefined>;

/** The cluster as its children name it. */
export interface InCluster {
  resourceGroupName: pulumi.Input<string>;
  resourceName: pulumi.Input<string>;
}

/** All but the names. */
export type ClusterBody = Omit<ManagedClusterArgs, "resourceGroupName" | "resourceName">;

export type LiveCluster = GetManagedClusterResult;
export type LivePool = NonNullable<LiveCluster["agentPoolProfiles"]>[number];
/** A pool of the program. */
export interface AskedPool extends PoolPlan {
  /** Resolved. */
  body: Members;
  /** What the state has of the resource of its name. */
  recorded?: Recorded;
  /** The living pool that it is, or that it takes the place of. */
  has?: LivePool;
}
/** Undefined where there is none. */
export type MaybeLive = pulumi.Output<LiveCluster | undefined>;

/** The names of a cluster, as Azure is asked by them. */
export type AskedNames = pulumi.Unwrap<InCluster> & { subscriptionId?: string };

/** What Azure answers, by its own names. */
export type Answer = Partial<LiveCluster>;

/** What the rest of the component needs of either. */
export interface MadeCluster {
  resource: pulumi.CustomResource & { name: pulumi.Output<string> };
  answer: pulumi.Output<Answer>;
}
