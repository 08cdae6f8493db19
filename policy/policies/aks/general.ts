// Where a cluster stands, and what Azure answers for.
import { baseline, clusterPolicy, property, strict } from "../../define";
import { textsKnob } from "../../knobs";
import { same } from "../../unknown";

export const paidTier = clusterPolicy({
  name: "aks-paid-tier",
  wants: "An AKS cluster must have the tier Standard or Premium.",
  why: "In the tier Free, the default, nobody answers for the API server's uptime, which a switch to eBPF needs.",
  // No remediation: it costs money, which nobody should spend unasked.
  write: 'Write `sku: { name: "Base", tier: "Standard" }`.',
  ...strict("medium"),
  answers: "CKV_AZURE_170 Azure.AKS.UptimeSLA",
  url: "https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers",
  judge: property("sku.tier", (tier) => same(tier, "Standard", "Premium")),
});

const regions = textsKnob("regions", "Regions where clusters may stand, such as westeurope; empty: all.");

/** `West Europe` and `westeurope` are the same to Azure. */
const plain = (region: any) => String(region).replace(/ /g, "").toLowerCase();

export const allowedRegions = clusterPolicy({
  name: "aks-allowed-regions",
  wants: "An AKS cluster must stand in one of the regions that the team allows.",
  write: "Write one of them as `location`, or add this one to the knob `regions`.",
  ...baseline("medium"),
  answers: "Azure.Resource.AllowedRegions e56962a6-4747-49cd-b67b-bf8b01975c4c",
  url: "https://learn.microsoft.com/azure/aks/quotas-skus-regions",
  knobs: [regions],
  judge: (cluster, args) => {
    const allowed = regions.of(args.getConfig());
    if (!allowed.length || cluster.get("location") === undefined) return undefined;
    const isAllowed = (location: any) => allowed.map(plain).includes(plain(location));
    const verdict = property("location", isAllowed)(cluster);
    return verdict && { ...verdict, why: `This team allows ${allowed.join(", ")}.` };
  },
});
