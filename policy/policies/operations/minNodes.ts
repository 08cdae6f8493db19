import { ResourceValidationPolicy } from "@pulumi/policy";
import { agentPools, aksCluster, same } from "../../aksCluster";
import { numberSchema, wholeNumber } from "../../knobs";
import { fewestNodes, nodesProperty, poolMode } from "./nodes";

const otherwise = 3;

/**
 * The system pools inside a cluster begin with so many nodes together. Silent where one of them is not known yet.
 *
 * @severity medium
 * @frameworks PSRule Azure.AKS.MinNodeCount
 * @topics availability, kubernetes
 * @link https://learn.microsoft.com/azure/aks/use-system-pools
 */
export const minNodes: ResourceValidationPolicy = {
  name: "aks-min-nodes",
  displayName: "AKS: enough system nodes",
  description: "The system pools of an AKS cluster must have a minimum number of nodes.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["aks", "baseline", "operations", "Azure.AKS.MinNodeCount"],
  remediationSteps:
    "Write `count: 3` on the system pool, or `minCount: 3` where it is scaled (at least the knob `minimum`).",
  url: "https://learn.microsoft.com/azure/aks/use-system-pools",
  configSchema: {
    properties: { minimum: numberSchema("Fewest nodes of all system pools together.", otherwise) },
  },
  validateResource: (args, reportViolation) => {
    if (!aksCluster(args)) return;
    const minimum = wholeNumber(args.getConfig(), "minimum", otherwise);
    const pools = agentPools(args).filter((pool) => !same(poolMode(args, pool), "User"));
    const nodes = pools.map(fewestNodes);
    if (pools.length === 0 || nodes.some((count) => typeof count === "symbol")) return;
    const total = nodes.reduce<number>((sum, count) => sum + (typeof count === "number" ? count : 0), 0);
    if (total >= minimum) return;
    reportViolation(
      `The system pools begin with ${total} node${total === 1 ? "" : "s"}, fewer than ${minimum}: a node that fails or ` +
        "is upgraded, and every roll-out of calico-node, takes too large a part of the cluster's own services with it. " +
        `Write \`${nodesProperty(pools[0])}: ${minimum - total + (typeof nodes[0] === "number" ? nodes[0] : 0)}\` or more.`,
    );
  },
};
