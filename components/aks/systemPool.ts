// The system pool stands in the cluster's body, which takes no pool there that does not live (pulumi-azure-native#2719), and
// Pulumi deletes only what is in its state. So it is rotated by two updates: one makes the next pool beside it and takes the
// old one into the state by an import (pulumi-azure-native#1575); the other names the next one in the body, lets go of it as a
// resource, and deletes the old one.
import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import * as pulumi from "@pulumi/pulumi";
import { isStateTold } from "../recordedState";
import type { AksClusterPlan } from "../validate/aksCluster";
import { ArgumentError, throwFindings } from "../validate/findings";
import { namesOf } from "../validate/pools";
import { inputsOf } from "../validate/shapes";
import { fixedChanges, fixedOfPool } from "./fixedOfPool";
import { resolved } from "./liveValues";
import { poolBody } from "./pools";
import { fittingOf, livePoolsOf } from "./rotation";
import type { ClusterContext, InCluster, LiveCluster, LivePool, MaybeLive, Members } from "./types";

/** Which pool stands in the cluster's body. */
export interface SystemPool {
  name: string;
  /** What lives under that name, and stays as it is while the next one is made. */
  leaving?: LivePool;
  next?: string;
}

/**
 * Which of the two updates it is: the state says.
 * @throws ArgumentError where the program asks for something else than what has begun
 */
export async function chooseSystemPool(
  { subject, plan, recorded }: ClusterContext,
  live: LiveCluster | undefined,
): Promise<SystemPool> {
  // Names that the state has: of the pool that goes, and of the one that takes its place.
  const old: string | undefined = (await recorded("system-old"))?.inputs.agentPoolName;
  const seen: string | undefined = (await recorded("system-next"))?.inputs.agentPoolName;
  const [pool] = plan.pools;
  const names = namesOf(pool);
  const other = (name: string) => names.find((one) => one !== name);
  const pools = live?.agentPoolProfiles ?? [];
  const living = livePoolsOf(pool, pools);
  // One that is gone from Azure again is not made.
  const made = live === undefined || pools.some(({ name }) => name === seen) ? seen : undefined;
  const hasBegun = old !== undefined || made !== undefined;
  if (plan.replaceCluster || (!pool.rotation && !hasBegun)) return { name: pool.name };

  const asked = await resolved(poolBody(pool, plan));
  const fitting = fittingOf(pool, asked, living)?.name;
  if (!hasBegun && (living.length === 0 || (living.length === 1 && fitting)))
    return { name: fitting ?? pool.name };
  const refuse = (wrong: string, why: string, write: string) =>
    new ArgumentError(subject, [{ path: "systemPool.rotation", wrong, why, write }]);
  // A destroy and a refresh that run the program do not tell the state.
  if (!hasBegun && living.length > 1 && (await recorded("cluster")) !== undefined)
    throw refuse(
      `is true, and ${names.join(" and ")} both live, neither as a resource in the state`,
      "a creation was broken off, or one is not Pulumi's, which cannot tell which of them is to go",
      "nothing else; delete the one that nothing uses: `az aks nodepool delete`",
    );
  const next = made ?? (old === undefined ? (fitting ?? other(living[0].name)) : other(old));
  if (next === undefined || !names.includes(next) || (!pool.rotation && old === undefined))
    throw refuse(
      `is ${pool.rotation ? `true beside the name ${pool.name}` : "not true"}, and ${made ?? "another pool"} is taking the place of ${old ?? pool.name}`,
      "Pulumi would delete the pool that the cluster names, or lose sight of the other one",
      "true, until one more `pulumi up` has ended it, beside the name that the pool had before",
    );
  const begun = pools.find(({ name }) => name === next);
  const instead = old === undefined ? `, or when ${next} is, by \`az aks nodepool delete\`` : "";
  const write = `what it has; another one when ${other(next)}, whose place it takes, is gone, after one more \`pulumi up\`${instead}`;
  const findings = begun === undefined ? [] : fixedChanges(pool.path, asked, begun);
  throwFindings(
    subject,
    findings.map((finding) => ({ ...finding, write })),
  );
  const leaving = living.find(({ name }) => name !== next);
  if (leaving === undefined || (old !== undefined && begun !== undefined)) return { name: next };
  if (begun === undefined && next === seen)
    throw refuse(
      `is true, and the pool ${next}, which Pulumi has made, is gone`,
      "Pulumi does not see that by itself, and would not make it again",
      "nothing else; run `pulumi up --refresh`",
    );
  if (isStateTold()) return { name: leaving.name, leaving, next };
  throw refuse(
    "is true, and the Pulumi CLI does not tell what is in its state",
    "a system pool is rotated by two updates, and the state says which of them it is",
    "nothing else, and Pulumi CLI 3.261.0 or newer",
  );
}

const fixed = [...new Set(fixedOfPool.map((path) => path.split(".")[0]))] as (keyof LivePool)[];

/** Its entry in the cluster's body. */
export function systemPoolBody(
  plan: AksClusterPlan,
  live: MaybeLive,
  system: pulumi.Output<SystemPool>,
): Members[] {
  const [pool] = plan.pools;
  const name = system.apply((one) => one.name);
  const body: Members = poolBody(pool, plan, live, name);
  if (!pool.rotation) return [{ ...body, name }];
  const asItIs = fixed.map((member) => [member, system.apply(({ leaving }) => (leaving ?? body)[member])]);
  return [{ ...body, ...Object.fromEntries(asItIs), name }];
}

/** The next pool and the old one, for the time between the two updates. */
export function createRotatedPools(
  { name, plan }: ClusterContext,
  live: MaybeLive,
  system: pulumi.Output<SystemPool>,
  cluster: InCluster,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<AgentPool[]> {
  const [pool] = plan.pools;
  return pulumi.all([system, live]).apply(([{ name: old, next }, found]) => {
    if (next === undefined || found === undefined) return [];
    const made = new AgentPool(
      `${name}-system-next`,
      { ...cluster, agentPoolName: next, ...poolBody(pool, plan, live, next) },
      // It stays when the cluster's body has taken it over.
      { ...opts, retainOnDelete: true },
    );
    const kept = { import: `${found.id}/agentPools/${old}`, ignoreChanges: inputsOf(AgentPool) };
    const leaving = new AgentPool(
      `${name}-system-old`,
      { ...cluster, agentPoolName: old },
      // In the state it would be deleted as soon as the program no longer asks for another pool.
      { ...opts, ...kept, dependsOn: made },
    );
    const message = `the pool ${next} takes the place of ${old}, which the \`pulumi up\` after this one deletes; until then its pods can be moved by hand`;
    void pulumi.log.warn(message, opts.parent);
    return [made, leaving];
  });
}
