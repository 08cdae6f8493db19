import { same } from "../../aksCluster";
import { hasCalicoAddOn, isMeantForEbpf, stackPolicy } from "../../stack";

/**
 * No Node Auto Provisioning beside AKS's Calico.
 *
 * Source: azure-aks-docs, node-auto-provisioning-networking: Calico network policy (`networkPolicy: calico`) is
 * unsupported with it. A Calico that the user brings is not meant.
 *
 * @severity medium
 * @topics network, kubernetes
 * @link https://learn.microsoft.com/azure/aks/node-auto-provisioning-networking
 */
export const noNodeAutoProvisioning = stackPolicy(
  {
    name: "ebpf-no-node-auto-provisioning",
    displayName: "eBPF: no Node Auto Provisioning",
    description: "A cluster with eBPF on AKS's Calico must not use Node Auto Provisioning.",
    enforcementLevel: "mandatory",
    severity: "medium",
    tags: ["calico", "ebpf", "nodes"],
    remediationSteps:
      'Write `nodeProvisioningProfile: { mode: "Manual" }` on the cluster, or leave it out, and `enableAutoScaling: ' +
      "true` with minCount and maxCount on the pools.",
    url: "https://learn.microsoft.com/azure/aks/node-auto-provisioning-networking",
  },
  (stack, reportViolation) => {
    for (const dataplane of stack.dataplanes.filter(isMeantForEbpf)) {
      const { title, cluster } = dataplane;
      const mode = cluster && cluster.written.get("nodeProvisioningProfile", "mode");
      if (!cluster || !hasCalicoAddOn(dataplane) || !same(mode, "auto")) continue;
      reportViolation(
        `${cluster.written.path("nodeProvisioningProfile.mode")} is ${mode}, and ${title} has networkPolicy calico, which Node Auto ` +
          "Provisioning does not support: its nodes may join before Calico is on them, and of an operating system that " +
          'the pools do not say. Write `nodeProvisioningProfile: { mode: "Manual" }`, or leave it out, and let the ' +
          "pools scale: `enableAutoScaling: true`, `minCount`, `maxCount`.",
        cluster.resource.urn,
      );
    }
  },
);
