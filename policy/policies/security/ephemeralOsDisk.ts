import { ResourceValidationPolicy } from "@pulumi/policy";
import { agentPools } from "../../aksCluster";
import { Unknown } from "../../unknown";
import { benchmark } from "./benchmark";

/**
 * OS disks are ephemeral, in every pool. Absent is not enough: AKS then takes Managed without a word where the VM
 * size has too little room (azure-rest-api-specs, ManagedClusterAgentPoolProfileProperties.osDiskType).
 *
 * @severity low
 * @frameworks Microsoft cloud security benchmark DP-4, Checkov CKV_AZURE_226, PSRule Azure.AKS.EphemeralOSDisk
 * @topics storage, performance
 * @link https://learn.microsoft.com/azure/aks/concepts-storage#ephemeral-os-disk
 */
export const ephemeralOsDisk: ResourceValidationPolicy = {
  name: "aks-ephemeral-os-disk",
  displayName: "AKS: nodes have ephemeral OS disks",
  description: "The node pools of an AKS cluster must use ephemeral OS disks.",
  enforcementLevel: "disabled",
  severity: "low",
  framework: benchmark("DP-4"),
  tags: ["aks", "strict", "storage", "CKV_AZURE_226", "Azure.AKS.EphemeralOSDisk"],
  remediationSteps:
    'Write `osDiskType: "Ephemeral"` on every pool, with a vmSize that has room for it (Standard_D8ds_v5, for ' +
    "example). AKS does not change it in a pool that is there already: make a new pool and delete the old one.",
  url: "https://learn.microsoft.com/azure/aks/concepts-storage#ephemeral-os-disk",
  validateResource: (args, reportViolation) => {
    for (const pool of agentPools(args)) {
      const type = pool.get("osDiskType");
      if (type === Unknown || type === "Ephemeral") continue;
      reportViolation(
        `${pool.title}: ${pool.path("osDiskType")} is ${type === undefined ? "missing" : type}. ` +
          (type === undefined
            ? "AKS then takes a managed disk without a word where the VM size has too little room. "
            : "What a node writes to its OS disk is then kept in Azure Storage, and new nodes start slower. ") +
          'Write `osDiskType: "Ephemeral"`, with a vmSize that has room for it.',
      );
    }
  },
};
