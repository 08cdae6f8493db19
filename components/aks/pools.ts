// Node pools: the system pool stands inside the cluster's body, all others are resources of their own, because the
// API does not let the list inside the body be changed later.
import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import * as pulumi from "@pulumi/pulumi";
import { merged } from "../merge";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { PoolPlan } from "../validate/pools";
import { differs, isOfAks, resolved } from "./liveValues";
import { poolUnlessRecorded } from "./recorded";
import { livePoolOf, livePoolsOf, nameOf } from "./rotation";
import { sentVersion } from "./versions";
import type { ClusterContext, InCluster, MaybeLive } from "./types";

/**
 * The members that both spellings of a pool share. What is not asked for is said to be off or empty where AKS would keep
 * what an update leaves out (kubernetes-sigs/cluster-api-provider-azure#3766, #2859).
 * @param live left out: what the program asks for by itself
 * @param name of the living pool that is meant, where two live
 */
export function poolBody(
  pool: PoolPlan,
  plan: AksClusterPlan,
  live?: MaybeLive,
  name?: pulumi.Input<string>,
) {
  const { autoscaling } = pool;
  const { orchestratorVersion, availabilityZones, ...profile } = pool.profile;
  const has = pulumi
    .all([live, name])
    .apply(([found, own]) => livePoolOf(pool, found?.agentPoolProfiles, own));
  // In a rotation the one that goes may have been another kind. What AKS has added to its own kind is sent, such as a Spot
  // pool's label and taint (azure-aks-docs, spot-node-pool). Without that taint an update is refused: "Changing property
  // 'properties.nodeTaints' is not allowed." (pulumi/pulumi-azure-native#959).
  const ofSameKind = pulumi
    .all([has, profile.scaleSetPriority])
    .apply(([one, priority]) =>
      (one?.scaleSetPriority === "Spot") === (priority === "Spot") ? one : undefined,
    );
  const ours = {
    mode: pool.mode,
    osType: "Linux",
    type: "VirtualMachineScaleSets",
    vmSize: pool.vmSize,
    // How many nodes a living pool has is its autoscaler's to say: where autoscaling is on, or no number is written, what is
    // there, within the bounds that AKS asks for. A PUT without a number is refused, or means something else
    // (pulumi-azure-native#2943, Azure/AKS#1627), so every update sends the number that is there. `ignoreChanges` would send
    // the one that was recorded (pulumi/pulumi, step_generator.go, processIgnoreChanges).
    count: pool.isFixed
      ? pool.count
      : pulumi
          .all([has, pool.count, autoscaling?.min, autoscaling?.max])
          .apply(([one, asked, min = -Infinity, max = Infinity]) =>
            one?.count === undefined ? asked : Math.min(Math.max(one.count, min), max),
          ),
    enableAutoScaling: autoscaling !== undefined,
    minCount: autoscaling?.min,
    maxCount: autoscaling?.max,
    maxPods: pool.maxPods,
    nodeLabels: ofSameKind.apply((one) =>
      Object.fromEntries(Object.entries(one?.nodeLabels ?? {}).filter(([label]) => isOfAks(label))),
    ),
    nodeTaints: ofSameKind.apply((one) => [
      ...new Set([...pool.taints, ...(one?.nodeTaints ?? []).filter(isOfAks)]),
    ]),
    vnetSubnetID: plan.networkPlan.subnetId,
    // Pools follow the control plane's version; otherwise an upgrade would leave them behind. One that is new may be older,
    // where the program says so of it.
    orchestratorVersion: pulumi
      .all([orchestratorVersion ?? plan.kubernetesVersion, live, has])
      .apply(([asked, found, one]) =>
        one === undefined && orchestratorVersion !== undefined ? asked : sentVersion(asked, found, one),
      ),
    // The same zones in another order are another value to AKS.
    availabilityZones:
      availabilityZones &&
      pulumi
        .all([availabilityZones, has])
        .apply(([asked, one]) =>
          one?.availabilityZones && !differs("availabilityZones", asked, one.availabilityZones)
            ? one.availabilityZones
            : asked,
        ),
    tags: plan.tags ?? {},
  };
  return merged(ours, profile) as typeof ours;
}

export function createPool(
  { name, plan, recorded }: ClusterContext,
  pool: PoolPlan,
  live: MaybeLive,
  cluster: InCluster,
  opts: pulumi.CustomResourceOptions,
): AgentPool {
  const suffix = `pool-${pool.name}`;
  const agentPoolName = live.apply(async (found) => {
    if (!pool.rotation) return pool.name;
    const living = livePoolsOf(pool, found?.agentPoolProfiles);
    return nameOf(pool, await resolved(poolBody(pool, plan)), living);
  });
  const asked = { agentPoolName, ...poolBody(pool, plan, live, agentPoolName) };
  return new AgentPool(
    `${name}-${suffix}`,
    { ...cluster, ...poolUnlessRecorded(asked, recorded(suffix), live) },
    // Where it is replaced, by a pool of its other name (rotation.ts).
    { ...opts, protect: plan.protect, deleteBeforeReplace: pool.rotation ? false : undefined },
  );
}
