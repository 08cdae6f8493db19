import { ResourceValidationPolicy } from "@pulumi/policy";
import { agentPools, Pool, same } from "../../aksCluster";
import { Unknown } from "../../unknown";
import { poolMode } from "./nodes";

const taint = "CriticalAddonsOnly=true:NoSchedule";

function isReserved(pool: Pool): boolean {
  const taints = pool.get("nodeTaints");
  if (taints === Unknown) return true;
  if (!Array.isArray(taints)) return false;
  return Array.from({ length: taints.length }, (_, at) => pool.get("nodeTaints", String(at))).some(
    (one) => one === Unknown || one === taint,
  );
}

/**
 * System pools run the cluster's own pods only. No remediation: without a user pool nothing else would find a node.
 *
 * @severity medium
 * @frameworks Checkov CKV_AZURE_232
 * @topics availability, kubernetes
 * @link https://learn.microsoft.com/azure/aks/use-system-pools
 */
export const systemPoolReserved: ResourceValidationPolicy = {
  name: "aks-system-pool-reserved",
  displayName: "AKS: system pools are for system pods",
  description: "A system pool of AKS must keep other workloads away.",
  enforcementLevel: "disabled",
  severity: "medium",
  tags: ["aks", "strict", "operations", "CKV_AZURE_232"],
  remediationSteps:
    `Write \`nodeTaints: ["${taint}"]\` on the system pool and give the cluster a user pool (CalicoEbpfCluster does ` +
    "the first where there is one in `nodePools`).",
  url: "https://learn.microsoft.com/azure/aks/use-system-pools",
  validateResource: (args, reportViolation) => {
    for (const pool of agentPools(args)) {
      if (!same(poolMode(args, pool), "System") || isReserved(pool)) continue;
      reportViolation(
        `${pool.title} is a system pool and takes any pod: a workload that runs wild takes CoreDNS, Typha and the ` +
          `operator of Calico down with it. Write \`${pool.path("nodeTaints")}: ["${taint}"]\`, and give the ` +
          "workloads a pool of mode User.",
      );
    }
  },
};
