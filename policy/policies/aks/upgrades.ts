// Versions of Kubernetes and of node images, and when AKS changes them.
import { azureNativeType, genericAzureType } from "../../aksCluster";
import { baseline, clusterPolicy, property, stackPolicy, strict, where, writing } from "../../define";
import { knob } from "../../knobs";
import { Declared } from "../../stack";
import { read, same, Unknown } from "../../unknown";
import { poolsIn, unknownPools } from "./pools";

/** As AKS takes it: `1.35`, which means its newest patch, or `1.35.2`. */
const pattern = "v?\\d+\\.\\d+(\\.\\d+)?";

/** Its numbers; none for what is no version. */
const numbers = (version: any): number[] =>
  new RegExp(`^${pattern}$`).test(String(version)) ? String(version).match(/\d+/g)!.map(Number) : [];

/** Less than 0 where one is older than the other, and 0 where they may be the same: `1.35` and `1.35.2` may. */
function compared(version: any, other: any): number {
  const [one, two] = [numbers(version), numbers(other)];
  const at = one.findIndex((number, place) => place < two.length && number !== two[place]);
  return at < 0 ? 0 : one[at] - two[at];
}

const minimumVersion = knob<string>("minimumVersion", {
  type: "string",
  pattern: `^(${pattern})?$`,
  default: "1.34",
  description:
    'Oldest version, such as "1.34" or "1.34.2", less long-term support; "" for none. Raise it as AKS retires ' +
    "versions: the default is the oldest in its community support in November 2026.",
});
const allowedVersions = knob<string[]>("allowedVersions", {
  type: "array",
  items: { type: "string", pattern: `^${pattern}$` },
  default: [],
  description: "Versions that may be written, such as 1.35 for all its patches; empty: all.",
});

const unknownOrSame = (value: any, ...wanted: string[]) => value === Unknown || same(value, ...wanted);

export const version = stackPolicy({
  name: "aks-version",
  wants: "An AKS cluster and its pools must run a version of Kubernetes that is supported and allowed.",
  write:
    "Write one that the knobs `minimumVersion` and `allowedVersions` allow, or leave it out; an older one needs " +
    'long-term support: `supportPlan: "AKSLongTermSupport"`, `sku: { tier: "Premium" }`.',
  ...baseline("high"),
  answers: "Azure.AKS.Version fb893a29-21bb-418c-a157-e99480ec364c",
  url: "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions",
  knobs: [minimumVersion, allowedVersions],
  *judge(stack, config) {
    yield* unknownPools(stack);
    const [minimum, allowed] = [minimumVersion.of(config), allowedVersions.of(config)];
    const pools = poolsIn(stack).map((one) => ({ ...one, its: one.pool, name: "orchestratorVersion" }));
    const own = stack.clusters.map((of) => ({ of, cluster: of, its: of.wanted, name: "kubernetesVersion" }));
    for (const { its, name, of, cluster } of [...own, ...pools]) {
      const [value, path] = [its.get(name), where(its, name)];
      if (value === Unknown) yield { notKnown: path, of };
      // Another stack's cluster may have long-term support.
      const said = (...path: string[]) =>
        cluster ? cluster.wanted.get(...path) : /sku|Plan/.test(path[0]) ? Unknown : undefined;
      const judged = (is: typeof same) => {
        // These channels move a living cluster and its pools on, whatever the program says.
        if (is(said("autoUpgradeProfile", "upgradeChannel"), "rapid", "stable")) return undefined;
        const isPremium = is(said("sku", "tier"), "Premium");
        const isLongTerm = isPremium && is(said("supportPlan"), "AKSLongTermSupport");
        if (!isLongTerm && compared(value, minimum) < 0)
          return { found: `${path} is ${value}, older than ${minimum}`, why: "AKS does not fix its holes." };
        if (!allowed.length || allowed.some((one) => compared(value, one) === 0)) return undefined;
        return { found: `${path} is ${value}, and this team allows ${allowed.join(", ")}` };
      };
      const verdict = judged(unknownOrSame) ?? (judged(same) && { notKnown: "its channel or support plan" });
      yield verdict && { ...verdict, of };
    }
  },
});

export const poolVersion = stackPolicy({
  name: "aks-pool-version",
  wants: "The node pools of an AKS cluster must run the cluster's version of Kubernetes.",
  why: "Nodes that lag behind stop the control plane's next upgrade; nodes ahead of it are refused.",
  write: "Write the cluster's `kubernetesVersion` as `orchestratorVersion` of each pool, or leave it out.",
  ...baseline("medium"),
  answers: "Azure.AKS.PoolVersion",
  url: "https://learn.microsoft.com/azure/aks/manage-node-pools",
  *judge(stack) {
    yield* unknownPools(stack).filter(({ of }) => of.wanted.get("kubernetesVersion") !== undefined);
    for (const { pool, of, cluster } of poolsIn(stack)) {
      const [value, path] = [pool.get("orchestratorVersion"), where(pool, "orchestratorVersion")];
      const wanted = cluster?.wanted.get("kubernetesVersion");
      if (compared(value, wanted)) yield { found: `${path} is ${value} and its cluster's ${wanted}`, of };
      else if (value === Unknown && wanted !== undefined) yield { notKnown: path, of };
      else if (value !== undefined && wanted === Unknown) yield { notKnown: "its cluster's version", of };
    }
  },
});

const hasChannel = property("autoUpgradeProfile.upgradeChannel", (it) => it && !same(it, "none"));

export const autoUpgrade = clusterPolicy({
  name: "aks-auto-upgrade",
  wants: "An AKS cluster must have a channel for automatic upgrades of Kubernetes.",
  why: "Without a channel Kubernetes stays as it is, holes and all, and AKS supports a version for about a year.",
  write: 'Write `autoUpgradeProfile: { upgradeChannel: "patch" }` to keep the minor version, or "stable".',
  ...baseline("medium"),
  answers: "CKV_AZURE_171 Azure.AKS.AutoUpgrade 5c345cdf-2049-47e0-b8fe-b0e96bc2df35",
  url: "https://learn.microsoft.com/azure/aks/auto-upgrade-cluster",
  judge: (cluster) => (same(cluster.get("sku", "name"), "Automatic") ? undefined : hasChannel(cluster)),
  fix: writing("autoUpgradeProfile.upgradeChannel", "patch"),
});

export const nodeAutoUpgrade = clusterPolicy({
  name: "aks-node-auto-upgrade",
  wants: "An AKS cluster must patch the operating system of its nodes by itself.",
  why: "Otherwise fixes of the kernel, in which eBPF programs run, wait for somebody to replace nodes.",
  write: 'Write `autoUpgradeProfile: { nodeOSUpgradeChannel: "NodeImage" }` or "SecurityPatch", or nothing.',
  ...baseline("high"),
  answers: "Azure.AKS.NodeAutoUpgrade 04408ca5-aa10-42ce-8536-98955cdddd4c",
  url: "https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image",
  judge: property("autoUpgradeProfile.nodeOSUpgradeChannel", (it) => !same(it, "None", "Unmanaged")),
  fix: writing("autoUpgradeProfile.nodeOSUpgradeChannel", "NodeImage"),
});

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

export const maintenanceWindow = stackPolicy({
  name: "aks-maintenance-window",
  wants: "An AKS cluster must have maintenance windows for Kubernetes and for node images.",
  why: "AKS replaces nodes at any hour, and with eBPF every new node starts with Calico's programs to load.",
  write:
    "Declare two MaintenanceConfiguration resources, `aksManagedAutoUpgradeSchedule` and " +
    "`aksManagedNodeOSUpgradeSchedule`, or `maintenanceWindow` of CalicoEbpfCluster, which makes both.",
  ...strict("medium"),
  answers: "Azure.AKS.MaintenanceWindow e1352e44-d34d-4e4d-a22e-451a15f759a1",
  url: "https://learn.microsoft.com/azure/aks/planned-maintenance",
  *judge(stack) {
    const declared = stack.resources.flatMap((one) => {
      const name = windowName(one);
      return name === undefined ? [] : [{ name, cluster: stack.clusterOf(one) }];
    });
    for (const of of stack.clusters) {
      // What may belong to any cluster counts for each: it is no proof against one.
      const names = declared.filter(({ cluster = of }) => cluster === of).map(({ name }) => name);
      const missing = windows.filter(([name]) => !names.includes(name)).map(([, what]) => what);
      const found = `Cluster ${of.name} has no maintenance window for ${missing.join(" and ")}`;
      const notKnown = "the names of its MaintenanceConfigurations";
      if (missing.length) yield names.includes(Unknown) ? { notKnown, of } : { found, of };
    }
  },
});
