import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster } from "../../aksCluster";
import { listOfTexts, textsSchema } from "../../knobs";
import { items, Unknown } from "../../unknown";
import { benchmark } from "./benchmark";
import { isOwnOutbound, isWholeInternet, isWithin } from "./ranges";

/**
 * The API server answers known addresses only: authorized ranges, or no public address at all. (Checkov lets a private
 * cluster pass too, PSRule does not.)
 *
 * @severity high
 * @frameworks Microsoft cloud security benchmark NS-1, Checkov CKV_AZURE_6, PSRule Azure.AKS.AuthorizedIPs, Azure
 * Policy 0e246bcf-5f6f-4f87-bc6f-775d4712c7ea
 * @topics network
 * @link https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges
 */
export const apiServerAccess: ResourceValidationPolicy = {
  name: "aks-api-server-access",
  displayName: "AKS: the API server answers known addresses only",
  description: "An AKS cluster must be private or have authorized IP ranges.",
  enforcementLevel: "disabled",
  severity: "high",
  framework: benchmark("NS-1"),
  tags: ["aks", "strict", "network", "CKV_AZURE_6", "Azure.AKS.AuthorizedIPs"],
  configSchema: {
    properties: {
      allowedCidrs: textsSchema(
        "IPv4 ranges within which every authorized range must lie. Empty: any ranges but the whole internet. " +
          "0.0.0.0/32, the cluster's own outbound address, is always allowed.",
      ),
    },
  },
  remediationSteps:
    'Write `apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/24"] }` with your own ranges (those of CI ' +
    "among them), or `apiServerAccessProfile: { enablePrivateCluster: true }`.",
  url: "https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges",
  validateResource: (args, reportViolation) => {
    const cluster = aksCluster(args);
    if (!cluster) return;
    const isPrivate = cluster.get("apiServerAccessProfile", "enablePrivateCluster");
    const ranges = cluster.get("apiServerAccessProfile", "authorizedIPRanges");
    if (isPrivate === true || isPrivate === Unknown || ranges === Unknown) return;
    const path = cluster.path("apiServerAccessProfile.authorizedIPRanges");
    if (!Array.isArray(ranges) || ranges.length === 0) {
      reportViolation(
        `${path} is ${ranges === undefined ? "missing" : "empty"} and the cluster is not private. Its API server ` +
          "then answers the whole internet, and a leaked credential works from everywhere. Write " +
          '`apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/24"] }` with your own ranges (those of CI ' +
          "among them), or `apiServerAccessProfile: { enablePrivateCluster: true }`.",
      );
      return;
    }
    const allowedCidrs = listOfTexts(args.getConfig(), "allowedCidrs", "203.0.113.0/24");
    for (const [at, range] of items(ranges).entries()) {
      if (typeof range !== "string" || isOwnOutbound(range)) continue;
      if (isWholeInternet(range)) {
        reportViolation(
          `${path}[${at}] is ${range}. That is the whole internet or half of it, and guards nothing. Write the ` +
            "ranges from which people and CI really come.",
        );
      } else if (allowedCidrs.length > 0 && !allowedCidrs.some((allowed) => isWithin(range, allowed))) {
        reportViolation(
          `${path}[${at}] is ${range}, which does not lie within ${allowedCidrs.join(", ")}. Only those may reach ` +
            "an API server here. Write a range within them, or add this one to allowedCidrs in the configuration of " +
            "policy aks-api-server-access.",
        );
      }
    }
  },
};
