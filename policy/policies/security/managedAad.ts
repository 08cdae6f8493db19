import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster } from "../../aksCluster";
import { Unknown } from "../../unknown";
import { benchmark } from "./benchmark";

/**
 * People sign in to the cluster with Microsoft Entra ID, by AKS's own integration.
 *
 * @severity high
 * @frameworks Microsoft cloud security benchmark IM-1, PSRule Azure.AKS.ManagedAAD, Azure Policy
 * 450d2877-ebea-41e8-b00c-e286317d21bf
 * @topics identity
 * @link https://learn.microsoft.com/azure/aks/enable-authentication-microsoft-entra-id
 */
export const managedAad: ResourceValidationPolicy = {
  name: "aks-managed-aad",
  displayName: "AKS: people sign in with Microsoft Entra ID",
  description: "An AKS cluster must use AKS-managed Microsoft Entra ID integration.",
  enforcementLevel: "disabled",
  severity: "high",
  framework: benchmark("IM-1"),
  tags: ["aks", "strict", "identity", "Azure.AKS.ManagedAAD"],
  remediationSteps:
    "Write `aadProfile: { managed: true, adminGroupObjectIDs: [GROUP] }`, the group being the object id of those who " +
    "administer the cluster.",
  url: "https://learn.microsoft.com/azure/aks/enable-authentication-microsoft-entra-id",
  validateResource: (args, reportViolation) => {
    const cluster = aksCluster(args);
    if (!cluster) return;
    const managed = cluster.get("aadProfile", "managed");
    if (managed === true || managed === Unknown) return;
    const isLegacy = cluster.get("aadProfile", "serverAppID") !== undefined;
    reportViolation(
      `${cluster.path("aadProfile.managed")} is not true. ` +
        (isLegacy
          ? "aadProfile.serverAppID belongs to the legacy integration, which is deprecated. "
          : "People then reach the cluster with certificates that nobody can take back one by one, and that no " +
            "second factor guards. ") +
        "Write `aadProfile: { managed: true, adminGroupObjectIDs: [GROUP] }`, the group being the object id of those " +
        "who administer the cluster.",
    );
  },
};
