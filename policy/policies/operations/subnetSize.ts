import { PolicyResource } from "@pulumi/policy";
import { agentPools, aksCluster, azureNativeType, genericAzureType, same } from "../../aksCluster";
import { numberSchema, wholeNumber } from "../../knobs";
import { read, Unknown } from "../../unknown";
import { clusterOf, clustersIn } from "./clusterOf";
import { fromInputs } from "./fromInputs";

/** PSRule's own (AZURE_AKS_CNI_MINIMUM_CLUSTER_SUBNET_SIZE). */
const otherwise = 23;

/** Whether pods take their addresses from the subnet of the nodes, or from one of their own: Azure CNI without overlay. */
function isFlat(resource: PolicyResource): boolean {
  const cluster = aksCluster(resource);
  if (!cluster || !same(cluster.get("networkProfile", "networkPlugin"), "azure")) return false;
  const mode = cluster.get("networkProfile", "networkPluginMode");
  return mode !== Unknown && !same(mode, "overlay");
}

/** The length of a subnet's IPv4 prefix, where it is known; `properties` is where the generic resource has it. */
function prefixLength(subnet: PolicyResource): number | undefined {
  const paths = [["addressPrefix"], ["addressPrefixes", "0"]];
  for (const path of [...paths, ...paths.map((one) => ["properties", ...one])]) {
    const found = /^[\d.]+\/(\d+)$/.exec(String(read(subnet.props, ...path)));
    if (found) return Number(found[1]);
  }
  return undefined;
}

/** The subnets that a cluster or a pool names. Its own properties may be all that say so in a first preview. */
function subnetsOf(resource: PolicyResource): PolicyResource[] {
  const { agentPoolProfiles, vnetSubnetID, podSubnetID, properties } = resource.propertyDependencies;
  const named = [agentPoolProfiles, vnetSubnetID, podSubnetID, properties].filter(
    (list) => list !== undefined,
  );
  return (named.length > 0 ? named.flat() : resource.dependencies).filter(
    (one) =>
      azureNativeType(one.type) === "network:Subnet" ||
      genericAzureType(one) === "microsoft.network/virtualnetworks/subnets",
  );
}

/**
 * On a flat network the subnets of the nodes hold the pods' addresses too, and must be large. Judged where the subnet is
 * in the stack; overlay networks take no addresses from it, and are left alone (PSRule does not tell them apart).
 *
 * @severity medium
 * @frameworks PSRule Azure.AKS.CNISubnetSize
 * @topics network, capacity
 * @link https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning
 */
export const subnetSize = fromInputs(
  {
    name: "aks-subnet-size",
    displayName: "AKS: the subnet holds the pods",
    description: "The subnet of a flat Azure CNI network must be large enough for nodes and pods.",
    enforcementLevel: "mandatory",
    severity: "medium",
    tags: ["aks", "baseline", "operations", "Azure.AKS.CNISubnetSize"],
    remediationSteps:
      'Write a larger `addressPrefix` on the Subnet, such as "10.10.0.0/22" (at most the knob `longestPrefix`), or ' +
      '`networkPluginMode: "overlay"` on the cluster.',
    url: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
    configSchema: {
      properties: {
        longestPrefix: numberSchema(
          "Longest prefix of such a subnet, such as 23 for 512 addresses.",
          otherwise,
        ),
      },
    },
  },
  (resources, reportViolation, args) => {
    const clusters = clustersIn(resources);
    const longest = wholeNumber(args.getConfig(), "longestPrefix", otherwise);
    const seen = new Set<PolicyResource>();
    for (const resource of resources) {
      if (agentPools(resource).length === 0 && !clusters.includes(resource)) continue;
      const owner = clusters.includes(resource) ? resource : clusterOf(resource, clusters);
      if (!owner || !isFlat(owner)) continue;
      for (const subnet of subnetsOf(resource)) {
        const length = prefixLength(subnet);
        if (length === undefined || length <= longest || seen.has(subnet)) continue;
        seen.add(subnet);
        reportViolation(
          `Subnet ${subnet.name} has a prefix of /${length}, ${2 ** (32 - length)} addresses, and cluster ${owner.name} ` +
            "takes one of them for every pod, running or not: nodes are refused when they are gone, and a subnet in use " +
            `cannot grow. Write a prefix of /${longest} or shorter as \`addressPrefix\`, or ` +
            '`networkPluginMode: "overlay"` on the cluster.',
          subnet.urn,
        );
      }
    }
  },
);
