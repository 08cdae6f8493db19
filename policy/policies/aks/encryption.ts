// What a cluster's disks are encrypted with, and where nodes keep what they write.
import { clusterPolicy, isTrue, poolPolicy, property, strict } from "../../define";
import { same } from "../../unknown";

export const diskEncryptionSet = clusterPolicy({
  name: "aks-disk-encryption-set",
  wants: "An AKS cluster must encrypt its disks with a disk encryption set.",
  why: "Disks are then encrypted with keys of Microsoft's, which you can neither rotate nor withdraw.",
  write: "Write `diskEncryptionSetID: SET.id` on a new cluster: AKS does not change it later.",
  ...strict("medium", "DP-5"),
  answers: "CKV_AZURE_117 7d7be79c-23ba-4033-84dd-45e2a5ccdd67",
  url: "https://learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys",
  // An id that is not known yet is that of a set that is yet to be made.
  judge: (its) =>
    its.get("diskEncryptionSetID") ? undefined : property("diskEncryptionSetID", Boolean)(its),
});

export const hostEncryption = poolPolicy({
  name: "aks-host-encryption",
  wants: "The node pools of an AKS cluster must use host-based encryption.",
  why: "Temp disks, ephemeral OS disks and caches of disks then lie unencrypted on the host.",
  write: "Write `enableEncryptionAtHost: true` on a new pool; register Microsoft.Compute/EncryptionAtHost.",
  ...strict("medium", "DP-4"),
  answers: "CKV_AZURE_227 41425d9f-d1a5-499a-9932-f8ed8453932c",
  url: "https://learn.microsoft.com/azure/aks/enable-host-encryption",
  judge: property("enableEncryptionAtHost", isTrue),
});

export const ephemeralOsDisk = poolPolicy({
  name: "aks-ephemeral-os-disk",
  wants: "The node pools of an AKS cluster must use ephemeral OS disks.",
  why: "A managed disk, which AKS takes where the VM size has too little room, is kept in Azure Storage.",
  write: 'Write `osDiskType: "Ephemeral"` on a new pool, with a vmSize that has room for it.',
  ...strict("low", "DP-4"),
  answers: "CKV_AZURE_226 Azure.AKS.EphemeralOSDisk",
  url: "https://learn.microsoft.com/azure/aks/concepts-storage#ephemeral-os-disk",
  judge: property("osDiskType", (type) => same(type, "Ephemeral")),
});
