// What of the living pools the program would change, or does not have.
import type { AksClusterPlan } from "../validate/aksCluster";
import type { Finding } from "../validate/findings";
import { fixedChanges } from "./fixedOfPool";
import { poolBody } from "./pools";
import { livePoolOf } from "./rotation";
import type { LiveCluster } from "./types";

export async function poolChanges(plan: AksClusterPlan, live: LiveCluster): Promise<Finding[]> {
  const pools = live.agentPoolProfiles ?? [];
  if (plan.replaceCluster || pools.length === 0) return [];
  const findings: Finding[] = [];
  for (const [i, pool] of plan.pools.entries()) {
    // The list of a cluster that is taken over stays as it is found (imported.ts).
    if (i === 0 && plan.importId !== undefined) continue;
    const has = livePoolOf(pool, pools);
    if (has !== undefined && !pool.rotation)
      findings.push(...(await fixedChanges(pool.path, poolBody(pool, plan, undefined), has)));
    else if (has === undefined && i === 0) findings.push(noSuchSystemPool(pool.name, live));
  }
  return findings;
}

function noSuchSystemPool(name: string, { name: cluster, agentPoolProfiles }: LiveCluster): Finding {
  const pools = (agentPoolProfiles ?? []).filter(({ mode }) => mode === "System").map((pool) => pool.name);
  return {
    path: "systemPool.name",
    wrong: `is ${name}, and the cluster ${cluster} has no such pool`,
    why: "AKS takes no new pool in an update of the cluster (pulumi/pulumi-azure-native#2719)",
    write: `${pools.join(" or ") || "a system pool that it has"}; rotation: true puts another pool in its place`,
  };
}
