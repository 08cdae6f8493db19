// Versions of Kubernetes and of node images, and when AKS changes them.
import { agentPools, azureNativeType, genericAzureType, Settings } from "../../aksCluster";
import { baseline, clusterPolicy, property, stackPolicy, strict, writing } from "../../define";
import { knob } from "../../knobs";
import { Cluster, Declared, Stack } from "../../stack";
import { read, same, Unknown } from "../../unknown";

/** As AKS takes it: `1.35`, which means its newest patch, or `1.35.2`. */
const pattern = "v?\\d+\\.\\d+(\\.\\d+)?";

/** Its numbers; undefined for what is no version. */
function numbers(version: any): number[] | undefined {
  const isVersion = typeof version === "string" && new RegExp(`^${pattern}$`).test(version);
  return isVersion ? version.match(/\d+/g)!.map(Number) : undefined;
}

/** Whether one is older than the other, as far as both say it. */
function isOlder(version: number[], than: number[]): boolean {
  const at = version.findIndex((number, place) => place < than.length && number !== than[place]);
  return at >= 0 && version[at] < than[at];
}

/** Whether both may be the same, as far as both say it: `1.35` and `1.35.2` may. */
const mayEqual = (one: number[], other: number[]) => !isOlder(one, other) && !isOlder(other, one);

/** What a resource writes. @param cluster undefined where it is of another stack */
function written(title: string, settings: Settings, property: string, of: Declared, cluster?: Cluster) {
  return { title, value: settings.get(property), path: settings.path(property), of, cluster };
}

/** The versions of pools, those inside clusters and those of their own. */
const inPools = (stack: Stack) =>
  stack.resources.flatMap((of) => {
    const pools = agentPools(of);
    const cluster = "wanted" in of ? (of as Cluster) : pools.length ? stack.clusterOf(of) : undefined;
    if (cluster === of && cluster.wanted.get("agentPoolProfiles") === Unknown)
      return [written("A pool", cluster.wanted, "agentPoolProfiles", of, cluster)];
    return pools.map((pool) => written(pool.title, pool, "orchestratorVersion", of, cluster));
  });

const minimumVersion = knob<string>("minimumVersion", {
  type: "string",
  pattern: `^(${pattern})?$`,
  default: "1.34",
  description:
    'Oldest version, such as "1.34" or "1.34.2"; "" for none. Long-term support is not bound by it. The default ' +
    "is the oldest minor version in AKS's community support when this release was made, November 2026: raise it " +
    "as AKS retires versions.",
});
const allowedVersions = knob<string[]>("allowedVersions", {
  type: "array",
  items: { type: "string", pattern: `^${pattern}$` },
  default: [],
  description: "Versions that may be written, such as 1.35 for all its patches; empty: all.",
});

const unknownOrSame = (value: any, ...wanted: string[]) => value === Unknown || same(value, ...wanted);

export const version = stackPolicy(
  {
    name: "aks-version",
    wants: "An AKS cluster and its pools must run a version of Kubernetes that is supported and allowed.",
    write:
      'Write `kubernetesVersion: "1.35"` on the ManagedCluster and the same as `orchestratorVersion` on its ' +
      "pools, or leave both out. What may be written is in the knobs `minimumVersion` and `allowedVersions`.",
    ...baseline("high"),
    answers: "Azure.AKS.Version fb893a29-21bb-418c-a157-e99480ec364c",
    url: "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions",
    knobs: [minimumVersion, allowedVersions],
  },
  function* (stack, config) {
    const [minimum, allowed] = [minimumVersion.of(config), allowedVersions.of(config)];
    const inClusters = stack.clusters.map((of) =>
      written("The cluster", of.wanted, "kubernetesVersion", of, of),
    );
    for (const { title, value, path, of, cluster } of [...inClusters, ...inPools(stack)]) {
      if (value === Unknown) yield { notKnown: path, of };
      const its = numbers(value);
      if (!its) continue;
      const said = (...where: string[]) => cluster?.wanted.get(...where);
      const judged = (is: typeof same) => {
        // These channels move a living cluster and its pools on, whatever the program says.
        if (is(said("autoUpgradeProfile", "upgradeChannel"), "rapid", "stable")) return undefined;
        const isLongTerm =
          is(said("supportPlan"), "AKSLongTermSupport") && is(said("sku", "tier"), "Premium");
        if (!isLongTerm && isOlder(its, numbers(minimum) ?? []))
          return {
            found: `${title} wants Kubernetes ${value}, older than ${minimum}`,
            why: "AKS fixes no holes in versions that it has retired, and this pack was not made for their Calico.",
            write:
              `Write \`${path}: "${minimum}"\` or newer, or leave it out; an older one needs long-term support ` +
              '(`supportPlan: "AKSLongTermSupport"`, `sku.tier: "Premium"`), which AKS does not give its own Calico.',
          };
        if (!allowed.length || allowed.some((one) => mayEqual(numbers(one) ?? [], its))) return undefined;
        return {
          found:
            `${title} wants Kubernetes ${value}, which is not among the versions that this team allows: ` +
            allowed.join(", "),
          write: `Write one of them as \`${path}\`, or add it to the knob \`allowedVersions\`.`,
        };
      };
      const verdict = judged(unknownOrSame) ?? (judged(same) && { notKnown: "its channel or support plan" });
      yield verdict && { ...verdict, of };
    }
  },
);

export const poolVersion = stackPolicy(
  {
    name: "aks-pool-version",
    wants: "The node pools of an AKS cluster must run the cluster's version of Kubernetes.",
    why: "Nodes that lag behind miss fixes and stop the control plane's next upgrade; nodes ahead of it are refused.",
    write: "Write the cluster's `kubernetesVersion` as `orchestratorVersion` of each pool, or leave it out.",
    ...baseline("medium"),
    answers: "Azure.AKS.PoolVersion",
    url: "https://learn.microsoft.com/azure/aks/manage-node-pools",
  },
  function* (stack) {
    for (const { title, value, path, of, cluster } of inPools(stack)) {
      const wanted = cluster?.wanted.get("kubernetesVersion");
      const [its, clusters] = [numbers(value), numbers(wanted)];
      if (its && clusters && !mayEqual(its, clusters))
        yield {
          found: `${title} runs Kubernetes ${value} and its cluster ${wanted}`,
          write: `Write \`${path}: "${wanted}"\`, or leave it out.`,
          of,
        };
      else if (value === Unknown && wanted !== undefined) yield { notKnown: path, of };
      else if (value !== undefined && wanted === Unknown)
        yield { notKnown: "its cluster's kubernetesVersion", of };
    }
  },
);

export const autoUpgrade = clusterPolicy(
  {
    name: "aks-auto-upgrade",
    wants: "An AKS cluster must have a channel for automatic upgrades of Kubernetes.",
    why:
      "Without a channel Kubernetes stays as it is until somebody remembers, also with known holes, and AKS " +
      "supports a version for about a year.",
    write:
      'Write `autoUpgradeProfile: { upgradeChannel: "patch" }`, which keeps the minor version, or "stable".',
    ...baseline("medium"),
    answers: "CKV_AZURE_171 Azure.AKS.AutoUpgrade 5c345cdf-2049-47e0-b8fe-b0e96bc2df35",
    url: "https://learn.microsoft.com/azure/aks/auto-upgrade-cluster",
  },
  (cluster) =>
    same(cluster.get("sku", "name"), "Automatic")
      ? undefined
      : property(
          "autoUpgradeProfile.upgradeChannel",
          (channel) => channel && !same(channel, "none"),
        )(cluster),
  writing("autoUpgradeProfile.upgradeChannel", "patch"),
);

export const nodeAutoUpgrade = clusterPolicy(
  {
    name: "aks-node-auto-upgrade",
    wants: "An AKS cluster must patch the operating system of its nodes by itself.",
    why:
      "AKS then does not replace the nodes' images, and fixes of the kernel, in which eBPF programs run, wait for " +
      "somebody to restart nodes.",
    write:
      'Write `autoUpgradeProfile: { nodeOSUpgradeChannel: "NodeImage" }` or "SecurityPatch", or leave it out.',
    ...baseline("high"),
    answers: "Azure.AKS.NodeAutoUpgrade 04408ca5-aa10-42ce-8536-98955cdddd4c",
    url: "https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image",
  },
  property("autoUpgradeProfile.nodeOSUpgradeChannel", (channel) => !same(channel, "None", "Unmanaged")),
  writing("autoUpgradeProfile.nodeOSUpgradeChannel", "NodeImage"),
);

/** The names under which AKS looks for its windows, and what each is for (azure-aks-docs, planned-maintenance). */
const windows = [
  ["aksManagedAutoUpgradeSchedule", "Kubernetes"],
  ["aksManagedNodeOSUpgradeSchedule", "node images"],
];

/** A maintenance configuration's name; undefined for everything else. The answer of Azure's API calls it `name`. */
function windowName(resource: Declared): any {
  if (genericAzureType(resource) === "microsoft.containerservice/managedclusters/maintenanceconfigurations")
    return read(resource.props, "resourceName");
  if (azureNativeType(resource.type) !== "containerservice:MaintenanceConfiguration") return undefined;
  return read(resource.props, "configName") ?? read(resource.props, "name");
}

export const maintenanceWindow = stackPolicy(
  {
    name: "aks-maintenance-window",
    wants: "An AKS cluster must have maintenance windows for Kubernetes and for node images.",
    why: "AKS replaces nodes at any hour, and with eBPF every new node starts with Calico's programs to load.",
    write:
      "Declare two MaintenanceConfiguration resources of the cluster, `aksManagedAutoUpgradeSchedule` and " +
      "`aksManagedNodeOSUpgradeSchedule`; CalicoEbpfCluster declares both with `maintenanceWindow: { schedule: { " +
      'weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } }, startTime: "02:00", durationHours: 4 }`.',
    ...strict("medium"),
    answers: "Azure.AKS.MaintenanceWindow e1352e44-d34d-4e4d-a22e-451a15f759a1",
    url: "https://learn.microsoft.com/azure/aks/planned-maintenance",
  },
  function* (stack) {
    const names = new Map<Cluster, any[]>(stack.clusters.map((cluster) => [cluster, []]));
    for (const resource of stack.resources) {
      const name = windowName(resource);
      if (name === undefined) continue;
      const cluster = stack.clusterOf(resource);
      // What may belong to any of them is counted for all: it is no proof against one.
      for (const one of cluster ? [cluster] : stack.clusters) names.get(one)!.push(name);
    }
    for (const [of, its] of names) {
      const missing = windows.filter(([name]) => !its.includes(name));
      if (!missing.length) continue;
      const upgrades = missing.map(([, what]) => what).join(" and ");
      yield its.includes(Unknown)
        ? { notKnown: "the names of its MaintenanceConfigurations", of }
        : { found: `Cluster ${of.name} has no maintenance window for ${upgrades}`, of };
    }
  },
);
