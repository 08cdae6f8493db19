import { ResourceValidationPolicy } from "@pulumi/policy";
import { agentPools } from "../../aksCluster";
import { benchmark } from "./benchmark";

/**
 * Nodes have no public addresses, in no pool. (Checkov looks at the first pool alone.)
 *
 * @severity high
 * @frameworks Microsoft cloud security benchmark NS-2, Checkov CKV_AZURE_143
 * @topics network
 * @link https://learn.microsoft.com/azure/aks/use-node-public-ips
 */
export const noNodePublicIp: ResourceValidationPolicy = {
  name: "aks-no-node-public-ip",
  displayName: "AKS: nodes have no public addresses",
  description: "The nodes of an AKS cluster must not have public IP addresses.",
  enforcementLevel: "mandatory",
  severity: "high",
  framework: benchmark("NS-2"),
  tags: ["aks", "baseline", "network", "CKV_AZURE_143"],
  remediationSteps:
    "Write `enableNodePublicIP: false` on the pool, or leave the property out. AKS does not change it in a pool that " +
    "is there already: make a new pool beside it and delete the old one.",
  url: "https://learn.microsoft.com/azure/aks/use-node-public-ips",
  validateResource: (args, reportViolation) => {
    for (const pool of agentPools(args)) {
      if (pool.get("enableNodePublicIP") !== true) continue;
      reportViolation(
        `${pool.title}: ${pool.path("enableNodePublicIP")} is true. Every node is then reached from the internet by ` +
          "itself, past load balancers and firewalls; under eBPF Calico guards a node's own ports only where a " +
          "HostEndpoint says so. Write `enableNodePublicIP: false`, or leave the property out, and let Services of " +
          "type LoadBalancer take what comes from outside.",
      );
    }
  },
};
