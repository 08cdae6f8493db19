import { ResourceValidationPolicy } from "@pulumi/policy";
import { agentPools, same } from "../../aksCluster";
import { listOfTexts, numberSchema, textsSchema, wholeNumber } from "../../knobs";
import { fewestNodes, nodesProperty, poolMode } from "./nodes";

const otherwise = 3;

/**
 * Every user pool begins with so many nodes; Spot pools and those that the knob names do not count.
 *
 * @severity medium
 * @frameworks PSRule Azure.AKS.MinUserPoolNodes
 * @topics availability, kubernetes
 * @link https://learn.microsoft.com/azure/aks/create-node-pools
 */
export const minUserPoolNodes: ResourceValidationPolicy = {
  name: "aks-min-user-pool-nodes",
  displayName: "AKS: enough nodes in user pools",
  description: "A user pool of AKS must have a minimum number of nodes.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["aks", "baseline", "operations", "Azure.AKS.MinUserPoolNodes"],
  remediationSteps:
    "Write `count: 3` on the pool, or `minCount: 3` where it is scaled (at least the knob `minimum`), or name the " +
    "pool in the knob `excludedPools`.",
  url: "https://learn.microsoft.com/azure/aks/create-node-pools",
  configSchema: {
    properties: {
      minimum: numberSchema("Fewest nodes of a user pool.", otherwise),
      excludedPools: textsSchema("Names of pools that may have fewer, such as one that is scaled to zero."),
    },
  },
  validateResource: (args, reportViolation) => {
    const pools = agentPools(args);
    if (pools.length === 0) return;
    const minimum = wholeNumber(args.getConfig(), "minimum", otherwise);
    const excluded = listOfTexts(args.getConfig(), "excludedPools", "gpu");
    for (const pool of pools) {
      if (!same(poolMode(args, pool), "User") || same(pool.get("scaleSetPriority"), "Spot")) continue;
      if (pool.name !== undefined && excluded.includes(pool.name)) continue;
      const nodes = fewestNodes(pool);
      if (typeof nodes === "symbol" || (typeof nodes === "number" && nodes >= minimum)) continue;
      reportViolation(
        `${pool.title} begins with ${nodes === undefined ? "no number of nodes of its own" : nodes}, fewer than ` +
          `${minimum}: a node that fails or is upgraded leaves too little room for its pods. Write ` +
          `\`${nodesProperty(pool)}: ${minimum}\` or more.`,
      );
    }
  },
};
