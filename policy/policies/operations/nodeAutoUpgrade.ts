import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster, AnyResource, same, Settings } from "../../aksCluster";

/** The cluster whose nodes AKS does not patch. Left out is right: AKS's default is NodeImage. */
function unpatched(resource: AnyResource): Settings | undefined {
  const cluster = aksCluster(resource);
  if (!cluster) return undefined;
  const channel = cluster.get("autoUpgradeProfile", "nodeOSUpgradeChannel");
  return same(channel, "None") || same(channel, "Unmanaged") ? cluster : undefined;
}

/**
 * AKS patches the nodes' operating system: NodeImage or SecurityPatch. Also the kernel on which Calico's eBPF runs.
 *
 * @severity high
 * @frameworks PSRule Azure.AKS.NodeAutoUpgrade, Azure Policy 04408ca5-aa10-42ce-8536-98955cdddd4c
 * @topics upgrades, vulnerability
 * @link https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image
 */
export const nodeAutoUpgrade: ResourceValidationPolicy = {
  name: "aks-node-auto-upgrade",
  displayName: "AKS: nodes are patched",
  description: "An AKS cluster must patch the operating system of its nodes by itself.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["aks", "baseline", "operations", "Azure.AKS.NodeAutoUpgrade"],
  remediationSteps:
    'Write `autoUpgradeProfile: { nodeOSUpgradeChannel: "NodeImage" }` on the ManagedCluster, or leave it out.',
  url: "https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image",
  remediateResource: (args) => {
    const cluster = unpatched(args);
    return cluster && cluster.set("NodeImage", "autoUpgradeProfile", "nodeOSUpgradeChannel")
      ? args.props
      : undefined;
  },
  validateResource: (args, reportViolation) => {
    const cluster = unpatched(args);
    if (!cluster) return;
    reportViolation(
      `nodeOSUpgradeChannel is ${cluster.get("autoUpgradeProfile", "nodeOSUpgradeChannel")}: AKS does not replace the ` +
        "nodes' images, and fixes of the kernel, in which eBPF programs run, wait for somebody to restart nodes. Write " +
        `\`${cluster.path("autoUpgradeProfile.nodeOSUpgradeChannel")}: "NodeImage"\` or "SecurityPatch".`,
    );
  },
};
