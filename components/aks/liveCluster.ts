// The cluster that Azure has. It is asked for once, before anything is done to it, and everything that an update must not
// take away is decided from the answer.
import { getClientConfig } from "@pulumi/azure-native/authorization/getClientConfig";
import { getManagedCluster } from "@pulumi/azure-native/containerservice/getManagedCluster";
import * as pulumi from "@pulumi/pulumi";
import { isStateTold } from "../recordedState";
import { throwFindings } from "../validate/findings";
import { modeChanges, removedAtCreation } from "./liveMode";
import type { Place } from "./names";
import { poolChanges, poolWarnings } from "./poolChanges";
import { poolBody } from "./pools";
import type { RecordedInputs } from "./recorded";
import { namesOfMade, otherSubscription, ownDeletions, replacements } from "./replacement";
import { unseenChanges, unseenInPools } from "./unseen";
import { versionChanges } from "./versions";
import type { AskedNames, ClusterBody, ClusterContext, LiveCluster, MaybeLive } from "./types";
import { known, resolved } from "./liveValues";

/**
 * The living cluster, once it is sure that the program may be applied to it. In a preview that does not know the names yet
 * there is none.
 * @param body what the program asks for
 * @throws ArgumentError where an update would replace it or take from it; ResourceError where Azure does not tell
 */
export function readLiveCluster(
  { subject, name, plan, parent }: ClusterContext,
  names: Place,
  body: ClusterBody,
  recorded: RecordedInputs,
): MaybeLive {
  const wanted = {
    resourceGroupName: names.resourceGroupName,
    resourceName: names.clusterName,
    // The provider's; azure-native asks nobody for it.
    subscriptionId: getClientConfig({ parent }).then((config) => config.subscriptionId),
  };
  // The names under which it was made: by new ones it would not be found. The state says them; where it is not told a stash
  // does, which keeps its first value until it is replaced (pulumi/pulumi, pkg/resource/deploy/builtins.go).
  const replaceOnChanges = plan.replaceCluster ? ["input"] : [];
  const stashOptions = { parent, protect: plan.protect, replaceOnChanges };
  const made = new pulumi.Stash(`${name}-made-as`, { input: wanted }, stashOptions).output;
  const looked = [made, wanted].map((one) => known<any>(one));
  return pulumi.output(Promise.all(looked)).apply(async ([stash, wanted]) => {
    if (wanted === undefined) return undefined;
    const held = async (suffix: string) => (await known(recorded.held(`${name}-${suffix}`, parent)))?.value;
    const unrecorded = (!isStateTold() && stash?.value) || wanted.value;
    const inputs = await held("cluster");
    const answered = async (suffix: string) =>
      (await known(recorded.answer(`${name}-${suffix}`, parent)))?.value;
    const madeAs: AskedNames = namesOfMade(inputs ?? {}) ?? unrecorded;
    const made = { group: (await held("resources"))?.id, identity: (await held("identity"))?.id };
    const identity = await resolved(plan.userAssignedIdentityId);
    throwFindings(subject, [
      ...otherSubscription(madeAs, wanted.value),
      ...ownDeletions(plan, wanted.value, identity, made),
    ]);
    const live = await requestCluster(madeAs, parent);
    if (live === undefined) {
      throwFindings(subject, removedAtCreation(plan, madeAs.resourceName));
      return undefined;
    }
    const pools = plan.pools.map((pool) => poolBody(pool, plan, undefined));
    const [asked, askedPools] = [await resolved(body), await resolved(pools)];
    const own = plan.pools.map((pool) => `pool-${pool.name}`);
    const [recordedPools, answers] = [await Promise.all(own.map(held)), await Promise.all(own.map(answered))];
    throwFindings(subject, [
      ...modeChanges(plan, live),
      ...replacements(plan, asked, live, madeAs, wanted.value, inputs),
      ...poolChanges(plan, askedPools, recordedPools, live, inputs, name),
      ...unseenChanges(plan, asked, inputs, await answered("cluster"), live),
      ...unseenInPools(plan, askedPools, recordedPools, answers, live),
      ...versionChanges(asked.kubernetesVersion, live),
    ]);
    for (const line of poolWarnings(plan, askedPools, recordedPools, live))
      void pulumi.log.warn(line, parent);
    return live;
  });
}

async function requestCluster(
  { resourceGroupName, resourceName }: AskedNames,
  parent: pulumi.Resource,
): Promise<LiveCluster | undefined> {
  try {
    return await getManagedCluster({ resourceGroupName, resourceName }, { parent });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (isNotThere(message)) return undefined;
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
 * Whether an error says that there is no such cluster, in the words of either of azure-native's clients. A 404 of another code,
 * such as the subscription's, does not.
 */
const isNotThere = (message: string): boolean =>
  /\b(ResourceNotFound|ResourceGroupNotFound)\b|\b(Code="|ERROR CODE: )NotFound\b/.test(message) ||
  /\bRESPONSE 404\b.*\s+ERROR CODE UNAVAILABLE/.test(message);
