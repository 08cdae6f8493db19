// What azure-native answers with another cluster: delete this one, then make one anew
// (pulumi-azure-native, provider/pkg/gen/replacement.go and provider/pkg/provider/diff.go).
import type { AksClusterPlan } from "../validate/aksCluster";
import * as pulumi from "@pulumi/pulumi";
import { type Finding, isPlainAtTop } from "../validate/findings";
import { importedAsFound } from "./imported";
import { valueAt, differs, isKnown, isSecret, withValueAt, resolved, shown, unknown } from "./liveValues";
import type { AskedNames, ClusterBody, LiveCluster, Members } from "./types";

/** A property as azure-native names it in the body and in the answer. */
interface Row {
  path: string;
  /** The argument that it comes from, where that is not `managedCluster`. */
  argument?: string;
  /** Leaving it out says something too, and does not mean "as it is". */
  stated?: true;
  /** What the SDK sends where the program says nothing (@pulumi/azure-native, types/input.js, ProvideDefaults). */
  preset?: string;
}

export const rows: Row[] = [
  { path: "location", argument: "location" },
  // The same set in another case makes another cluster for azure-native, too, but Azure answers in a case of its own.
  { path: "diskEncryptionSetID", stated: true },
  { path: "dnsPrefix" },
  { path: "nodeResourceGroup" },
  { path: "fqdnSubdomain" },
  { path: "linuxProfile" },
  { path: "networkProfile.serviceCidr", argument: "network.serviceCidr", preset: "10.0.0.0/16" },
  { path: "networkProfile.serviceCidrs" },
  { path: "networkProfile.dnsServiceIP", preset: "10.0.0.10" },
  { path: "networkProfile.podCidr", argument: "network.podCidr", preset: "10.244.0.0/16" },
  { path: "networkProfile.podCidrs" },
  // One of two versions of azure-native's list has podCidrs and these, the other has not; AKS takes no change of them.
  { path: "networkProfile.ipFamilies" },
  { path: "networkProfile.outboundType", preset: "loadBalancer" },
  { path: "networkProfile.networkMode" },
  { path: "networkProfile.networkDataplane" },
  // Without it the network is flat.
  { path: "networkProfile.networkPluginMode", argument: "network.mode", stated: true },
  // liveMode.ts says more of these.
  { path: "networkProfile.networkPlugin", argument: "" },
  { path: "networkProfile.networkPolicy", argument: "" },
];

/** The members of the body that they stand in. */
export const replacing = [...new Set(rows.map(({ path }) => path.split(".")[0]))];

/** Where it is known that Azure has what the program asks for or leaves out. */
function sameAsLive({ path, stated, preset }: Row, body: object, live: object): boolean {
  const value = valueAt(body, path) ?? preset;
  return (
    value !== unknown && ((value === undefined && !stated) || !differs(path, value, valueAt(live, path)))
  );
}

/**
 * A member of the body with what is recorded, where Azure has what the program asks for or leaves out: azure-native compares
 * inputs alone, and a value that is new to the program would make another cluster although it is the living one's (diff.go,
 * `calculateChangesAndReplacements`).
 */
export async function asRecordedLeaf(
  member: string,
  asked: any,
  recorded: object,
  live: object,
): Promise<unknown> {
  if (!isPlainAtTop(asked))
    return pulumi.output(asked).apply((given: any) => asRecordedLeaf(member, given, recorded, live));
  const known = { [member]: await resolved(asked) };
  const own = rows.filter((row) => row.path.split(".")[0] === member && sameAsLive(row, known, live));
  const body = own.reduce((all, { path }) => withValueAt(all, path, valueAt(recorded, path)), {
    [member]: asked,
  });
  return body[member];
}

/**
 * @param body resolved
 * @param made its names in Azure; @param wanted those of the program
 * @param recorded undefined where the state is not told
 */
export function replacements(
  plan: AksClusterPlan,
  body: Partial<ClusterBody>,
  live: LiveCluster,
  made: AskedNames,
  wanted: AskedNames,
  recorded?: object,
): Finding[] {
  const findings: Finding[] = [];
  const beside = "make a new cluster beside it, or replaceCluster: true if this one may be deleted";
  const refuse = (
    path: string,
    property: string,
    has: unknown,
    asked: unknown,
    write = `what it has, or ${beside}`,
  ) =>
    findings.push({
      path,
      wrong: `asks for ${property} ${shown(asked)}, and the cluster ${made.resourceName} has ${shown(has)}`,
      why: "it is chosen at a cluster's birth: Pulumi would delete the cluster with all that runs in it and make another one",
      write,
    });
  const former = `what it has, if the program had named it, else the component's former name; or ${beside}`;
  const rename = (path: "resourceGroupName" | "clusterName", property: string, has: string, asked: string) =>
    refuse(path, property, has, asked, plan[path] === undefined ? former : undefined);
  // azure-native compares as it is written, and replaces for another case.
  if (made.resourceGroupName !== wanted.resourceGroupName)
    rename("resourceGroupName", "the resource group", made.resourceGroupName, wanted.resourceGroupName);
  if (made.resourceName !== wanted.resourceName)
    rename("clusterName", "the name", made.resourceName, wanted.resourceName);
  // Names that are derived from them change as well.
  if (findings.length > 0) return findings;
  const asFound = importedAsFound(plan);
  for (const row of rows) {
    const { path, argument = `managedCluster.${path}`, stated, preset } = row;
    const [has, was, asked] = [valueAt(live, path), valueAt(recorded ?? live, path), valueAt(body, path)];
    const value = asked ?? preset;
    if (asFound.includes(path) || argument === "" || value === unknown) continue;
    // The state has the envelope of a secret, perhaps of the whole member.
    const hidden = isSecret(valueAt(recorded ?? {}, path.split(".")[0]));
    // What Azure does not answer it may have all the same, where Pulumi has sent it.
    const isNew = recorded !== undefined && !hidden && Boolean(asked) && differs(path, asked, was);
    if (!stated && (value === undefined || (has === undefined && !isNew))) continue;
    const show = hidden ? "another value (a secret)" : value;
    if (differs(path, value, has)) refuse(argument, path, has, show, inPlace(path, live, show));
    else if (was !== undefined && !hidden && differs(path, was, has))
      findings.push(notRefreshed(argument, was, has));
  }
  return findings;
}

/** Changed by somebody else, and the program follows: azure-native knows what is recorded alone. */
const notRefreshed = (path: string, was: unknown, has: unknown): Finding => ({
  path,
  wrong: `is ${shown(has)}, as the cluster has it, and Pulumi has recorded ${shown(was)}`,
  why: "Pulumi would take that for a change, delete the cluster and make another one",
  write: "nothing else; run `pulumi up --refresh`",
});

/** What the component has made would be deleted where the program begins to name it as something that exists. */
export function ownDeletions(
  { importId, resourceGroupName, replaceCluster }: AksClusterPlan,
  { resourceGroupName: wanted }: AskedNames,
  userAssignedIdentityId: unknown,
  made: { group?: string; identity?: string },
): Finding[] {
  const findings: Finding[] = [];
  const group = made.group?.split("/").pop();
  const isSame = group?.toLowerCase() === wanted.toLowerCase();
  if (group !== undefined && resourceGroupName !== undefined && (isSame || !replaceCluster))
    findings.push({
      path: importId === undefined ? "resourceGroupName" : "importId",
      wrong: `names the resource group ${wanted}, and this component has made ${group}`,
      why: "Pulumi would delete the group that it has made, and the cluster with it",
      write: "nothing, and leave the component's name as it is",
    });
  if (made.identity !== undefined && !differs("id", userAssignedIdentityId, made.identity))
    findings.push({
      path: "userAssignedIdentityId",
      wrong: "names the identity that createIdentity has made",
      why: "Pulumi would delete it and its roles while the cluster uses it",
      write: "nothing, and createIdentity: true",
    });
  return findings;
}

/**
 * The names under which it was made: as the program wrote them, which is how azure-native compares them, or else those of its
 * id, which may have another case.
 */
export function namesOfMade({
  id,
  resourceGroupName,
  resourceName,
}: Record<string, unknown>): AskedNames | undefined {
  const found = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i.exec(String(id));
  if (found === null) return undefined;
  const [, subscriptionId, group, cluster] = found;
  const written = (name: unknown, inId: string) => (typeof name === "string" ? name : inId);
  return {
    subscriptionId,
    resourceGroupName: written(resourceGroupName, group),
    resourceName: written(resourceName, cluster),
  };
}

/** The program's. What a preview does not know is what it was; but a random name that is still to be made is another one. */
export function namesWanted(
  { resourceGroupName, clusterName }: Pick<AksClusterPlan, "resourceGroupName" | "clusterName">,
  asked: Members,
  made: AskedNames | undefined,
): AskedNames | undefined {
  if (isKnown(asked)) return asked as AskedNames;
  if (made === undefined) return undefined;
  const random = (given: unknown, was: string) =>
    given === undefined ? "a new one with random letters" : was;
  const otherwise: Members = {
    ...made,
    resourceGroupName: random(resourceGroupName, made.resourceGroupName),
    resourceName: random(clusterName, made.resourceName),
  };
  const names = Object.entries(asked).map(([name, value]) => [
    name,
    value === unknown ? otherwise[name] : value,
  ]);
  return Object.fromEntries(names);
}

/**
 * An update goes to the provider's subscription and not to the one in the resource's id (azure-native, provider.go,
 * `Update`): everything would be made once more there, and what lives be forgotten.
 */
export function otherSubscription(made: AskedNames, wanted: AskedNames): Finding[] {
  const [was, is] = [made.subscriptionId, wanted.subscriptionId];
  if (!was || !is || was.toLowerCase() === is.toLowerCase()) return [];
  return [
    {
      path: "azure-native:subscriptionId",
      wrong: `is ${is}, and the cluster ${made.resourceName} was made in ${was}`,
      why: "Pulumi would make everything once more in the other subscription and forget what lives",
      write: `${was} (\`az account set --subscription ${was}\`, or the provider's subscriptionId), or a new stack`,
    },
  ];
}

/** AKS changes the outbound type in place (azure-aks-docs, egress-outboundtype), azure-native does not. */
const inPlace = (path: string, { id }: LiveCluster, value: unknown): string | undefined =>
  path === "networkProfile.outboundType"
    ? `what it has, or change it in place, where AKS does that: \`az aks update --ids ${id ?? "ID"} --outbound-type ${String(value)}\`, then \`pulumi refresh\`, ` +
      `and ${String(value)} here after that; or make a new cluster beside it`
    : undefined;
