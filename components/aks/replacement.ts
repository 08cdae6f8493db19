// What azure-native answers with another cluster: delete this one, then make one anew
// (pulumi-azure-native, provider/pkg/gen/replacement.go and provider/pkg/provider/diff.go).
import type { AksClusterPlan } from "../validate/aksCluster";
import type { Finding } from "../validate/findings";
import type { ClusterBody } from "./clusterBody";
import { importedAsFound } from "./imported";
import { type AskedNames, known, type LiveCluster } from "./liveCluster";

/** A property as azure-native names it in the body and in the answer, and the argument that it comes from. */
interface Row {
  path: string;
  argument: string;
  /** Leaving it out says something too, and does not mean "as it is". */
  stated?: true;
  /** What two spellings of one value have in common. Default: all. */
  same?: (value: string) => string;
}

const lower = (value: string) => value.toLowerCase();
const network = (path: string, argument = `managedCluster.networkProfile.${path}`): Row => ({
  path: `networkProfile.${path}`,
  argument,
});

/** Plugin and policy follow from `mode`, which liveMode.ts compares. */
const rows: Row[] = [
  { path: "location", argument: "location", same: (value) => lower(value).replace(/\s/g, "") },
  // The same set in another case makes another cluster for azure-native, too, but Azure answers in a case of its own.
  { path: "diskEncryptionSetID", argument: "managedCluster.diskEncryptionSetID", stated: true, same: lower },
  { path: "dnsPrefix", argument: "clusterName" },
  { path: "nodeResourceGroup", argument: "clusterName" },
  { path: "fqdnSubdomain", argument: "managedCluster.fqdnSubdomain" },
  { path: "linuxProfile", argument: "managedCluster.linuxProfile" },
  network("serviceCidr", "network.serviceCidr"),
  network("serviceCidrs"),
  network("dnsServiceIP"),
  network("podCidr", "network.podCidr"),
  network("podCidrs"),
  network("ipFamilies"),
  network("outboundType"),
  network("networkMode"),
  network("networkDataplane"),
  // Without it the network is flat.
  { ...network("networkPluginMode", "network.mode"), stated: true },
];

/** @param made its names in Azure; @param wanted those of the program */
export async function replacements(
  plan: AksClusterPlan,
  body: ClusterBody,
  live: LiveCluster,
  made: AskedNames,
  wanted: AskedNames,
): Promise<Finding[]> {
  if (plan.replaceCluster) return [];
  const findings: Finding[] = [];
  const refuse = (argument: string, property: string, has: unknown, asked: unknown) =>
    findings.push({
      path: argument,
      wrong: `asks for ${property} ${shown(asked)}, and the cluster ${made.resourceName} has ${shown(has)}`,
      why: "it is chosen at a cluster's birth: Pulumi would delete the cluster with all that runs in it and make another one",
      write:
        "what it has, or make a new cluster beside it, or replaceCluster: true if this one may be deleted",
    });
  if (lower(made.resourceGroupName) !== lower(wanted.resourceGroupName))
    refuse("resourceGroupName", "the resource group", made.resourceGroupName, wanted.resourceGroupName);
  if (made.resourceName !== wanted.resourceName)
    refuse("clusterName", "the name", made.resourceName, wanted.resourceName);
  // Names that are derived from them change as well.
  if (findings.length > 0) return findings;
  const asFound = plan.importId === undefined ? [] : importedAsFound(plan);
  for (const { path, argument, stated, same = String } of rows) {
    const has = at(live, path);
    const asked = await known(at(body, path));
    if (asFound.includes(path) || asked === undefined) continue;
    if (!stated && (has === undefined || asked.value === undefined)) continue;
    if (canonical(has, same) !== canonical(asked.value, same)) refuse(argument, path, has, asked.value);
  }
  return findings;
}

const at = (body: object, path: string): unknown =>
  path.split(".").reduce((found: any, member) => found?.[member], body);

const canonical = (value: unknown, same: (text: string) => string): string =>
  typeof value === "string" ? same(value) : (JSON.stringify(value) ?? "");

const shown = (value: unknown): string =>
  typeof value === "string" && value !== "" ? value : (JSON.stringify(value) ?? "(none)");
