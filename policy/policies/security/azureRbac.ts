import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster } from "../../aksCluster";
import { Unknown } from "../../unknown";
import { benchmark } from "./benchmark";

/**
 * Azure's role assignments say who may do what in the cluster.
 *
 * Source: PSRule.Rules.Azure Azure.AKS.AzureRBAC: `aadProfile.enableAzureRBAC` is true.
 *
 * @severity medium
 * @frameworks Microsoft cloud security benchmark PA-7, PSRule Azure.AKS.AzureRBAC
 * @topics identity
 * @link https://learn.microsoft.com/azure/aks/manage-azure-rbac
 */
export const azureRbac: ResourceValidationPolicy = {
  name: "aks-azure-rbac",
  displayName: "AKS: Azure RBAC authorizes in the cluster",
  description: "An AKS cluster must use Azure RBAC for Kubernetes authorization.",
  enforcementLevel: "disabled",
  severity: "medium",
  framework: benchmark("PA-7"),
  tags: ["aks", "strict", "identity", "Azure.AKS.AzureRBAC"],
  remediationSteps:
    "Write `aadProfile: { managed: true, enableAzureRBAC: true }` and give its users roles such as `Azure Kubernetes " +
    "Service RBAC Writer` on the cluster.",
  url: "https://learn.microsoft.com/azure/aks/manage-azure-rbac",
  validateResource: (args, reportViolation) => {
    const cluster = aksCluster(args);
    if (!cluster) return;
    const isOn = cluster.get("aadProfile", "enableAzureRBAC");
    if (isOn === true || isOn === Unknown) return;
    reportViolation(
      `${cluster.path("aadProfile.enableAzureRBAC")} is not true. Who may do what is then written in role bindings ` +
        "inside the cluster, where Azure's access reviews and Privileged Identity Management do not see it. Write " +
        "`aadProfile: { managed: true, enableAzureRBAC: true }`, and give its users roles such as `Azure Kubernetes " +
        "Service RBAC Writer` on the cluster first.",
    );
  },
};
