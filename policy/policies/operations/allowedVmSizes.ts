import { ResourceValidationPolicy } from "@pulumi/policy";
import { agentPools } from "../../aksCluster";
import { listOfTexts, textsSchema } from "../../knobs";

/** A size, or the beginning of one and `*`. */
function fits(size: string, allowed: string): boolean {
  const [name, wanted] = [size.toLowerCase(), allowed.toLowerCase()];
  return wanted.endsWith("*") ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}

/**
 * Nodes are of sizes that the team allows. Without a list every size is allowed.
 *
 * @severity low
 * @frameworks Azure Policy cccc23c7-8427-4f53-ad12-b6a63eb452b3
 * @topics cost, compliance
 * @link https://learn.microsoft.com/azure/aks/quotas-skus-regions
 */
export const allowedVmSizes: ResourceValidationPolicy = {
  name: "aks-allowed-vm-sizes",
  displayName: "AKS: an allowed machine size",
  description: "The node pools of AKS must be of the machine sizes that the team allows.",
  enforcementLevel: "mandatory",
  severity: "low",
  tags: ["aks", "baseline", "operations"],
  remediationSteps: "Write one of the sizes of the knob `sizes` as `vmSize` of the pool.",
  url: "https://learn.microsoft.com/azure/aks/quotas-skus-regions",
  configSchema: {
    properties: {
      sizes: textsSchema(
        "Machine sizes of nodes, such as Standard_D4ds_v5, or Standard_D* for a family; empty: all.",
      ),
    },
  },
  validateResource: (args, reportViolation) => {
    const pools = agentPools(args);
    if (pools.length === 0) return;
    const sizes = listOfTexts(args.getConfig(), "sizes", "Standard_D4ds_v5");
    for (const pool of sizes.length === 0 ? [] : pools) {
      const size = pool.get("vmSize");
      if (typeof size !== "string" || sizes.some((allowed) => fits(size, allowed))) continue;
      reportViolation(
        `${pool.title} has nodes of size ${size}, which is not among those that this team allows: ${sizes.join(", ")}. ` +
          `Write one of them as \`${pool.path("vmSize")}\`, or add it to the policy's sizes.`,
      );
    }
  },
};
