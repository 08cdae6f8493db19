import { ResourceValidationPolicy } from "@pulumi/policy";
import { aksCluster } from "../../aksCluster";
import { listOfTexts, textsSchema } from "../../knobs";

/** `West Europe` and `westeurope` are the same to Azure. */
const plain = (region: string) => region.replace(/ /g, "").toLowerCase();

/**
 * The cluster stands in a region that the team allows. Without a list every region is allowed.
 *
 * @severity medium
 * @frameworks PSRule Azure.Resource.AllowedRegions, Azure Policy e56962a6-4747-49cd-b67b-bf8b01975c4c
 * @topics compliance
 * @link https://learn.microsoft.com/azure/aks/quotas-skus-regions
 */
export const allowedRegions: ResourceValidationPolicy = {
  name: "aks-allowed-regions",
  displayName: "AKS: an allowed region",
  description: "An AKS cluster must stand in one of the regions that the team allows.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["aks", "baseline", "operations", "Azure.Resource.AllowedRegions"],
  remediationSteps: "Write one of the regions of the knob `regions` as `location` of the ManagedCluster.",
  url: "https://learn.microsoft.com/azure/aks/quotas-skus-regions",
  configSchema: {
    properties: { regions: textsSchema("Regions where clusters may stand, such as westeurope; empty: all.") },
  },
  validateResource: (args, reportViolation) => {
    const cluster = aksCluster(args);
    if (!cluster) return;
    const regions = listOfTexts(args.getConfig(), "regions", "westeurope");
    const location = cluster.get("location");
    if (typeof location !== "string" || regions.length === 0) return;
    if (regions.some((region) => plain(region) === plain(location))) return;
    reportViolation(
      `The cluster stands in ${location}, which is not among the regions that this team allows: ${regions.join(", ")}. ` +
        `Write one of them as \`${cluster.path("location")}\`, or add it to the policy's regions.`,
    );
  },
};
