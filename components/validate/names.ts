// Names that are made of others, and what Azure takes: Microsoft.ContainerService in "Naming rules and restrictions for Azure
// resources", and the patterns of the managed cluster's API.
import { matching } from "./shapes";

/** Length of the random suffix, with which names are unique where Azure wants them so. */
export const suffixLength = 6;

/** Longest component name whose derived names all fit: the DNS prefix is the shortest, with 54 characters. */
export const longestName = 54 - 1 - suffixLength;

/** A component's name becomes part of every name in Azure. */
export const componentName = matching(
  new RegExp(`^[A-Za-z]([A-Za-z0-9-]{0,${longestName - 2}}[A-Za-z0-9])?$`),
  `the names of the resource group, the cluster and its DNS prefix are made of it and a random suffix, and Azure allows ${longestName} characters for it`,
  `letters, digits and hyphens, at most ${longestName}, a letter first and no hyphen last`,
);

/** The DNS prefix of a cluster: its name without what a prefix may not have. */
export function dnsPrefixOf(cluster: string): string {
  return cluster.replace(/_/g, "-").slice(0, 54).replace(/-+$/, "");
}

/** The group of nodes, disks and load balancers: 80 characters at most, which AKS's own `MC_...` easily exceeds. */
export function nodeResourceGroupOf(cluster: string): string {
  return `${cluster}-nodes`;
}

/** The data collection rule of Container insights: 64 characters at most, and no hyphen in the middle of a cut. */
export function insightsRuleOf(cluster: string): string {
  return `${cluster.slice(0, 55).replace(/[-_]+$/, "")}-insights`;
}
