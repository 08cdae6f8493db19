import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster } from "../../aksCluster";
import { Unknown } from "../../unknown";
import { benchmark } from "./benchmark";

/**
 * The cluster's built-in administrator is off. No remediation: where Entra is not set up it would lock everybody out,
 * Pulumi's own kubeconfig with them.
 *
 * @severity high
 * @frameworks Microsoft cloud security benchmark IM-1, Checkov CKV_AZURE_141, PSRule Azure.AKS.LocalAccounts, Azure
 * Policy 993c2fcd-2b29-49d2-9eb0-df2c3a730c32
 * @topics identity
 * @link https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad
 */
export const localAccountsOff: ResourceValidationPolicy = {
  name: "aks-local-accounts-off",
  displayName: "AKS: local accounts are off",
  description: "An AKS cluster must not have local accounts.",
  enforcementLevel: "disabled",
  severity: "high",
  framework: benchmark("IM-1"),
  tags: ["aks", "strict", "identity", "CKV_AZURE_141", "Azure.AKS.LocalAccounts"],
  remediationSteps:
    "Write `disableLocalAccounts: true` beside `aadProfile: { managed: true, adminGroupObjectIDs: [GROUP] }`.",
  url: "https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad",
  validateResource: (args, reportViolation) => {
    const cluster = aksCluster(args);
    if (!cluster) return;
    const isOff = cluster.get("disableLocalAccounts");
    if (isOff === true || isOff === Unknown) return;
    reportViolation(
      `${cluster.path("disableLocalAccounts")} is not true. Whoever may list the cluster's credentials gets a ` +
        "certificate of its administrator, which passes by Entra, its groups and its second factor, and leaves nobody's name " +
        "in the audit log. Write `disableLocalAccounts: true`, with `aadProfile: { managed: true, " +
        "adminGroupObjectIDs: [GROUP] }` beside it: without Entra nobody could sign in any more.",
    );
  },
};
