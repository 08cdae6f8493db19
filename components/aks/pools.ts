// Node pools: the system pool stands inside the cluster's body, all others are resources of their own, because the
// API does not let the list inside the body be changed later.
import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import type * as pulumi from "@pulumi/pulumi";
import { merged } from "../merge";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { PoolPlan } from "../validate/pools";
import type { MaybeLive } from "./liveCluster";
import { nodeCount } from "./nodeCounts";
import { recordedPool } from "./recorded";
import { azureNameOf } from "./rotation";
import { liveVersion } from "./versions";

/**
 * The members that both spellings of a pool share. What is not asked for is said to be off or empty where AKS would keep
 * what an update leaves out (kubernetes-sigs/cluster-api-provider-azure#3766, #2859).
 */
export function poolBody(pool: PoolPlan, plan: AksClusterPlan, live: MaybeLive | undefined) {
  const { orchestratorVersion = plan.kubernetesVersion, ...profile } = pool.profile;
  const ours = {
    mode: pool.mode,
    osType: "Linux",
    type: "VirtualMachineScaleSets",
    vmSize: pool.vmSize,
    count: nodeCount(pool, live),
    enableAutoScaling: pool.autoscaling !== undefined,
    minCount: pool.autoscaling?.min,
    maxCount: pool.autoscaling?.max,
    maxPods: pool.maxPods,
    nodeLabels: {},
    nodeTaints: pool.taints,
    vnetSubnetID: plan.networkPlan.subnetId,
    // Pools follow the control plane's version; otherwise an upgrade would leave them behind.
    orchestratorVersion: liveVersion(orchestratorVersion as pulumi.Input<string> | undefined, live, pool),
    tags: plan.tags ?? {},
  };
  return merged(ours, profile) as typeof ours;
}

export function furtherPool(
  name: string,
  plan: AksClusterPlan,
  pool: PoolPlan,
  live: MaybeLive,
  cluster: { resourceGroupName: pulumi.Input<string>; resourceName: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): AgentPool {
  const body = poolBody(pool, plan, live);
  const agentPoolName = azureNameOf(pool, body, live);
  return new AgentPool(
    `${name}-pool-${pool.name}`,
    { ...cluster, agentPoolName, ...body },
    {
      ...opts,
      protect: plan.protect,
      stateMigrations: recordedPool(live, agentPoolName, body),
      // A pool of the other name (rotation.ts).
      deleteBeforeReplace: pool.rotation ? false : undefined,
    },
  );
}
