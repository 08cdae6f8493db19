// Where a cluster stands, and what Azure answers for.
import { baseline, clusterPolicy, property, strict } from "../../define";
import { textsKnob } from "../../knobs";
import { same } from "../../unknown";

export const paidTier = clusterPolicy(
  {
    name: "aks-paid-tier",
    wants: "An AKS cluster must have the tier Standard or Premium.",
    why:
      "In the tier Free, the default, nobody answers for the API server's uptime, and it is made for fewer than " +
      "10 nodes. A switch to eBPF rolls every node through this API server.",
    // No remediation: it costs money, which nobody should spend unasked.
    write: 'Write `sku: { name: "Base", tier: "Standard" }`.',
    ...strict("medium"),
    answers: "CKV_AZURE_170 Azure.AKS.UptimeSLA",
    url: "https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers",
  },
  property("sku.tier", (tier) => same(tier, "Standard", "Premium")),
);

const regions = textsKnob("regions", "Regions where clusters may stand, such as westeurope; empty: all.");

/** `West Europe` and `westeurope` are the same to Azure. */
const plain = (region: string) => region.replace(/ /g, "").toLowerCase();

export const allowedRegions = clusterPolicy(
  {
    name: "aks-allowed-regions",
    wants: "An AKS cluster must stand in one of the regions that the team allows.",
    write: "Write one of the regions of the knob `regions` as `location`, or add this one to it.",
    ...baseline("medium"),
    answers: "Azure.Resource.AllowedRegions e56962a6-4747-49cd-b67b-bf8b01975c4c",
    url: "https://learn.microsoft.com/azure/aks/quotas-skus-regions",
    knobs: [regions],
  },
  (cluster, args) => {
    const allowed = regions.of(args.getConfig());
    if (!allowed.length) return undefined;
    const isAllowed = (location: any) =>
      location === undefined || allowed.some((region) => plain(region) === plain(String(location)));
    const verdict = property("location", isAllowed)(cluster);
    if (!verdict || "notKnown" in verdict) return verdict;
    return {
      found: `${verdict.found}, which is not among the regions that this team allows: ${allowed.join(", ")}`,
    };
  },
);
