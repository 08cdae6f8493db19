import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster } from "../../aksCluster";
import { Unknown } from "../../unknown";
import { benchmark } from "./benchmark";

/**
 * The API server has no public address.
 *
 * @severity medium
 * @frameworks Microsoft cloud security benchmark NS-2, Checkov CKV_AZURE_115, Azure Policy
 * 040732e8-d947-40b8-95d6-854c95024bf8
 * @topics network
 * @link https://learn.microsoft.com/azure/aks/private-clusters
 */
export const privateCluster: ResourceValidationPolicy = {
  name: "aks-private-cluster",
  displayName: "AKS: the cluster is private",
  description: "An AKS cluster's API server must have no public address.",
  enforcementLevel: "disabled",
  severity: "medium",
  framework: benchmark("NS-2"),
  tags: ["aks", "strict", "network", "CKV_AZURE_115"],
  remediationSteps:
    "Write `apiServerAccessProfile: { enablePrivateCluster: true }` and run Pulumi where the VNet is reached. " +
    "Without API server VNet integration AKS does so at a cluster's creation only.",
  url: "https://learn.microsoft.com/azure/aks/private-clusters",
  validateResource: (args, reportViolation) => {
    const cluster = aksCluster(args);
    if (!cluster) return;
    const isPrivate = cluster.get("apiServerAccessProfile", "enablePrivateCluster");
    if (isPrivate === true || isPrivate === Unknown) return;
    reportViolation(
      `${cluster.path("apiServerAccessProfile.enablePrivateCluster")} is not true. The API server then has a public ` +
        "address, on which it is found and tried. Write `apiServerAccessProfile: { enablePrivateCluster: true }` and " +
        "run Pulumi where the VNet is reached. Without API server VNet integration AKS does so at a cluster's creation " +
        'only; for a cluster that has to stay public, set this policy to "disabled" and guard it with ' +
        "aks-api-server-access.",
    );
  },
};
