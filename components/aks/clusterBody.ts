// Arguments turned into the body that Azure takes, in azure-native's spelling.
import type { ManagedClusterArgs } from "@pulumi/azure-native/containerservice/managedCluster";
import * as pulumi from "@pulumi/pulumi";
import { CalicoMode, NetworkMode } from "../enums";
import type { AksClusterPlan } from "../validate/aksCluster";
import { dnsPrefixOf, nodeResourceGroupOf } from "../validate/names";
import { addOns, securityProfile } from "./addOns";
import type { MaybeLive } from "./liveCluster";
import type { Place } from "./names";
import { poolBody } from "./pools";
import { liveVersion } from "./versions";

/** All but the names. */
export type ClusterBody = Omit<ManagedClusterArgs, "resourceGroupName" | "resourceName">;

/** Who gives addresses to pods and who filters their traffic, by mode (azure-aks-docs, use-byo-cni, use-network-policies). */
const engines = {
  [CalicoMode.AzureManaged]: { networkPlugin: "azure", networkPolicy: "calico" },
  [CalicoMode.SelfManaged]: { networkPlugin: "azure", networkPolicy: "none" },
  [CalicoMode.CalicoCni]: { networkPlugin: "none", networkPolicy: undefined },
};

/** @param live left out: what the program asks for by itself */
export function clusterBody(
  plan: AksClusterPlan,
  where: Place,
  identityId?: pulumi.Input<string>,
  live?: MaybeLive,
): ClusterBody {
  const { network } = plan;
  return {
    location: where.location,
    tags: plan.tags,
    sku: { name: "Base", tier: plan.tier },
    identity:
      identityId === undefined
        ? { type: "SystemAssigned" }
        : { type: "UserAssigned", userAssignedIdentities: [identityId] },
    kubernetesVersion: liveVersion(plan, live),
    dnsPrefix: pulumi.output(where.clusterName).apply(dnsPrefixOf),
    nodeResourceGroup: pulumi.output(where.clusterName).apply(nodeResourceGroupOf),
    enableRBAC: true,
    disableLocalAccounts: plan.disableLocalAccounts,
    aadProfile: entra(plan),
    apiServerAccessProfile: apiServerAccess(plan),
    oidcIssuerProfile: { enabled: true },
    securityProfile: securityProfile(plan),
    addonProfiles: addOns(plan),
    diskEncryptionSetID: plan.diskEncryptionSetId,
    autoUpgradeProfile: { upgradeChannel: plan.channel, nodeOSUpgradeChannel: plan.nodeOsChannel },
    networkProfile: {
      ...engines[plan.mode],
      networkPluginMode: network.mode === NetworkMode.Overlay ? "overlay" : undefined,
      loadBalancerSku: "standard",
      outboundType: network.outboundType,
      podCidr: network.podCidr,
      serviceCidr: network.serviceCidr,
      dnsServiceIP: network.dnsServiceIp,
    },
    agentPoolProfiles: [{ name: plan.systemPool.name, ...poolBody(plan.systemPool, plan, live) }],
  };
}

function entra({ entra }: AksClusterPlan): ClusterBody["aadProfile"] {
  if (entra === undefined) return undefined;
  return {
    managed: true,
    adminGroupObjectIDs: entra.adminGroupObjectIds,
    enableAzureRBAC: entra.azureRbac ?? false,
    tenantID: entra.tenantId,
  };
}

function apiServerAccess({ apiServer }: AksClusterPlan): ClusterBody["apiServerAccessProfile"] {
  if (apiServer.privateCluster) {
    return { enablePrivateCluster: true, privateDNSZone: apiServer.privateDnsZone };
  }
  // None is said as well: AKS keeps the ranges that an update leaves out.
  return { authorizedIPRanges: apiServer.authorizedIpRanges ?? [] };
}
