import type { AksClusterArgs, MonitoringArgs } from "../aksClusterArgs";
import { CalicoMode, KubeloginMode, KubeProxy } from "../enums";
import { ArgumentReader } from "./arguments";
import { checkWithoutKubeProxy } from "./dataplane";
import { isPlainAtTop } from "./findings";
import { managedCluster } from "./managedCluster";
import { componentName } from "./names";
import { network, readNetwork } from "./network";
import { furtherPools, readPools, systemPool } from "./pools";
import {
  anything,
  listOf,
  matching,
  minutes,
  needed,
  object,
  oneOf,
  open,
  plain,
  satisfying,
  text,
  yesOrNo,
} from "./shapes";

export const clusterEntries = {
  mode: plain(oneOf(CalicoMode)),
  kubeProxy: plain(oneOf(KubeProxy)),
  location: anything,
  resourceGroupName: text,
  clusterName: text,
  kubernetesVersion: satisfying(
    (value) => value === undefined || typeof value === "string",
    "as a number 1.30 is 1.3",
    "a text, in quotes",
  ),
  systemPool,
  nodePools: furtherPools,
  network,
  managedCluster: plain(managedCluster),
  kubeloginMode: plain(oneOf(KubeloginMode)),
  userAssignedIdentityId: anything,
  createIdentity: plain(yesOrNo),
  maintenanceWindow: plain(open()),
  monitoring: object<MonitoringArgs>({
    logAnalyticsWorkspaceId: needed(text),
    containerInsights: plain(yesOrNo),
    logAnalyticsLocation: anything,
    diagnosticCategories: listOf(text),
  }),
  tags: open(),
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
export type AksClusterPlan = ReturnType<typeof readAksCluster>;

/** Reads what {@link AksCluster} takes. */
export function readAksClusterArgs(subject: string, name: string, args: AksClusterArgs): AksClusterPlan {
  const reader = new ArgumentReader(subject);
  const plan = readAksCluster(reader, name, reader.read<AksClusterArgs>(shape, args ?? {}));
  reader.done();
  return plan;
}

/** The same for a component that takes more beside. */
export function readAksCluster(reader: ArgumentReader, name: string, given: AksClusterArgs) {
  const mode = given.mode ?? CalicoMode.AzureManaged;
  const pools = readPools(reader, given.systemPool, given.nodePools, mode, given.network?.mode);
  const plan = {
    ...given,
    ...importedNames(reader, given),
    mode,
    /** Whether the cluster is made with kube-proxy. */
    hasKubeProxy: given.kubeProxy !== KubeProxy.Absent,
    /** The system pool, and all others. */
    pools,
    networkPlan: readNetwork(reader, given.network, mode, pools),
    managedCluster: given.managedCluster ?? {},
    operationTimeoutMinutes: given.operationTimeoutMinutes ?? 480,
    protect: given.protect ?? given.importId !== undefined,
  };
  checkWithoutKubeProxy(reader, plan);
  refuseContradictions(reader, plan);
  // Names are made of the component's where none are given.
  if (plan.clusterName === undefined || plan.resourceGroupName === undefined)
    reader.read(object<{ name: string }>({ name: needed(componentName) }), { name });
  return plan;
}

/** What is taken over has its name and its place already. */
function importedNames(reader: ArgumentReader, given: AksClusterArgs): Partial<AksClusterArgs> {
  if (given.importId === undefined) return {};
  const parts = given.importId.split("/");
  const names = { resourceGroupName: parts[4], clusterName: parts[8] };
  for (const key of ["resourceGroupName", "clusterName"] as const) {
    const written = given[key];
    if (typeof written === "string" && written.toLowerCase() !== names[key].toLowerCase())
      reader.refuse(key, {
        wrong: `is ${written}, and importId names ${names[key]}`,
        why: "the cluster that is taken over has its name and its place already",
        write: "the same, or leave it out",
      });
  }
  return names;
}

function refuseContradictions(reader: ArgumentReader, plan: AksClusterPlan): void {
  const { nodeProvisioningProfile, apiServerAccessProfile } = plan.managedCluster;
  if (plan.importId !== undefined && !plan.hasKubeProxy)
    reader.refuse("importId", {
      wrong: "is given while kubeProxy is Absent",
      why: "such a cluster is declared by the generic resource of azure-native, which cannot read a cluster by its id alone",
      write: "kubeProxy: Disable or Keep, or a new cluster",
    });
  if (plan.importId !== undefined && plan.pools[0].rotation)
    reader.refuse("systemPool.rotation", {
      wrong: "is true beside importId",
      why: "of a cluster that is taken over the list of pools stays as it is found",
      write: "false; another system pool by `az aks nodepool add --mode System`, then `pulumi up --refresh`",
    });
  const provisioning = nodeProvisioningProfile as { mode?: unknown } | undefined;
  if (plan.mode === CalicoMode.AzureManaged && provisioning?.mode === "Auto")
    reader.refuse("managedCluster.nodeProvisioningProfile.mode", {
      wrong: "is Auto while mode is AzureManaged",
      why: "node auto provisioning does not work with Calico network policy of AKS's (azure-aks-docs, node-auto-provisioning-networking)",
      write: "autoscaling of the pools, or mode: CalicoCni",
    });
  if (plan.createIdentity && plan.userAssignedIdentityId !== undefined)
    reader.refuse("createIdentity", {
      wrong: "is true beside userAssignedIdentityId",
      why: "the control plane has one identity",
      write: "one of the two",
    });
  for (const member of plan.importId === undefined ? [] : ["networkProfile", "addonProfiles"])
    if (!isPlainAtTop(plan.managedCluster[member]))
      reader.refuse(`managedCluster.${member}`, {
        wrong: "is an Output beside importId",
        why: "what it does not name stays as it is found, and that must be known when the program runs",
        write: "an object, whose properties may be Outputs",
      });
  if (plan.createIdentity && !isPlainAtTop(apiServerAccessProfile))
    reader.refuse("managedCluster.apiServerAccessProfile", {
      wrong: "is an Output beside createIdentity",
      why: "a role is declared for the subnet that it names, and for none where it names none",
      write: "an object, whose properties may be Outputs",
    });
}
