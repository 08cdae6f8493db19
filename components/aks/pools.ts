// Node pools: the system pool stands inside the cluster's body, all others are resources of their own, because the
// API does not let the list inside the body be changed later.
import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import * as pulumi from "@pulumi/pulumi";
import { merged } from "../merge";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { PoolPlan } from "../validate/pools";
import type { NodePoolProfile } from "../nodePoolArgs";
import { differs, isOfAks } from "./liveValues";
import { nodeCount } from "./nodeCounts";
import { poolUnlessRecorded } from "./recorded";
import { azureNameOf, livePoolOf, withOnly } from "./rotation";
import { liveVersion } from "./versions";
import type { ClusterContext, InCluster, LivePool, MaybeLive } from "./types";

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
    nodeLabels: addedByAks(live, pool, ({ nodeLabels }) => Object.entries(nodeLabels ?? {})).apply((labels) =>
      Object.fromEntries(labels),
    ),
    nodeTaints: addedByAks(live, pool, ({ nodeTaints }) => (nodeTaints ?? []).map((taint) => [taint])).apply(
      (taints) => [...new Set([...pool.taints, ...taints.flat()])],
    ),
    vnetSubnetID: plan.networkPlan.subnetId,
    // Pools follow the control plane's version; otherwise an upgrade would leave them behind.
    orchestratorVersion: liveVersion(orchestratorVersion as pulumi.Input<string> | undefined, live, pool),
    tags: plan.tags ?? {},
  };
  const { availabilityZones: zones } = profile;
  const ordered = zones === undefined ? {} : { availabilityZones: inAzuresOrder(zones, live, pool) };
  return { ...merged(ours, profile), ...ordered } as typeof ours;
}

/** The same zones in another order are another value to AKS. */
const inAzuresOrder = (
  zones: NodePoolProfile["availabilityZones"],
  live: MaybeLive | undefined,
  pool: PoolPlan,
) =>
  pulumi.all([zones, live]).apply(([asked, cluster]) => {
    const has = livePoolOf(pool, cluster?.agentPoolProfiles)?.availabilityZones;
    return has !== undefined && !differs("availabilityZones", asked, has) ? has : asked;
  });

/**
 * What AKS has added, such as a Spot pool's label and taint (azure-aks-docs, spot-node-pool). Without that taint an update is
 * refused: "Changing property 'properties.nodeTaints' is not allowed." (pulumi/pulumi-azure-native#959).
 */
const addedByAks = (live: MaybeLive | undefined, pool: PoolPlan, read: (has: LivePool) => string[][]) =>
  pulumi.all([live, pool.profile.scaleSetPriority]).apply(([cluster, priority]) => {
    const has = livePoolOf(pool, cluster?.agentPoolProfiles);
    // In a rotation the one that goes may have been another kind.
    const isSameKind = (has?.scaleSetPriority === "Spot") === (priority === "Spot");
    return has === undefined || !isSameKind ? [] : read(has).filter(([name]) => isOfAks(name));
  });

export function createPool(
  { name, plan, recorded }: ClusterContext,
  pool: PoolPlan,
  live: MaybeLive,
  cluster: InCluster,
  opts: pulumi.CustomResourceOptions,
): AgentPool {
  const suffix = `pool-${pool.name}`;
  const agentPoolName = azureNameOf(pool, poolBody(pool, plan, undefined), live);
  const asked = poolBody(pool, plan, withOnly(live, pool, agentPoolName));
  return new AgentPool(
    `${name}-${suffix}`,
    { ...cluster, agentPoolName, ...poolUnlessRecorded(asked, recorded(suffix), live, agentPoolName) },
    // Where it is replaced, by a pool of its other name (rotation.ts).
    { ...opts, protect: plan.protect, deleteBeforeReplace: pool.rotation ? false : undefined },
  );
}
