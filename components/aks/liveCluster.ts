// The cluster that Azure has. It is asked for once, before anything is done to it, and everything that an update must not
// take away is decided from the answer.
import { getClientConfig } from "@pulumi/azure-native/authorization/getClientConfig";
import { getManagedCluster } from "@pulumi/azure-native/containerservice/getManagedCluster";
import * as pulumi from "@pulumi/pulumi";
import { isStateTold } from "../recordedState";
import { throwFindings } from "../validate/findings";
import { clusterBody } from "./clusterBody";
import { modeChanges, removedAtCreation } from "./liveMode";
import type { Place } from "./names";
import { poolChanges, poolWarnings } from "./poolChanges";
import { poolBody } from "./pools";
import { namesOfMade, namesWanted, otherSubscription, ownDeletions, replacements } from "./replacement";
import { livePoolOf } from "./rotation";
import { unseenChanges, unseenInPools } from "./unseen";
import { versionChanges } from "./versions";
import type { AskedNames, AskedPool, ClusterContext, LiveCluster } from "./types";
import { known } from "../outputs";
import { resolved } from "./liveValues";

/**
 * The living cluster, once it is sure that the program may be applied to it. In the preview of a first run that does not know
 * the names yet there is none.
 * @throws ArgumentError where an update would replace it or take from it; ResourceError where Azure does not tell
 */
export async function readLiveCluster(
  { subject, name, plan, parent, recorded, heldPools }: ClusterContext,
  names: Place,
): Promise<LiveCluster | undefined> {
  const input = {
    resourceGroupName: names.resourceGroupName,
    resourceName: names.clusterName,
    // The provider's; azure-native asks nobody for it.
    subscriptionId: getClientConfig({ parent }).then((config) => config.subscriptionId),
  };
  // The names under which it was made: by new ones it would not be found. The state says them; where it is not told a stash
  // does, which keeps its first value until it is replaced (pulumi/pulumi, pkg/resource/deploy/builtins.go).
  const replaceOnChanges = plan.replaceCluster ? ["input"] : [];
  const stashOptions = { parent, protect: plan.protect, replaceOnChanges };
  const { output } = new pulumi.Stash(`${name}-made-as`, { input }, stashOptions);
  const stash: AskedNames | undefined = await known(output);
  const cluster = await recorded("cluster");
  const made = namesOfMade({ ...cluster?.inputs, id: cluster?.id });
  const wanted = namesWanted(plan, await resolved(input), made);
  const madeAs = made ?? ((!isStateTold() && stash) || wanted);
  if (wanted === undefined || madeAs === undefined) return undefined;
  const own = { group: (await recorded("resources"))?.id, identity: (await recorded("identity"))?.id };
  const identity = await resolved(plan.userAssignedIdentityId);
  throwFindings(subject, [
    ...otherSubscription(madeAs, wanted),
    ...ownDeletions(plan, wanted, identity, own),
  ]);
  const live = await requestCluster(madeAs, parent);
  if (live === undefined) {
    throwFindings(subject, removedAtCreation(plan, madeAs.resourceName));
    return undefined;
  }
  const asked = await resolved(clusterBody(plan, names, pulumi.output(live)));
  const pools: AskedPool[] = [];
  for (const pool of plan.pools)
    pools.push({
      ...pool,
      body: await resolved(poolBody(pool, plan)),
      recorded: await recorded(`pool-${pool.name}`),
      has: livePoolOf(pool, live.agentPoolProfiles),
    });
  const replaced = replacements(plan, asked, live, madeAs, wanted, cluster?.inputs);
  // What lives on is guarded also where it might be replaced.
  const guarded = { ...plan, replaceCluster: plan.replaceCluster && replaced.length > 0 };
  throwFindings(subject, [
    ...modeChanges(plan, live, cluster?.isGeneric),
    ...(plan.replaceCluster ? [] : replaced),
    ...poolChanges(guarded, pools, live, cluster?.inputs, await heldPools, name),
    ...unseenChanges(guarded, asked, pools, cluster, live),
    ...unseenInPools(guarded, pools, live),
    ...versionChanges(await resolved(plan.kubernetesVersion), live),
  ]);
  for (const line of poolWarnings(plan, pools)) void pulumi.log.warn(line, parent);
  return live;
}

async function requestCluster(
  { resourceGroupName, resourceName }: AskedNames,
  parent: pulumi.Resource,
): Promise<LiveCluster | undefined> {
  try {
    return await getManagedCluster({ resourceGroupName, resourceName }, { parent });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (notThere.test(message)) return undefined;
    throw new pulumi.ResourceError(
      `Azure does not tell whether the cluster ${resourceName} is there in the resource group ${resourceGroupName}, ` +
        `so it cannot be compared with the program: ${message}\n` +
        "The identity that runs Pulumi needs to read it, as the role Contributor on the resource group does.",
      parent,
      true,
    );
  }
}

/**
 * Says that there is no such cluster, in the words of either of azure-native's clients. A 404 of another code, such as the
 * subscription's, does not.
 */
const notThere =
  /\b(ResourceNotFound|ResourceGroupNotFound)\b|\b(Code="|ERROR CODE: )NotFound\b|\bRESPONSE 404\b.*\s+ERROR CODE UNAVAILABLE/;
