import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster } from "../../aksCluster";

/**
 * An AKS cluster has Kubernetes RBAC. Absent is right: it is on by default.
 *
 * @severity high
 * @frameworks Azure Security Benchmark PA-7, Checkov CKV_AZURE_5, PSRule Azure.AKS.UseRBAC
 * @topics identity, kubernetes
 * @link https://learn.microsoft.com/azure/aks/concepts-identity
 */
export const rbacEnabled: ResourceValidationPolicy = {
  name: "aks-rbac-enabled",
  displayName: "AKS: Kubernetes RBAC is on",
  description: "An AKS cluster must have Kubernetes role-based access control.",
  enforcementLevel: "mandatory",
  severity: "high",
  framework: {
    name: "Azure Security Benchmark",
    version: "2.0",
    reference: "PA-7",
    specification: "Follow just enough administration (least privilege principle)",
  },
  tags: ["aks", "baseline", "identity", "CKV_AZURE_5", "Azure.AKS.UseRBAC"],
  remediationSteps: "Write `enableRBAC: true` on the ManagedCluster, or leave the property out.",
  url: "https://learn.microsoft.com/azure/aks/concepts-identity",
  validateResource: (args, reportViolation) => {
    const cluster = aksCluster(args);
    if (!cluster || cluster.get("enableRBAC") !== false) return;
    reportViolation(
      `${cluster.path("enableRBAC")} is false. Without RBAC everybody who reaches the cluster's API server may do everything in it, ` +
        "also rewrite Calico's data plane and its policies; and AKS cannot turn RBAC on later, the cluster would " +
        "have to be replaced. Write `enableRBAC: true`, or leave the property out: it is on by default.",
    );
  },
};
