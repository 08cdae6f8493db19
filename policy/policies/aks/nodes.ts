// How the nodes of a cluster are made, how many there are, and what they take.
import { Pool } from "../../aksCluster";
import { baseline, isTrue, poolPolicy, property, stackPolicy, strict, Verdict } from "../../define";
import { numberKnob, textsKnob } from "../../knobs";
import { items, read, same, Unknown } from "../../unknown";
import { flatMaxPods, isFlat, nodesOf, poolsIn, sizesOf, unknownPools } from "./pools";

const systemNodes = numberKnob("minimum", 3, "Fewest nodes of all system pools together.");

export const minNodes = stackPolicy(
  {
    name: "aks-min-nodes",
    wants: "The system pools of an AKS cluster must have a minimum number of nodes.",
    why:
      "A node that fails or is upgraded, and every roll-out of calico-node, takes too large a part of the " +
      "cluster's own services with it.",
    write: "Write a larger `count` on a system pool, or `minCount` where it is scaled.",
    ...baseline("medium"),
    answers: "Azure.AKS.MinNodeCount",
    url: "https://learn.microsoft.com/azure/aks/use-system-pools",
    knobs: [systemNodes],
  },
  function* (stack, config) {
    yield* unknownPools(stack);
    const minimum = systemNodes.of(config);
    const pools = poolsIn(stack).filter(({ pool }) => pool.mode !== "User");
    // It may be any cluster's.
    const stray = pools.find(({ of, cluster }) => !cluster && read(of.props, "resourceName") === Unknown);
    for (const of of stack.clusters) {
      const its = pools
        .filter(({ cluster }) => cluster === of)
        .map((one) => ({ ...one, ...nodesOf(one.pool) }));
      const nodes = its.map(({ pool, fewest }) => (pool.mode === Unknown ? Unknown : fewest));
      const sum = nodes.reduce<number>((all, one) => all + (one === Unknown ? 0 : one), 0);
      if (!its.length || sum >= minimum || of.wanted.get("agentPoolProfiles") === Unknown) continue;
      const other = its[nodes.indexOf(Unknown)] ?? stray;
      const words = its
        .map(({ pool, path, fewest }) => `${pool.title} ${String(fewest)} (${path})`)
        .join(", ");
      if (other) yield { notKnown: `${other.pool.title}: its nodes`, of: other.of };
      else
        yield {
          found: `The system pools of ${of.name} begin with ${sum}, fewer than ${minimum} nodes: ${words}`,
          of,
        };
    }
  },
);

const userNodes = numberKnob("minimum", 3, "Fewest nodes of a user pool.");
const excludedPools = textsKnob(
  "excludedPools",
  "Names of pools that may have fewer, such as one for tests.",
);

/** Whether a pool is small on purpose: evicted at any time, or of machines that are paid for where they are needed. */
const isSpecial = (pool: Pool): boolean =>
  same(pool.get("scaleSetPriority"), "Spot") ||
  pool.get("gpuProfile") !== undefined ||
  pool.get("gpuInstanceProfile") !== undefined ||
  sizesOf(pool).some(({ size }) => typeof size === "string" && /^standard_n/i.test(size));

export const minUserPoolNodes = poolPolicy(
  {
    name: "aks-min-user-pool-nodes",
    wants:
      "A user pool of AKS must have a minimum number of nodes, where it is not scaled to zero, of GPUs or Spot.",
    why: "A node that fails or is upgraded leaves too little room for its pods.",
    write:
      "Write `count: 3`, or `minCount: 3` where it is scaled (0 where it may be empty), or name the pool in the " +
      "knob `excludedPools`.",
    ...baseline("medium"),
    answers: "Azure.AKS.MinUserPoolNodes",
    url: "https://learn.microsoft.com/azure/aks/create-node-pools",
    knobs: [userNodes, excludedPools],
  },
  (pool, args) => {
    const { fewest, path } = nodesOf(pool);
    const [minimum, excluded] = [userNodes.of(args.getConfig()), excludedPools.of(args.getConfig())];
    const isEnough = fewest === 0 || (fewest !== Unknown && fewest >= minimum);
    if (isEnough || pool.mode === "System" || isSpecial(pool) || excluded.includes(pool.name ?? ""))
      return undefined;
    const sizes = sizesOf(pool).map(({ size }) => size);
    const isUnnamed = excluded.length > 0 && pool.name === undefined;
    if (isUnnamed || [fewest, pool.mode, pool.get("scaleSetPriority"), ...sizes].includes(Unknown))
      return { notKnown: `${pool.title}: ${path}` };
    return { found: `${pool.title} begins with ${String(fewest)}, fewer than ${minimum} nodes (${path})` };
  },
);

const podsPerNode = numberKnob("minimum", 50, "Fewest pods that a node must take.");

// No remediation: `maxPods` cannot be changed on a living pool.
export const minPodsPerNode = stackPolicy(
  {
    name: "aks-min-pods-per-node",
    wants: "A node of AKS must take at least a minimum number of pods.",
    why: "Every node carries the same system pods, so few pods a node mean many nodes.",
    write: "Write `maxPods: 110` on a new pool, and see that the range of addresses holds them.",
    ...baseline("medium"),
    answers: "CKV_AZURE_168 Azure.AKS.NodeMinPods",
    url: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
    knobs: [podsPerNode],
  },
  function* (stack, config) {
    yield* unknownPools(stack);
    const minimum = podsPerNode.of(config);
    for (const { pool, of, cluster } of poolsIn(stack)) {
      const [pods, path, byDefault] = [pool.get("maxPods"), pool.path("maxPods"), flatMaxPods(pool)];
      // Other networks begin with 110 or 250 (azure-aks-docs, concepts-network-ip-address-planning).
      const flat = pods === undefined && cluster && byDefault < minimum && isFlat(cluster.wanted);
      if (pods === Unknown || flat === Unknown) yield { notKnown: `${pool.title}: ${path}`, of };
      else if (pods < minimum)
        yield { found: `${pool.title}: ${path} is ${pods}, fewer than ${minimum}`, of };
      else if (flat)
        yield {
          found: `${pool.title}: ${path} is missing, and AKS's default on a flat network of Azure CNI is ${byDefault}`,
          of,
        };
    }
  },
);

// No remediation: a living pool cannot change its type.
export const scaleSetPools = poolPolicy(
  {
    name: "aks-scale-set-pools",
    wants: "A node pool of AKS must be a virtual machine scale set, or of type VirtualMachines.",
    why: "An availability set has no autoscaler, zones or upgrades of node images, and AKS makes none any more.",
    write: 'Write `type: "VirtualMachineScaleSets"` on a new pool, or leave it out.',
    ...baseline("high"),
    answers: "CKV_AZURE_169 Azure.AKS.PoolScaleSet",
    url: "https://learn.microsoft.com/azure/aks/availability-sets-on-aks",
  },
  property("type", (type) => type === undefined || same(type, "VirtualMachineScaleSets", "VirtualMachines")),
);

/**
 * Of scale sets alone. A pool of type VirtualMachines has scale profiles, without autoscaler in the stable API, and
 * `availabilityZones` are for scale sets (azure-native, AgentPoolArgs).
 */
function ofScaleSets(judge: (pool: Pool) => Verdict) {
  return (pool: Pool): Verdict => {
    const [type, verdict] = [pool.get("type"), judge(pool)];
    if (!verdict || type === undefined || same(type, "VirtualMachineScaleSets")) return verdict;
    return type === Unknown ? { notKnown: `${pool.title}: ${pool.path("type")}` } : undefined;
  };
}

export const autoscaling = poolPolicy(
  {
    name: "aks-autoscaling",
    wants: "A node pool of AKS must be scaled by the cluster autoscaler.",
    why: "With a fixed number of nodes pods that do not fit wait for somebody, and idle nodes are paid for.",
    // No remediation: the bounds are the team's to say.
    write: "Write `enableAutoScaling: true` with `minCount` and `maxCount` beside it.",
    ...strict("low"),
    answers: "Azure.AKS.AutoScaling",
    url: "https://learn.microsoft.com/azure/aks/cluster-autoscaler",
  },
  ofScaleSets(property("enableAutoScaling", isTrue)),
);

export const availabilityZones = poolPolicy(
  {
    name: "aks-availability-zones",
    wants: "A node pool of AKS must stand in availability zones.",
    why: "One data centre's failure takes all its nodes.",
    write:
      'Write `availabilityZones: ["1", "2", "3"]` on a new pool: a living one cannot change them. In a region ' +
      'without zones set this policy to "disabled".',
    ...strict("medium"),
    answers: "Azure.AKS.AvailabilityZone",
    url: "https://learn.microsoft.com/azure/aks/availability-zones",
  },
  ofScaleSets((pool) => {
    const [zones, path] = [pool.get("availabilityZones"), pool.path("availabilityZones")];
    if (zones === Unknown) return { notKnown: `${pool.title}: ${path}` };
    return zones?.length > 0
      ? undefined
      : { found: `${pool.title} stands in no availability zone (${path})` };
  }),
);

const taint = "CriticalAddonsOnly=true:NoSchedule";

export const systemPoolReserved = poolPolicy(
  {
    name: "aks-system-pool-reserved",
    wants: "A system pool of AKS must keep other workloads away.",
    why: "A workload that runs wild takes CoreDNS, Typha and the operator of Calico down with it.",
    // No remediation: without a user pool nothing else would find a node.
    write: `Write \`nodeTaints: ["${taint}"]\` on it, and give the workloads a pool of mode User.`,
    ...strict("medium"),
    answers: "CKV_AZURE_232",
    url: "https://learn.microsoft.com/azure/aks/use-system-pools",
  },
  (pool) => {
    const [all, path] = [pool.get("nodeTaints"), pool.path("nodeTaints")];
    const taints = all === Unknown ? [Unknown] : items(all);
    if (pool.mode === "User" || taints.includes(taint)) return undefined;
    if (pool.mode === Unknown || taints.includes(Unknown)) return { notKnown: `${pool.title}: ${path}` };
    return { found: `${pool.title} is a system pool and takes any pod (${path})` };
  },
);

const allowedSizes = textsKnob(
  "sizes",
  "Machine sizes of nodes, such as Standard_D4ds_v5, or Standard_D* for a family; empty: all.",
);

/** A size, or the beginning of one and `*`. */
function fits(size: string, allowed: string): boolean {
  const [name, wanted] = [size.toLowerCase(), allowed.toLowerCase()];
  return wanted.endsWith("*") ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}

export const allowedVmSizes = poolPolicy(
  {
    name: "aks-allowed-vm-sizes",
    wants: "The node pools of AKS must be of the machine sizes that the team allows.",
    write: "Write one of them, or add it to the knob `sizes`.",
    ...baseline("low"),
    answers: "cccc23c7-8427-4f53-ad12-b6a63eb452b3",
    url: "https://learn.microsoft.com/azure/aks/quotas-skus-regions",
    knobs: [allowedSizes],
  },
  (pool, args) => {
    const sizes = allowedSizes.of(args.getConfig());
    if (!sizes.length) return undefined;
    return sizesOf(pool).map(({ size, path }) => {
      if (size === Unknown) return { notKnown: `${pool.title}: ${path}` };
      if (size === undefined || sizes.some((allowed) => fits(String(size), allowed))) return undefined;
      return { found: `${pool.title}: ${path} is ${size}, and this team allows ${sizes.join(", ")}` };
    });
  },
);
