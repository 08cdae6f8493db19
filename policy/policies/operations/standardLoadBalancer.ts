import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster, AnyResource, same, Settings } from "../../aksCluster";

function withBasic(resource: AnyResource): Settings | undefined {
  const cluster = aksCluster(resource);
  return cluster && same(cluster.get("networkProfile", "loadBalancerSku"), "basic") ? cluster : undefined;
}

/**
 * The load balancer is Standard. Left out is right: it is AKS's default. The remedy is for new clusters: a living one
 * has to be migrated.
 *
 * @severity high
 * @frameworks PSRule Azure.AKS.StandardLB
 * @topics network, availability
 * @link https://learn.microsoft.com/azure/aks/load-balancer-standard
 */
export const standardLoadBalancer: ResourceValidationPolicy = {
  name: "aks-standard-load-balancer",
  displayName: "AKS: the load balancer is Standard",
  description: "An AKS cluster must have a Standard load balancer.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["aks", "baseline", "operations", "Azure.AKS.StandardLB"],
  remediationSteps:
    'Write `networkProfile: { loadBalancerSku: "standard" }` on the ManagedCluster, or leave the property out.',
  url: "https://learn.microsoft.com/azure/aks/load-balancer-standard",
  remediateResource: (args) => {
    const cluster = withBasic(args);
    return cluster && cluster.set("standard", "networkProfile", "loadBalancerSku") ? args.props : undefined;
  },
  validateResource: (args, reportViolation) => {
    const cluster = withBasic(args);
    if (!cluster) return;
    reportViolation(
      "loadBalancerSku is basic, which Azure has retired: it knows no zones, no outbound rules and one pool of nodes " +
        `only. Write \`${cluster.path("networkProfile.loadBalancerSku")}: "standard"\`, or leave the property out.`,
    );
  },
};
