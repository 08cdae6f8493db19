import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster } from "../../aksCluster";
import { Unknown } from "../../unknown";
import { benchmark } from "./benchmark";

/**
 * The cluster acts in Azure as a managed identity, not as a service principal.
 *
 * @severity high
 * @frameworks Microsoft cloud security benchmark IM-3, PSRule Azure.AKS.ManagedIdentity, Azure Policy
 * da6e2401-19da-4532-9141-fb8fbde08431
 * @topics identity
 * @link https://learn.microsoft.com/azure/aks/use-managed-identity
 */
export const managedIdentity: ResourceValidationPolicy = {
  name: "aks-managed-identity",
  displayName: "AKS: the cluster has a managed identity",
  description: "An AKS cluster must use a managed identity instead of a service principal.",
  enforcementLevel: "mandatory",
  severity: "high",
  framework: benchmark("IM-3"),
  tags: ["aks", "baseline", "identity", "Azure.AKS.ManagedIdentity"],
  remediationSteps:
    'Write `identity: { type: "SystemAssigned" }`, or `identity: { type: "UserAssigned", userAssignedIdentities: ' +
    "[identity.id] }`, and take servicePrincipalProfile out.",
  url: "https://learn.microsoft.com/azure/aks/use-managed-identity",
  validateResource: (args, reportViolation) => {
    const cluster = aksCluster(args);
    if (!cluster) return;
    const type = cluster.get("identity", "type");
    if (type === Unknown || /^(System|User)Assigned$/i.test(String(type))) return;
    const isPrincipal = cluster.get("servicePrincipalProfile", "clientId") !== undefined;
    reportViolation(
      `${cluster.path("identity.type")} is ${type === undefined ? "missing" : type}. ` +
        (isPrincipal
          ? "The cluster then acts in Azure as a service principal, whose secret lies in its settings and expires " +
            "some day: from then on no node joins and no load balancer changes. "
          : "Without an identity the cluster can neither make nodes nor load balancers in Azure. ") +
        'Write `identity: { type: "SystemAssigned" }`, or "UserAssigned" with `userAssignedIdentities: ' +
        "[identity.id]`" +
        (isPrincipal ? ", and take servicePrincipalProfile out." : "."),
    );
  },
};
