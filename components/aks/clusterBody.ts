// Arguments turned into the body that Azure takes, in azure-native's spelling.
import * as pulumi from "@pulumi/pulumi";
import { NetworkMode } from "../enums";
import { merged } from "../merge";
import type { AksClusterPlan } from "../validate/aksCluster";
import { isWithoutKubeProxy } from "../validate/dataplaneFelix";
import { isPlainAtTop } from "../validate/findings";
import { dnsPrefixOf, nodeResourceGroupOf } from "../validate/names";
import { dnsServiceIp } from "../validate/network";
import { addOnNames } from "./imported";
import { engines, kubeProxyTag } from "./liveMode";
import type { Place } from "./names";
import { type SystemPool, systemPoolBody } from "./systemPool";
import { sentVersion } from "./versions";
import type { ClusterBody, MaybeLive } from "./types";

const off = { enabled: false };

/** Said of what the program does not ask for: AKS keeps what an update leaves out (Azure/AKS#2904). */
const switchedOff: Partial<ClusterBody> = {
  addonProfiles: Object.fromEntries(addOnNames.map((name) => [name, off])),
  azureMonitorProfile: { metrics: off },
  ingressProfile: { webAppRouting: off },
  metricsProfile: { costAnalysis: off },
  nodeProvisioningProfile: { mode: "Manual", defaultNodePools: "Auto" },
  securityProfile: { defender: { securityMonitoring: off }, imageCleaner: off },
  serviceMeshProfile: { mode: "Disabled" },
  storageProfile: { blobCSIDriver: off },
  workloadAutoScalerProfile: { keda: off, verticalPodAutoscaler: off },
  disableLocalAccounts: false,
};

export function clusterBody(
  plan: AksClusterPlan,
  where: Place,
  live: MaybeLive,
  identityId?: pulumi.Input<string>,
  system: pulumi.Output<SystemPool> = pulumi.output({ name: plan.pools[0].name }),
): ClusterBody {
  const { managedCluster, networkPlan: network, monitoring } = plan;
  const ours: ClusterBody = {
    location: where.location,
    tags: isWithoutKubeProxy(plan.kubeProxy)
      ? merged(plan.tags, { [kubeProxyTag]: plan.kubeProxy })
      : // A cluster that is taken over must be as it is found (imported.ts).
        (plan.tags ?? (plan.importId === undefined ? {} : undefined)),
    sku: { name: "Base", tier: "Free" },
    identity:
      identityId === undefined
        ? { type: "SystemAssigned" }
        : { type: "UserAssigned", userAssignedIdentities: [identityId] },
    kubernetesVersion: pulumi
      .all([plan.kubernetesVersion, live])
      .apply(([asked, found]) => sentVersion(asked, found)) as pulumi.Output<string>,
    dnsPrefix: pulumi.output(where.clusterName).apply(dnsPrefixOf),
    nodeResourceGroup: pulumi.output(where.clusterName).apply(nodeResourceGroupOf),
    enableRBAC: true,
    aadProfile: isPlainAtTop(managedCluster.aadProfile)
      ? managedCluster.aadProfile && { managed: true }
      : pulumi.output(managedCluster.aadProfile).apply((given) => given && { managed: true }),
    // No ranges are said as well where the cluster is not private: there AKS takes none at all.
    apiServerAccessProfile: pulumi
      .output(managedCluster.apiServerAccessProfile)
      .apply((given) => (given?.enablePrivateCluster ? {} : { authorizedIPRanges: [] })),
    oidcIssuerProfile: { enabled: true },
    securityProfile: { workloadIdentity: { enabled: true } },
    addonProfiles:
      monitoring === undefined || monitoring.containerInsights === false
        ? undefined
        : {
            // The agent signs in with its managed identity; signing in with the workspace's key is retired.
            omsagent: {
              enabled: true,
              config: {
                logAnalyticsWorkspaceResourceID: monitoring.logAnalyticsWorkspaceId,
                useAADAuth: "true",
              },
            },
          },
    autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
    networkProfile: {
      ...engines[plan.mode],
      networkPluginMode: network.mode === NetworkMode.Overlay ? "overlay" : undefined,
      loadBalancerSku: "standard",
      outboundType: "loadBalancer",
      podCidr: network.podCidr,
      serviceCidr: network.serviceCidr,
      dnsServiceIP: pulumi.output(network.serviceCidr).apply(dnsServiceIp),
    },
    agentPoolProfiles: systemPoolBody(plan, live, system) as ClusterBody["agentPoolProfiles"],
  };
  return merged(merged(switchedOff, ours), managedCluster);
}
