// What is asked of Azure and what it answers, as the rooms here hand them on.
import type { GetManagedClusterResult } from "@pulumi/azure-native/containerservice/getManagedCluster";
import type { ManagedClusterArgs } from "@pulumi/azure-native/containerservice/managedCluster";
import type * as pulumi from "@pulumi/pulumi";
import type { AksClusterPlan } from "../validate/aksCluster";

/** What the rooms of one cluster share. */
export interface ClusterContext {
  /** The component, as a refusal names it. */
  subject: string;
  /** The component's name, with which the name of each resource begins. */
  name: string;
  plan: AksClusterPlan;
  parent: pulumi.Resource;
}

/** The cluster as its children name it. */
export interface InCluster {
  resourceGroupName: pulumi.Input<string>;
  resourceName: pulumi.Input<string>;
}

/** All but the names. */
export type ClusterBody = Omit<ManagedClusterArgs, "resourceGroupName" | "resourceName">;

export type LiveCluster = GetManagedClusterResult;
export type LivePool = NonNullable<LiveCluster["agentPoolProfiles"]>[number];
/** Undefined where there is none. */
export type MaybeLive = pulumi.Output<LiveCluster | undefined>;

/** The names of a cluster, as Azure is asked by them. */
export interface AskedNames {
  resourceGroupName: string;
  resourceName: string;
  subscriptionId?: string;
}

/** What Azure answers, by its own names. */
export type Answer = Pick<
  LiveCluster,
  | ("fqdn" | "privateFQDN" | "nodeResourceGroup" | "oidcIssuerProfile" | "identity" | "identityProfile")
  | ("addonProfiles" | "networkProfile")
>;

/** What the rest of the component needs of either. */
export interface MadeCluster {
  resource: pulumi.CustomResource;
  name: pulumi.Output<string>;
  answer: pulumi.Output<Answer>;
}
