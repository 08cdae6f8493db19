// How the nodes of a cluster are made, how many there are, and what they take.
import { Pool } from "../../aksCluster";
import { baseline, isTrue, poolPolicy, property, stackPolicy, strict, Verdict, where } from "../../define";
import { numberKnob, textsKnob } from "../../knobs";
import { items, read, same, Unknown } from "../../unknown";
import { flatMaxPods, isFlat, nodesOf, poolsIn, sizesOf, unknownPools } from "./pools";

const systemNodes = numberKnob("minimum", 3, "Fewest nodes of all system pools together.");

export const minNodes = stackPolicy({
  name: "aks-min-nodes",
  wants: "The system pools of an AKS cluster must have a minimum number of nodes.",
  why: "A node that fails, or is upgraded, takes too large a part of the cluster's own services with it.",
  write: "Write a larger `count` on a system pool, or `minCount` where it is scaled.",
  ...baseline("medium"),
  answers: "Azure.AKS.MinNodeCount",
  url: "https://learn.microsoft.com/azure/aks/use-system-pools",
  knobs: [systemNodes],
  *judge(stack, config) {
    yield* unknownPools(stack);
    const minimum = systemNodes.of(config);
    const pools = poolsIn(stack).filter(({ pool }) => pool.mode !== "User");
    // It may be any cluster's.
    const stray = pools.find(({ of, cluster }) => !cluster && read(of.props, "resourceName") === Unknown);
    for (const of of stack.clusters) {
      const its = pools.filter(({ cluster }) => cluster === of);
      const counts = its.map(({ pool }) => (pool.mode === Unknown ? Unknown : nodesOf(pool).fewest));
      const sum = counts.reduce<number>((all, one) => all + (one === Unknown ? 0 : one), 0);
      if (!its.length || sum >= minimum || of.wanted.get("agentPoolProfiles") === Unknown) continue;
      const open = its[counts.indexOf(Unknown)] ?? stray;
      const words = its.map(({ pool }, at) => `${pool.title} ${String(counts[at])} (${nodesOf(pool).path})`);
      const few = `begin with ${sum}, fewer than ${minimum} nodes: ${words.join(", ")}`;
      if (open) yield { notKnown: `${open.pool.title}: its nodes`, of: open.of };
      else yield { found: `The system pools of ${of.name} ${few}`, of };
    }
  },
});

const userNodes = numberKnob("minimum", 3, "Fewest nodes of a user pool.");
const excludedPools = textsKnob("excludedPools", "Names of pools that may have fewer, such as tests.");

/** Whether a pool is small on purpose: evicted at any time, or of machines that are paid for where they are needed. */
const isSpecial = (pool: Pool): boolean =>
  same(pool.get("scaleSetPriority"), "Spot") ||
  ["gpuProfile", "gpuInstanceProfile"].some((name) => pool.get(name) !== undefined) ||
  sizesOf(pool).some(({ size }) => /^standard_n/i.test(String(size)));

export const minUserPoolNodes = poolPolicy({
  name: "aks-min-user-pool-nodes",
  wants: "A user pool must have a minimum number of nodes, where it is not scaled to zero, of GPUs or Spot.",
  why: "A node that fails or is upgraded leaves too little room for its pods.",
  write: "Write `count: 3`, or `minCount: 3` where it is scaled, or its name in the knob `excludedPools`.",
  ...baseline("medium"),
  answers: "Azure.AKS.MinUserPoolNodes",
  url: "https://learn.microsoft.com/azure/aks/create-node-pools",
  knobs: [userNodes, excludedPools],
  judge: (pool, args) => {
    const { fewest, path } = nodesOf(pool);
    const [minimum, excluded] = [userNodes.of(args.getConfig()), excludedPools.of(args.getConfig())];
    const isEnough = fewest === 0 || (fewest !== Unknown && fewest >= minimum);
    if (isEnough || pool.mode === "System" || isSpecial(pool) || excluded.includes(pool.name ?? ""))
      return undefined;
    const isUnnamed = excluded.length > 0 && pool.name === undefined;
    const sizes = sizesOf(pool).map(({ size }) => size);
    const isOpen = [fewest, pool.mode, pool.get("scaleSetPriority"), ...sizes].includes(Unknown);
    if (isUnnamed || isOpen) return { notKnown: `${pool.title}: ${path}` };
    return { found: `${pool.title} begins with ${String(fewest)}, fewer than ${minimum} nodes (${path})` };
  },
});

const podsPerNode = numberKnob("minimum", 50, "Fewest pods that a node must take.");

export const minPodsPerNode = stackPolicy({
  name: "aks-min-pods-per-node",
  wants: "A node of AKS must take at least a minimum number of pods.",
  why: "Every node carries the same system pods, so few pods a node mean many nodes.",
  write: "Write `maxPods: 110` on a new pool, and see that the range of addresses holds them.",
  ...baseline("medium"),
  answers: "CKV_AZURE_168 Azure.AKS.NodeMinPods",
  url: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
  knobs: [podsPerNode],
  *judge(stack, config) {
    yield* unknownPools(stack);
    const minimum = podsPerNode.of(config);
    for (const { pool, of, cluster } of poolsIn(stack)) {
      const [said, path] = [pool.get("maxPods"), where(pool, "maxPods")];
      // Other networks begin with 110 or 250 (azure-aks-docs, concepts-network-ip-address-planning).
      const isFew = cluster && flatMaxPods(pool) < minimum && isFlat(cluster.wanted);
      const words = said ?? `missing, which is ${flatMaxPods(pool)} on a flat network of Azure CNI`;
      if ((said ?? isFew) === Unknown) yield { notKnown: path, of };
      else if (said === undefined ? isFew : said < minimum)
        yield { found: `${path} is ${words}, fewer than ${minimum}`, of };
    }
  },
});

const kinds = ["VirtualMachineScaleSets", "VirtualMachines"];

export const scaleSetPools = poolPolicy({
  name: "aks-scale-set-pools",
  wants: "A node pool of AKS must be a virtual machine scale set, or of type VirtualMachines.",
  why: "An availability set has no autoscaler, zones or upgrades of node images, and AKS makes none any more.",
  write: 'Write `type: "VirtualMachineScaleSets"` on a new pool, or leave it out.',
  ...baseline("high"),
  answers: "CKV_AZURE_169 Azure.AKS.PoolScaleSet",
  url: "https://learn.microsoft.com/azure/aks/availability-sets-on-aks",
  judge: property("type", (type = kinds[0]) => same(type, ...kinds)),
});

/** Others have neither zones nor, in the stable API, an autoscaler (azure-native, AgentPoolArgs). */
function ofScaleSets(judge: (pool: Pool) => Verdict) {
  return (pool: Pool): Verdict => {
    const [type, verdict] = [pool.get("type"), judge(pool)];
    if (verdict && type === Unknown) return { notKnown: where(pool, "type") };
    return type === undefined || same(type, "VirtualMachineScaleSets") ? verdict : undefined;
  };
}

export const autoscaling = poolPolicy({
  name: "aks-autoscaling",
  wants: "A node pool of AKS must be scaled by the cluster autoscaler.",
  why: "With a fixed number of nodes pods that do not fit wait for somebody, and idle nodes are paid for.",
  // No remediation: the bounds are the team's to say.
  write: "Write `enableAutoScaling: true` with `minCount` and `maxCount` beside it.",
  ...strict("low"),
  answers: "Azure.AKS.AutoScaling",
  url: "https://learn.microsoft.com/azure/aks/cluster-autoscaler",
  judge: ofScaleSets(property("enableAutoScaling", isTrue)),
});

export const availabilityZones = poolPolicy({
  name: "aks-availability-zones",
  wants: "A node pool of AKS must stand in availability zones.",
  why: "One data centre's failure takes all its nodes.",
  write: 'Write `availabilityZones: ["1", "2", "3"]` on a new pool; disable this where there are no zones.',
  ...strict("medium"),
  answers: "Azure.AKS.AvailabilityZone",
  url: "https://learn.microsoft.com/azure/aks/availability-zones",
  judge: ofScaleSets(property("availabilityZones", (zones) => zones?.length > 0)),
});

const taint = "CriticalAddonsOnly=true:NoSchedule";

export const systemPoolReserved = poolPolicy({
  name: "aks-system-pool-reserved",
  wants: "A system pool of AKS must keep other workloads away.",
  why: "A workload that runs wild takes CoreDNS, Typha and the operator of Calico down with it.",
  // No remediation: without a user pool nothing else would find a node.
  write: `Write \`nodeTaints: ["${taint}"]\` on it, and give the workloads a pool of mode User.`,
  ...strict("medium"),
  answers: "CKV_AZURE_232",
  url: "https://learn.microsoft.com/azure/aks/use-system-pools",
  judge: (pool) => {
    const all = pool.get("nodeTaints");
    const taints = items(all);
    if (pool.mode === "User" || taints.includes(taint)) return undefined;
    if ([pool.mode, all, ...taints].includes(Unknown)) return { notKnown: where(pool, "nodeTaints") };
    return { found: `${where(pool, "nodeTaints")} lets any pod on a system pool` };
  },
});

const allowedSizes = textsKnob(
  "sizes",
  "Machine sizes of nodes, such as Standard_D4ds_v5, or Standard_D* for a family; empty: all.",
);

/** @param allowed a size, or the beginning of one and `*` */
const fits = (size: any, allowed: string): boolean =>
  new RegExp(`^${allowed.replace("*", ".*")}$`, "i").test(String(size));

export const allowedVmSizes = poolPolicy({
  name: "aks-allowed-vm-sizes",
  wants: "The node pools of AKS must be of the machine sizes that the team allows.",
  write: "Write one of them, or add it to the knob `sizes`.",
  ...baseline("low"),
  answers: "cccc23c7-8427-4f53-ad12-b6a63eb452b3",
  url: "https://learn.microsoft.com/azure/aks/quotas-skus-regions",
  knobs: [allowedSizes],
  judge: (pool, args) => {
    const sizes = allowedSizes.of(args.getConfig());
    if (!sizes.length) return undefined;
    return sizesOf(pool).map(({ size, path }) => {
      if (size === Unknown) return { notKnown: `${pool.title}: ${path}` };
      if (size === undefined || sizes.some((allowed) => fits(size, allowed))) return undefined;
      return { found: `${pool.title}: ${path} is ${size}, and this team allows ${sizes.join(", ")}` };
    });
  },
});
