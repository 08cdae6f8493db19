// What a cluster's disks are encrypted with, and where nodes keep what they write.
import { clusterPolicy, isTrue, poolPolicy, property, strict } from "../../define";
import { same, Unknown } from "../../unknown";

export const diskEncryptionSet = clusterPolicy(
  {
    name: "aks-disk-encryption-set",
    wants: "An AKS cluster must encrypt its disks with a disk encryption set.",
    why: "OS and data disks are then encrypted with keys of Microsoft's, which you can neither rotate nor withdraw.",
    write:
      "Write `diskEncryptionSetID: SET.id`, SET being an azure-native.compute.DiskEncryptionSet whose key is in " +
      "your vault. AKS takes it at a cluster's creation only: one that is there already has to be made anew.",
    ...strict("medium", "DP-5"),
    answers: "CKV_AZURE_117 7d7be79c-23ba-4033-84dd-45e2a5ccdd67",
    url: "https://learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys",
  },
  (cluster) => {
    // The id of a set that is yet to be made.
    if (cluster.get("diskEncryptionSetID") === Unknown) return undefined;
    return property("diskEncryptionSetID", Boolean)(cluster);
  },
);

export const hostEncryption = poolPolicy(
  {
    name: "aks-host-encryption",
    wants: "The node pools of an AKS cluster must use host-based encryption.",
    why:
      "Temp disks and the caches of disks then lie unencrypted on the host; with an ephemeral OS disk that is all " +
      "that a node writes.",
    write:
      "Write `enableEncryptionAtHost: true`, after `az feature register --namespace Microsoft.Compute --name " +
      "EncryptionAtHost` in the subscription. AKS does not change it in a pool that is there: make a new pool.",
    ...strict("medium", "DP-4"),
    answers: "CKV_AZURE_227 41425d9f-d1a5-499a-9932-f8ed8453932c",
    url: "https://learn.microsoft.com/azure/aks/enable-host-encryption",
  },
  property("enableEncryptionAtHost", isTrue),
);

export const ephemeralOsDisk = poolPolicy(
  {
    name: "aks-ephemeral-os-disk",
    wants: "The node pools of an AKS cluster must use ephemeral OS disks.",
    why: "What a node writes to its OS disk is then kept in Azure Storage, and new nodes start slower.",
    write:
      'Write `osDiskType: "Ephemeral"`, with a vmSize that has room for it (Standard_D8ds_v5, for example). AKS ' +
      "does not change it in a pool that is there: make a new pool.",
    ...strict("low", "DP-4"),
    answers: "CKV_AZURE_226 Azure.AKS.EphemeralOSDisk",
    url: "https://learn.microsoft.com/azure/aks/concepts-storage#ephemeral-os-disk",
  },
  (pool) => {
    const verdict = property("osDiskType", (type) => same(type, "Ephemeral"))(pool);
    // Source: azure-rest-api-specs, ManagedClusterAgentPoolProfileProperties.osDiskType.
    const why = "AKS then takes a managed disk without a word where the VM size has too little room.";
    return verdict && pool.get("osDiskType") === undefined ? { ...verdict, why } : verdict;
  },
);
