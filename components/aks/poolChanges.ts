// What of the living pools the program would change, or does not have.
import type { AksClusterPlan } from "../validate/aksCluster";
import type { Finding } from "../validate/findings";
import { namesOf, type PoolPlan } from "../validate/pools";
import { fixedChanges } from "./fixedOfPool";
import { poolIn, unknown } from "./liveValues";
import { livePoolsOf, nameOf } from "./rotation";
import type { AskedPool, LiveCluster, LivePool, Members } from "./types";

/**
 * @param inputs of the cluster, as the state has them
 * @param held the program's names of the pools that the state has as resources, by their names in Azure
 */
export function poolChanges(
  { importId, replaceCluster }: AksClusterPlan,
  pools: AskedPool[],
  live: LiveCluster,
  inputs: Members | undefined,
  held: Map<string, string>,
  component: string,
): Finding[] {
  const { agentPoolProfiles = [] } = live;
  return pools.flatMap((pool, i) => {
    const { has, recorded } = pool;
    const made = recorded?.inputs.agentPoolName;
    const own = i > 0 ? recorded?.inputs : poolIn(inputs?.agentPoolProfiles, has?.name);
    const counted = has === undefined ? [] : countChanges(pool, has, own);
    // The list of a cluster that is taken over stays as it is found (imported.ts).
    if (replaceCluster || agentPoolProfiles.length === 0 || (i === 0 && importId !== undefined))
      return counted;
    if (i === 0 && made !== undefined) return [isOfNodePools(pool.name)];
    if (has === undefined && i === 0) return [noSuchSystemPool(pools, live)];
    if (has === undefined)
      return agentPoolProfiles.some(({ name }) => name === made) ? [wasRotated(pool, made)] : [];
    const holder = held.get(has.name!);
    if (holder !== undefined && holder !== pool.name) return [isHeldAs(pool, holder)];
    if (i > 0 && inputs !== undefined && made === undefined)
      return [isOfOthers(pool, has.name!, live, component)];
    const living = livePoolsOf(pool, agentPoolProfiles);
    if (i > 0 && made !== undefined && living.length > 1) {
      if (nameOf(pool, pool.body, living) !== made) return [bothLive(pool, made, living)];
    }
    return [...(pool.rotation ? [] : fixedChanges(pool.path, pool.body, has)), ...counted];
  });
}

/** Taken in under this name it would be deleted under the other one. */
const isHeldAs = ({ path, name }: PoolPlan, holder: string): Finding => ({
  path: `${path}.name`,
  wrong: `is ${name}, and the pool that bears this name in Azure is ${holder} to this component, which has rotated it`,
  why: "Pulumi would delete it with its nodes as the one, and make it as the other",
  write: `${holder}, with rotation: true`,
});

const bothLive = ({ path }: PoolPlan, made: string, living: LivePool[]): Finding => {
  const other = living.find(({ name }) => name !== made)?.name;
  return {
    path: `${path}.rotation`,
    wrong: `is true, and ${made} and ${other} both live, of which Pulumi's state has ${made}`,
    why: "a rotation was broken off, or somebody has made the other one: Pulumi would make what is there, and be refused",
    write: `what ${made} has, until ${other} is gone: one more \`pulumi up\` deletes it where its deletion is pending, else \`az aks nodepool delete\``,
  };
};

const wasRotated = ({ path, name }: PoolPlan, made: string | undefined): Finding => ({
  path: `${path}.rotation`,
  wrong: `is not true, and the pool ${name} is ${made} since it was rotated`,
  why: "Pulumi would delete it with its nodes, and only then make another one",
  write: "true, for as long as the pool is there",
});

function isOfOthers({ path, name }: PoolPlan, own: string, live: LiveCluster, component: string): Finding {
  const resource = `azure-native:containerservice:AgentPool ${component}-pool-${name} '${live.id}/agentPools/${own}'`;
  return {
    path: `${path}.name`,
    wrong: `is ${name}, and the cluster ${live.name} has a pool ${own}, which is not in Pulumi's state`,
    why: "Pulumi would make it, and be refused when other changes are made already",
    write: `another name; or take it in first, with the URN of its AksCluster (\`pulumi stack --show-urns\`): \`pulumi import ${resource} --parent 'parent=URN' --protect=false --generate-code=false\``,
  };
}

/** What is to be known before it happens, or does not. */
export const poolWarnings = ({ importId }: AksClusterPlan, pools: AskedPool[]): string[] =>
  pools.flatMap(({ path, name, rotation, body, recorded, has }, i) => {
    if (i === 0 && importId !== undefined) return [];
    const [nodes, max] = [has?.count ?? 0, body.maxCount];
    if (typeof max === "number" && nodes > max)
      return [
        `${path}.autoscaling.max is ${max}, and the pool has ${nodes} nodes: AKS deletes ${nodes - max} of them`,
      ];
    const isGone = has === undefined && recorded !== undefined && !rotation;
    return isGone ? [`the pool ${name} is gone from Azure: \`pulumi up --refresh\` makes it again`] : [];
  });

/** Where a number that was the autoscaler's start would end what it has grown to. */
function countChanges(
  { path, name, isFixed, body: { count, maxCount } }: AskedPool,
  has: LivePool,
  recorded: Members | undefined,
): Finding[] {
  const isUnseen = maxCount === recorded?.maxCount && maxCount !== has.maxCount;
  if (typeof maxCount === "number" && isUnseen && Number(has.count) > maxCount)
    return [
      {
        path: `${path}.autoscaling.max`,
        wrong: `is ${maxCount}, and the pool ${name} has ${has.count} nodes, since ${has.maxCount === undefined ? "its autoscaler was turned off" : `its maximum was raised to ${has.maxCount}`} in Azure`,
        why: "AKS would delete nodes at once, and the preview does not show that",
        write: `${has.maxCount ?? has.count}; or nothing else, and run \`pulumi up --refresh\``,
      },
    ];
  if (has.enableAutoScaling !== true || !isFixed) return [];
  if (count === unknown || count === has.count) return [];
  return [
    {
      path: `${path}.count`,
      wrong: `is ${count}, and the autoscaler, which the program does not ask for, has brought the pool ${name} to ${has.count}`,
      why: "AKS would add or delete nodes at once",
      write: `${has.count}, or leave it out, and another number when autoscaling is off`,
    },
  ];
}

/** Where it leaves `nodePools` it leaves the program as a resource. */
const isOfNodePools = (name: string): Finding => ({
  path: "systemPool.name",
  wrong: `is ${name}, which this component has made as one of nodePools`,
  why: "Pulumi would delete it with its nodes, since the system pool is no resource of its own",
  write:
    "what it was, and this pool in nodePools; or a system pool that Pulumi has not made: `az aks nodepool add --mode System`",
});

function noSuchSystemPool(
  [{ name }, ...others]: PoolPlan[],
  { name: cluster, agentPoolProfiles = [] }: LiveCluster,
): Finding {
  const pools = agentPoolProfiles
    .filter((pool) => pool.mode === "System" && !others.some((one) => namesOf(one).includes(pool.name!)))
    .map((pool) => pool.name);
  return {
    path: "systemPool.name",
    wrong: `is ${name}, and the cluster ${cluster} has no such pool`,
    why: "AKS takes no new pool in an update of the cluster (pulumi/pulumi-azure-native#2719)",
    write: `${pools.join(" or ") || "one that it has and that is not of nodePools (`az aks nodepool add --mode System`)"}; with rotation: true, a pool of that name and a b takes its place`,
  };
}
