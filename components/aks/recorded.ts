// An update is made for a change and for nothing else. Azure moves numbers of nodes and versions by itself, and a refresh
// merges Azure's list of all pools, sorted by name, into the recorded one by place, so the system pool's entry may bear
// another pool's values (pulumi-azure-native, provider/pkg/provider/provider.go, `Read`). Where Azure has all that the
// program asks for, and nothing else is recorded either, what is recorded is given back, and there is no update; else what
// the program asks for is sent, with Azure's numbers.
import { isDeepStrictEqual } from "node:util";
import { containerservice as sdk } from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import { isObject } from "../merge";
import { seeingChildren } from "../recordedState";
import { contains, differs, isKnown, isSecret, normalized, resolved } from "./liveValues";
import { typedInputs } from "./previewCluster";
import { asRecordedLeaf, replacing } from "./replacement";
import type { ClusterBody, LiveCluster, MaybeLive, MaybeRecorded, Members, Recorded } from "./types";

/**
 * Reads what is recorded of Azure's resources, by the names that they have now, while the component is registered with these
 * options. Where the state is not told, an update may say once more what Azure has.
 */
export function readingRecorded(component: string, opts?: pulumi.ComponentResourceOptions) {
  const seen = new Map<string, Recorded>();
  const options = seeingChildren(component, opts, ({ type, id, inputs, outputs, initErrors }, name) => {
    if (!type.startsWith("azure-native:")) return;
    const isReady = !initErrors?.length;
    const isComparable = isReady && !isSecret(inputs);
    const isGeneric = inputs.properties !== undefined;
    seen.set(name, { id, isGeneric, isReady, inputs: typedInputs(inputs), answer: outputs, isComparable });
  });
  return { seen, options };
}

/** The program's names of the pools that are resources, by their names in Azure. */
export function heldPoolsOf(component: string, seen: ReadonlyMap<string, Recorded>): Map<string, string> {
  const prefix = `${component}-pool-`;
  const pools = [...seen].filter(([resource]) => resource.startsWith(prefix));
  return new Map(
    pools.map(([resource, { inputs }]) => [inputs.agentPoolName, resource.slice(prefix.length)]),
  );
}

/** The body of a user pool, in which nothing is new where nothing has to be done. */
export const poolUnlessRecorded = <T extends Members>(
  asked: T,
  recorded: MaybeRecorded,
  live: MaybeLive,
): T =>
  recordedWhereSame(
    asked,
    movedByAzure,
    pulumi.all([recorded, live]),
    (was, body, { agentPoolProfiles = [] }) => {
      const has = agentPoolProfiles.find(({ name }) => name === body.agentPoolName);
      // What else Azure has already is new to azure-native, and so an update.
      const own = Object.entries(body).filter(([member]) => movedByAzure.includes(member));
      return has && aligned(was, Object.fromEntries(own), has);
    },
  );

const movedByAzure = ["count", "orchestratorVersion", "nodeLabels", "nodeTaints", "availabilityZones"];

/** The same of the cluster; besides, what would make another cluster is left as it is recorded where Azure has that. */
export function clusterUnlessRecorded(
  asked: ClusterBody,
  recorded: MaybeRecorded,
  live: MaybeLive,
): ClusterBody {
  const both = pulumi.all([recorded, live]);
  const body: Members = { ...asked };
  for (const member of replacing) {
    const own = body[member];
    body[member] = both.apply(([was, has]) =>
      was?.isComparable && has ? asRecordedLeaf(member, own, was.inputs, has) : own,
    );
  }
  const members = ["agentPoolProfiles", "kubernetesVersion"];
  return recordedWhereSame(body, members, both, alignedCluster) as ClusterBody;
}

/** The recorded values of some members where all is the same. */
function recordedWhereSame<T extends Members>(
  asked: T,
  members: string[],
  both: pulumi.Output<[was?: Recorded, has?: LiveCluster]>,
  align: (recorded: Members, asked: Members, live: LiveCluster) => Members | undefined,
): T {
  const same = both.apply(async ([was, has]) => {
    if (!was?.isComparable || !has) return undefined;
    const body = await resolved(asked);
    const own = align(was.inputs, body, has);
    // Not in a preview that does not know all of it.
    if (!own || !isKnown(body)) return undefined;
    const bodies = [body, await resolved(withDefaults(body))];
    return bodies.some((one) => isDeepStrictEqual(comparable(own), comparable(one))) ? was.inputs : undefined;
  });
  const chosen = members.map((member) => [member, same.apply((was) => (was ?? asked)[member])]);
  return { ...asked, ...Object.fromEntries(chosen) };
}

/** As the typed resource records it (@pulumi/azure-native, containerservice/managedCluster.js). */
function withDefaults(body: Members): Members {
  const fill: Members = {
    bootstrapProfile: sdk.managedClusterBootstrapProfileArgsProvideDefaults,
    networkProfile: sdk.containerServiceNetworkProfileArgsProvideDefaults,
    nodeProvisioningProfile: sdk.managedClusterNodeProvisioningProfileArgsProvideDefaults,
    securityProfile: sdk.managedClusterSecurityProfileArgsProvideDefaults,
    workloadAutoScalerProfile: sdk.managedClusterWorkloadAutoScalerProfileArgsProvideDefaults,
  };
  const filled = ([name, value]: [string, any]) => [
    name,
    isObject(value) && fill[name] ? fill[name](value) : value,
  ];
  return Object.fromEntries(Object.entries(body).map(filled));
}

/** What is recorded, in the program's words where Azure has what it asks for; the system pool is found by its name. */
function alignedCluster(
  recorded: Members,
  { kubernetesVersion, agentPoolProfiles }: Members,
  live: LiveCluster,
) {
  const { agentPoolProfiles: pools = [], ...rest } = recorded;
  const [pool] = agentPoolProfiles;
  const has = live.agentPoolProfiles?.find(({ name }) => name === pool.name);
  // After a refresh Azure's own values are among them; only what the program says is compared.
  const filled = pools.filter(({ name }: Members) => name === pool.name).at(-1) ?? has ?? {};
  const said = Object.entries(filled).filter(([member]) => pool[member] !== undefined);
  const own = pools.length === 1 ? pools[0] : Object.fromEntries(said);
  return {
    ...aligned(rest, { kubernetesVersion }, live),
    agentPoolProfiles: [aligned(own, pool, has ?? {})],
  };
}

function aligned(recorded: Members, asked: Members, live: Members): Members {
  const there = Object.entries(asked).filter(
    ([member, value]) =>
      // A version that the program leaves to AKS is AKS's.
      (value === undefined && member.endsWith("Version")) || azureHas(member, value, live[member]),
  );
  return { ...recorded, ...Object.fromEntries(there) };
}

/** Whether a member names things of the user's own. */
export const isMap = (member: string): boolean => /^(nodeLabels|tags)$/.test(member);

/**
 * Of a map what is there and no more; of other objects Azure fills in what is not said.
 * @param none stands for what is not there
 */
export const azureHas = (member: string, asked: any, live: any, none?: false): boolean =>
  isMap(member)
    ? isDeepStrictEqual({ ...asked }, { ...live })
    : isObject(asked)
      ? contains(live, asked, none)
      : !differs(member, asked, live ?? (asked === none ? none : live));

/** A refreshed list of pools lacks what is empty; it is given back or sent as a whole. */
const comparable = (body: Members): Members => {
  const { agentPoolProfiles: pools, ...rest } = clean(body);
  return { ...rest, pools: pools?.map(withoutEmpty) };
};
const withoutEmpty = (pool: Members) =>
  Object.fromEntries(Object.entries(pool).filter(([, value]) => normalized("", value) !== undefined));

/** Without what is no value, and without names and azure-native's own members. */
export const clean = (value: unknown): any =>
  JSON.parse(JSON.stringify(value), (member, inner) =>
    /^(azureApiVersion|resourceGroupName|resourceName|agentPoolName|__.*)$/.test(member) ? undefined : inner,
  );
