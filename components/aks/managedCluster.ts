// The cluster itself: arguments turned into the body that Azure takes.
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import * as pulumi from "@pulumi/pulumi";
import { NetworkMode } from "../enums";
import type { AksClusterPlan } from "../validate/aksCluster";
import { dnsPrefixOf, nodeResourceGroupOf } from "../validate/names";
import type { Place } from "./names";
import { changedByAks, movesMinorVersion, poolBody } from "./pools";

export function managedCluster(
  name: string,
  plan: AksClusterPlan,
  where: Place,
  opts: pulumi.CustomResourceOptions,
): ManagedCluster {
  const { apiServer, entra, network } = plan;
  return new ManagedCluster(
    `${name}-cluster`,
    {
      resourceGroupName: where.resourceGroupName,
      resourceName: where.clusterName,
      location: where.location,
      tags: plan.tags,
      sku: { name: "Base", tier: plan.tier },
      identity:
        plan.userAssignedIdentityId === undefined
          ? { type: "SystemAssigned" }
          : { type: "UserAssigned", userAssignedIdentities: [plan.userAssignedIdentityId] },
      kubernetesVersion: plan.kubernetesVersion,
      dnsPrefix: pulumi.output(where.clusterName).apply(dnsPrefixOf),
      nodeResourceGroup: pulumi.output(where.clusterName).apply(nodeResourceGroupOf),
      enableRBAC: true,
      disableLocalAccounts: plan.disableLocalAccounts,
      aadProfile:
        entra === undefined
          ? undefined
          : {
              managed: true,
              adminGroupObjectIDs: entra.adminGroupObjectIds,
              enableAzureRBAC: entra.azureRbac ?? false,
              tenantID: entra.tenantId,
            },
      apiServerAccessProfile: apiServer.privateCluster
        ? { enablePrivateCluster: true, privateDNSZone: apiServer.privateDnsZone }
        : apiServer.authorizedIpRanges === undefined
          ? undefined
          : { authorizedIPRanges: apiServer.authorizedIpRanges },
      oidcIssuerProfile: { enabled: true },
      securityProfile: { workloadIdentity: { enabled: true } },
      autoUpgradeProfile: { upgradeChannel: plan.channel, nodeOSUpgradeChannel: plan.nodeOsChannel },
      networkProfile: {
        networkPlugin: "azure",
        networkPluginMode: network.mode === NetworkMode.Overlay ? "overlay" : undefined,
        networkPolicy: "calico",
        loadBalancerSku: "standard",
        outboundType: network.outboundType,
        podCidr: network.podCidr,
        serviceCidr: network.serviceCidr,
        dnsServiceIP: network.dnsServiceIp,
      },
      agentPoolProfiles: [{ name: plan.systemPool.name, ...poolBody(plan.systemPool, plan) }],
    },
    { ...opts, protect: plan.protect, ignoreChanges: ignored(plan) },
  );
}

function ignored(plan: AksClusterPlan): string[] {
  const inSystemPool = changedByAks(plan.systemPool, plan).map((member) => `agentPoolProfiles[0].${member}`);
  return movesMinorVersion(plan.channel) ? ["kubernetesVersion", ...inSystemPool] : inSystemPool;
}
