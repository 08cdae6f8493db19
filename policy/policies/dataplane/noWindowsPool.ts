import { agentPools } from "../../aksCluster";
import { isMeantForEbpf, stackPolicy, written } from "../../stack";

/**
 * No Windows nodes beside eBPF.
 *
 * Source: tigera/docs calico/operations/ebpf/enabling-ebpf, "unsupported": clusters with some eBPF nodes and some
 * standard data plane and/or Windows nodes.
 *
 * @severity high
 * @topics network, kubernetes
 * @link https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf
 */
export const noWindowsPool = stackPolicy(
  {
    name: "ebpf-no-windows-pool",
    displayName: "eBPF: no Windows pool",
    description: "A cluster with Calico eBPF must have Linux node pools only.",
    enforcementLevel: "mandatory",
    severity: "high",
    tags: ["calico", "ebpf", "nodes"],
    remediationSteps:
      'Write `osType: "Linux"` and an osSKU such as "Ubuntu" on the pool, or give Windows workloads a cluster of their ' +
      "own without eBPF.",
    url: "https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf",
  },
  (stack, reportViolation) => {
    for (const resource of stack.resources) {
      // As written: Azure's answer for a cluster lists every pool, also those that another resource or nobody declares.
      for (const pool of agentPools(written(resource))) {
        const found = ["osType", "osSKU"].find((field) => /^windows/i.test(String(pool.get(field))));
        if (!found) continue;
        const dataplane = stack.dataplanesOf(resource).find(isMeantForEbpf);
        if (!dataplane) continue;
        reportViolation(
          `${pool.title} has Windows nodes (${pool.path(found)}: ${pool.get(found)}), and ${dataplane.title} runs ` +
            "Calico eBPF, which is for Linux nodes only: the nodes of one cluster must not mix data planes. Write " +
            '`osType: "Linux"` and an osSKU such as "Ubuntu", or move the Windows workloads to a cluster without eBPF.',
          resource.urn,
        );
      }
    }
  },
);
