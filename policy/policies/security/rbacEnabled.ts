import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster } from "../../aksCluster";
import { benchmark } from "./benchmark";

/**
 * An AKS cluster has Kubernetes RBAC. Absent is right: it is on by default.
 *
 * @severity high
 * @frameworks Microsoft cloud security benchmark PA-7, Checkov CKV_AZURE_5, PSRule Azure.AKS.UseRBAC, Azure Policy
 * ac4a19c2-fa67-49b4-8ae5-0b2e78c49457
 * @topics identity, kubernetes
 * @link https://learn.microsoft.com/azure/aks/concepts-identity
 */
export const rbacEnabled: ResourceValidationPolicy = {
  name: "aks-rbac-enabled",
  displayName: "AKS: Kubernetes RBAC is on",
  description: "An AKS cluster must have Kubernetes role-based access control.",
  enforcementLevel: "mandatory",
  severity: "high",
  framework: benchmark("PA-7"),
  tags: ["aks", "baseline", "identity", "CKV_AZURE_5", "Azure.AKS.UseRBAC"],
  remediationSteps: "Write `enableRBAC: true` on the ManagedCluster, or leave the property out.",
  url: "https://learn.microsoft.com/azure/aks/concepts-identity",
  validateResource: (args, reportViolation) => {
    const cluster = aksCluster(args);
    if (!cluster || cluster.get("enableRBAC") !== false) return;
    reportViolation(
      `${cluster.path("enableRBAC")} is false. Without RBAC everybody who reaches the cluster's API server may do ` +
        "everything in it, also rewrite Calico's data plane and its policies; and AKS cannot turn RBAC on later, the " +
        "cluster would have to be replaced. Write `enableRBAC: true`, or leave the property out: it is on by default.",
    );
  },
};
