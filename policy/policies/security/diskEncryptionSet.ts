import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster } from "../../aksCluster";
import { benchmark } from "./benchmark";

/**
 * A key of one's own encrypts the cluster's disks.
 *
 * @severity medium
 * @frameworks Microsoft cloud security benchmark DP-5, Checkov CKV_AZURE_117, Azure Policy
 * 7d7be79c-23ba-4033-84dd-45e2a5ccdd67
 * @topics storage, encryption
 * @link https://learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys
 */
export const diskEncryptionSet: ResourceValidationPolicy = {
  name: "aks-disk-encryption-set",
  displayName: "AKS: disks are encrypted with a key of your own",
  description: "An AKS cluster must encrypt its disks with a disk encryption set.",
  enforcementLevel: "disabled",
  severity: "medium",
  framework: benchmark("DP-5"),
  tags: ["aks", "strict", "encryption", "CKV_AZURE_117"],
  remediationSteps:
    "Write `diskEncryptionSetID: SET.id` on the ManagedCluster, SET being an azure-native.compute.DiskEncryptionSet. " +
    "AKS takes it at the cluster's creation only.",
  url: "https://learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys",
  validateResource: (args, reportViolation) => {
    const cluster = aksCluster(args);
    if (!cluster) return;
    const id = cluster.get("diskEncryptionSetID");
    if (id !== undefined && id !== "") return;
    reportViolation(
      `${cluster.path("diskEncryptionSetID")} is ${id === "" ? "empty" : "missing"}. OS and data disks are then ` +
        "encrypted with keys of Microsoft's, which you can neither rotate nor withdraw. Write `diskEncryptionSetID: " +
        "SET.id`, SET being a DiskEncryptionSet whose key is in your vault. AKS takes the set at a cluster's creation " +
        "only: one that is there already has to be made anew.",
    );
  },
};
