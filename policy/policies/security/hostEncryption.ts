import { ResourceValidationPolicy } from "@pulumi/policy";
import { agentPools } from "../../aksCluster";
import { Unknown } from "../../unknown";
import { benchmark } from "./benchmark";

/**
 * Temp disks and caches are encrypted on the nodes' hosts, in every pool.
 *
 * @severity medium
 * @frameworks Microsoft cloud security benchmark DP-4, Checkov CKV_AZURE_227, Azure Policy
 * 41425d9f-d1a5-499a-9932-f8ed8453932c
 * @topics storage, encryption
 * @link https://learn.microsoft.com/azure/aks/enable-host-encryption
 */
export const hostEncryption: ResourceValidationPolicy = {
  name: "aks-host-encryption",
  displayName: "AKS: nodes are encrypted at host",
  description: "The node pools of an AKS cluster must use host-based encryption.",
  enforcementLevel: "disabled",
  severity: "medium",
  framework: benchmark("DP-4"),
  tags: ["aks", "strict", "encryption", "CKV_AZURE_227"],
  remediationSteps:
    "Write `enableEncryptionAtHost: true` on every pool, after `az feature register --namespace Microsoft.Compute --name " +
    "EncryptionAtHost`. AKS does not change it in a pool that is there already: make a new pool and delete the old one.",
  url: "https://learn.microsoft.com/azure/aks/enable-host-encryption",
  validateResource: (args, reportViolation) => {
    for (const pool of agentPools(args)) {
      const isOn = pool.get("enableEncryptionAtHost");
      if (isOn === true || isOn === Unknown) continue;
      reportViolation(
        `${pool.title}: ${pool.path("enableEncryptionAtHost")} is not true. Temp disks and the caches of disks then ` +
          "lie unencrypted on the host; with an ephemeral OS disk that is all that a node writes. Write " +
          "`enableEncryptionAtHost: true`, after `az feature register --namespace Microsoft.Compute --name " +
          "EncryptionAtHost` in the subscription.",
      );
    }
  },
};
