// Node pools: the system pool stands inside the cluster's body, all others are resources of their own, because the
// API does not let the list inside the body be changed later.
import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import * as pulumi from "@pulumi/pulumi";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { PoolPlan } from "../validate/pools";
import type { LivePool, MaybeLive } from "./liveCluster";
import { nodeCount } from "./nodeCounts";
import { type MaybeRecorded, poolUnlessRecorded } from "./recorded";
import { liveVersion } from "./versions";

/**
 * The members that both spellings of a pool share. What is not asked for is said to be off or empty where AKS would keep
 * what an update leaves out (kubernetes-sigs/cluster-api-provider-azure#3766, #2859).
 */
export function poolBody(pool: PoolPlan, plan: AksClusterPlan, live: MaybeLive | undefined) {
  return {
    mode: pool.mode,
    osType: "Linux",
    type: "VirtualMachineScaleSets",
    vmSize: pool.vmSize,
    count: nodeCount(pool, live),
    enableAutoScaling: pool.autoscaling !== undefined,
    minCount: pool.autoscaling?.min,
    maxCount: pool.autoscaling?.max,
    availabilityZones: pool.zones,
    osSKU: pool.osSku,
    maxPods: pool.maxPods,
    osDiskSizeGB: pool.osDiskSizeGb,
    osDiskType: pool.osDiskType,
    enableEncryptionAtHost: pool.encryptionAtHost,
    nodeLabels: pulumi
      .all([pool.labels ?? {}, ofAks(live, pool, ({ nodeLabels }) => Object.entries(nodeLabels ?? {}))])
      .apply(([own, aks]) => ({ ...Object.fromEntries(aks), ...own })),
    nodeTaints: pulumi
      .all([
        pool.taints ?? [],
        ofAks(live, pool, ({ nodeTaints }) => (nodeTaints ?? []).map((taint) => [taint])),
      ])
      .apply(([own, aks]) => [...new Set([...own, ...aks.flat()])]),
    vnetSubnetID: pool.subnetId ?? plan.network.subnetId,
    // Pools follow the control plane's version; otherwise an upgrade would leave them behind.
    orchestratorVersion: liveVersion(plan, live, pool.name),
    tags: plan.tags ?? {},
  };
}

/**
 * What AKS has added, such as a Spot pool's label and taint (azure-aks-docs, spot-node-pool). Without that taint an update is
 * refused: "Changing property 'properties.nodeTaints' is not allowed." (pulumi/pulumi-azure-native#959).
 */
const ofAks = (live: MaybeLive | undefined, pool: PoolPlan, read: (has: LivePool) => string[][]) =>
  pulumi.output(live).apply((cluster) => {
    const has = cluster?.agentPoolProfiles?.find(({ name }) => name === pool.name);
    return has === undefined ? [] : read(has).filter(([name]) => name.startsWith("kubernetes.azure.com/"));
  });

export function userPool(
  name: string,
  plan: AksClusterPlan,
  pool: PoolPlan,
  live: MaybeLive,
  recorded: (name: string) => MaybeRecorded,
  cluster: { resourceGroupName: pulumi.Input<string>; resourceName: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): AgentPool {
  const resource = `${name}-pool-${pool.name}`;
  const body = poolUnlessRecorded(poolBody(pool, plan, live), recorded(resource), live, pool.name);
  return new AgentPool(
    resource,
    { ...cluster, agentPoolName: pool.name, ...body },
    { ...opts, protect: plan.protect },
  );
}
