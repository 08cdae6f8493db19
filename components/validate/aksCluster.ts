import type { AksClusterArgs, ManagedClusterProperties, MonitoringArgs } from "../aksClusterArgs";
import { CalicoMode, KubeloginMode, KubeProxy } from "../enums";
import { ArgumentReader } from "./arguments";
import { checkWithoutKubeProxy } from "./dataplane";
import { isPlainAtTop } from "./findings";
import { managedCluster } from "./managedCluster";
import { componentName } from "./names";
import { network, type NetworkPlan, readNetwork } from "./network";
import { furtherPools, type PoolPlan, readPools, systemPool } from "./pools";
import {
  listOf,
  matching,
  minutes,
  needed,
  object,
  oneOf,
  open,
  plain,
  text,
  texts,
  yesOrNo,
} from "./shapes";

export const clusterEntries = {
  mode: plain(oneOf(CalicoMode)),
  kubeProxy: plain(oneOf(KubeProxy)),
  location: text("it is an Azure region", "such as westeurope"),
  resourceGroupName: text("it is a resource group's name", "the name alone"),
  clusterName: text("it is the cluster's name", "the name alone"),
  kubernetesVersion: matching(
    /^1\.\d{1,2}(\.\d{1,2})?$/,
    "it is not a version of Kubernetes (in YAML it must stand in quotes, for 1.30 is the number 1.3)",
    '"1.35" or "1.35.2"',
  ),
  systemPool,
  nodePools: furtherPools,
  network,
  managedCluster: plain(managedCluster),
  kubeloginMode: plain(oneOf(KubeloginMode)),
  userAssignedIdentityId: text("Azure names it by its whole resource id", "the identity's resource id"),
  createIdentity: plain(yesOrNo),
  maintenanceWindow: plain(open({})),
  monitoring: object<MonitoringArgs>({
    logAnalyticsWorkspaceId: needed(
      text("nothing is collected without a place to keep it", "the resource id of a Log Analytics workspace"),
    ),
    containerInsights: plain(yesOrNo),
    logAnalyticsLocation: text("it is an Azure region", "such as westeurope"),
    diagnosticCategories: listOf(
      text("AKS names log categories so (azure-aks-docs, monitor-aks-reference)", "such as kube-apiserver"),
    ),
  }),
  tags: texts("tags are texts with names"),
  operationTimeoutMinutes: plain(minutes),
  protect: plain(yesOrNo),
  importId: plain(
    matching(
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ContainerService\/managedClusters\/[^/]+$/i,
      "Azure names it by its whole resource id",
      "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.ContainerService/managedClusters/NAME",
    ),
  ),
  replaceCluster: plain(yesOrNo),
} satisfies Record<keyof AksClusterArgs, unknown>;

export const elsewhere = "managedCluster.NAME where it is a property of azure-native's ManagedCluster";
const shape = object<AksClusterArgs>(clusterEntries, { elsewhere });

/** The arguments with every default in place; resources take them from here. */
export interface AksClusterPlan extends AksClusterArgs {
  mode: CalicoMode;
  /** Whether the cluster is made with kube-proxy. */
  hasKubeProxy: boolean;
  /** The system pool, and all others. */
  pools: PoolPlan[];
  networkPlan: NetworkPlan;
  managedCluster: ManagedClusterProperties;
  operationTimeoutMinutes: number;
  protect: boolean;
}

/** Reads what {@link AksCluster} takes. */
export function readAksClusterArgs(subject: string, name: string, args: AksClusterArgs): AksClusterPlan {
  const reader = new ArgumentReader(subject);
  const plan = readAksCluster(reader, name, reader.read<AksClusterArgs>(shape, args ?? {}));
  reader.done();
  return plan;
}

/** The same for a component that takes more beside. */
export function readAksCluster(reader: ArgumentReader, name: string, given: AksClusterArgs): AksClusterPlan {
  const mode = given.mode ?? CalicoMode.AzureManaged;
  const managedCluster = given.managedCluster ?? {};
  const pools = readPools(reader, given.systemPool, given.nodePools, mode, given.network?.mode);
  const plan = {
    ...given,
    ...importedNames(reader, given),
    mode,
    hasKubeProxy: given.kubeProxy !== KubeProxy.Absent,
    pools,
    networkPlan: readNetwork(reader, given.network ?? {}, mode, pools),
    managedCluster,
    operationTimeoutMinutes: given.operationTimeoutMinutes ?? 480,
    protect: given.protect ?? given.importId !== undefined,
  };
  checkWithoutKubeProxy(reader, mode, given.kubeProxy);
  for (const [path, wrong, why, write] of contradictions(plan)) reader.refuse(path, { wrong, why, write });
  // Names are made of the component's where none are given.
  if (plan.clusterName === undefined || plan.resourceGroupName === undefined)
    reader.read(object<{ name: string }>({ name: needed(componentName) }), { name });
  return plan;
}

/** What is taken over has its name and its place already. */
function importedNames(reader: ArgumentReader, given: AksClusterArgs): Partial<AksClusterArgs> {
  if (typeof given.importId !== "string") return {};
  const parts = given.importId.split("/");
  const names = { resourceGroupName: parts[4], clusterName: parts[8] };
  for (const key of ["resourceGroupName", "clusterName"] as const) {
    reader.together(key, [given[key]], ([written]) =>
      written === undefined || written?.toLowerCase() === names[key]?.toLowerCase()
        ? undefined
        : {
            wrong: `${JSON.stringify(written)} is not what importId names, ${JSON.stringify(names[key])}`,
            why: "the cluster that is taken over has its name and its place already",
            write: "the same, or leave it out",
          },
    );
  }
  return names;
}

function* contradictions(
  plan: AksClusterPlan,
): Generator<[path: string, wrong: string, why: string, write: string]> {
  const { mode, managedCluster } = plan;
  if (!plan.hasKubeProxy && plan.importId !== undefined)
    yield [
      "importId",
      "is given while kubeProxy is Absent",
      "such a cluster is declared by the generic resource of azure-native, which cannot read a cluster by its id alone",
      "kubeProxy: Disable or Keep, or a new cluster",
    ];
  const provisioning = managedCluster.nodeProvisioningProfile as { mode?: unknown } | undefined;
  if (mode === CalicoMode.AzureManaged && provisioning?.mode === "Auto")
    yield [
      "managedCluster.nodeProvisioningProfile.mode",
      "is Auto while mode is AzureManaged",
      "node auto provisioning does not work with Calico network policy of AKS's (azure-aks-docs, node-auto-provisioning-networking)",
      "autoscaling of the pools, or mode: CalicoCni",
    ];
  if (!plan.createIdentity) return;
  if (plan.userAssignedIdentityId !== undefined)
    yield [
      "createIdentity",
      "is true beside userAssignedIdentityId",
      "the control plane has one identity",
      "one of the two",
    ];
  const access = managedCluster.apiServerAccessProfile as { privateDNSZone?: unknown } | undefined;
  if (!isPlainAtTop(access)) {
    yield [
      "managedCluster.apiServerAccessProfile",
      "is an Output beside createIdentity",
      "a role is declared for the subnet that it names, and for none where it names none",
      "an object, whose properties may be Outputs",
    ];
    return;
  }
  if (![undefined, "system", "none"].includes(access?.privateDNSZone as string | undefined))
    yield [
      "createIdentity",
      "is true beside a private DNS zone of yours",
      "the identity would need the roles Private DNS Zone Contributor on the zone and Network Contributor on the VNet, and gets the subnets' only (azure-aks-docs, private-clusters)",
      "userAssignedIdentityId of an identity that has them, or privateDNSZone: system",
    ];
}
