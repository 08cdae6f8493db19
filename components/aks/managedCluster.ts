// The cluster itself.
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import type * as pulumi from "@pulumi/pulumi";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { ClusterBody } from "./clusterBody";
import type { Place } from "./names";
import { changedByAks, movesMinorVersion } from "./pools";

export function managedCluster(
  name: string,
  plan: AksClusterPlan,
  where: Place,
  body: ClusterBody,
  opts: pulumi.CustomResourceOptions,
): ManagedCluster {
  return new ManagedCluster(
    `${name}-cluster`,
    { resourceGroupName: where.resourceGroupName, resourceName: where.clusterName, ...body },
    { ...opts, protect: plan.protect, ignoreChanges: ignored(plan) },
  );
}

function ignored(plan: AksClusterPlan): string[] {
  const inSystemPool = changedByAks(plan.systemPool, plan).map((member) => `agentPoolProfiles[0].${member}`);
  return movesMinorVersion(plan.channel) ? ["kubernetesVersion", ...inSystemPool] : inSystemPool;
}
