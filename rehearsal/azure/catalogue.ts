// The resource types that the stand-in knows.
import { inGroup, onResource } from "./ids";
import { productionCatalogue } from "./productionCatalogue";
import type { ResourceType } from "./types";

const cluster: [string, string] = ["providers/Microsoft.ContainerService/managedClusters", "resourceName"];
const network: [string, string] = ["providers/Microsoft.Network/virtualNetworks", "virtualNetworkName"];
// API 2025-09-01 is what azure-native 3.28 sends; the SDK whose mappers check it is one version on, 2025-10-01.
const aks = { apiVersion: "2025-09-01" };

export const catalogue: readonly ResourceType[] = [
  {
    token: "resources:ResourceGroup",
    arm: "Microsoft.Resources/resourceGroups",
    apiVersion: "2024-03-01",
    model: "ResourceGroup",
    names: ["resourceGroupName"],
    autoName: "random",
    located: true,
    forceNew: ["location"],
    id: inGroup(),
  },
  {
    token: "containerservice:ManagedCluster",
    arm: "Microsoft.ContainerService/managedClusters",
    ...aks,
    model: "ManagedCluster",
    names: ["resourceGroupName", "resourceName"],
    autoName: "random",
    located: true,
    forceNew: [
      ..."diskEncryptionSetID dnsPrefix fqdnSubdomain linuxProfile location nodeResourceGroup windowsProfile".split(
        " ",
      ),
      // Of networkProfile only these (pulumi/pulumi-azure-native#4771).
      ..."serviceCidr serviceCidrs dnsServiceIP networkMode networkPlugin networkPluginMode podCidr networkDataplane networkPolicy outboundType"
        .split(" ")
        .map((name) => `networkProfile.${name}`),
    ],
    id: inGroup(cluster),
  },
  {
    token: "containerservice:AgentPool",
    arm: "Microsoft.ContainerService/managedClusters/agentPools",
    ...aks,
    model: "AgentPool",
    names: ["resourceGroupName", "resourceName", "agentPoolName"],
    autoName: "copy",
    located: false,
    forceNew: ["gpuInstanceProfile", "vmSize", "networkProfile.nodePublicIPTags"],
    id: inGroup(cluster, ["agentPools", "agentPoolName"]),
  },
  {
    token: "containerservice:MaintenanceConfiguration",
    arm: "Microsoft.ContainerService/managedClusters/maintenanceConfigurations",
    ...aks,
    model: "MaintenanceConfiguration",
    names: ["resourceGroupName", "resourceName", "configName"],
    autoName: "copy",
    located: false,
    forceNew: [],
    id: inGroup(cluster, ["maintenanceConfigurations", "configName"]),
  },
  {
    token: "managedidentity:UserAssignedIdentity",
    arm: "Microsoft.ManagedIdentity/userAssignedIdentities",
    apiVersion: "2023-01-31",
    model: "Identity",
    names: ["resourceGroupName", "resourceName"],
    autoName: "random",
    located: true,
    forceNew: ["location"],
    id: inGroup(["providers/Microsoft.ManagedIdentity/userAssignedIdentities", "resourceName"]),
  },
  {
    token: "network:VirtualNetwork",
    arm: "Microsoft.Network/virtualNetworks",
    apiVersion: "2024-05-01",
    model: "VirtualNetwork",
    names: ["resourceGroupName", "virtualNetworkName"],
    autoName: "random",
    located: true,
    forceNew: ["location"],
    id: inGroup(network),
  },
  {
    token: "network:Subnet",
    arm: "Microsoft.Network/virtualNetworks/subnets",
    apiVersion: "2024-05-01",
    model: "Subnet",
    names: ["resourceGroupName", "virtualNetworkName", "subnetName"],
    autoName: "copy",
    located: false,
    forceNew: [],
    id: inGroup(network, ["subnets", "subnetName"]),
  },
  {
    token: "authorization:RoleAssignment",
    arm: "Microsoft.Authorization/roleAssignments",
    apiVersion: "2022-04-01",
    model: "RoleAssignment",
    names: ["scope", "roleAssignmentName"],
    autoName: "uuid",
    located: false,
    forceNew: ["principalId"],
    id: onResource("scope", "Microsoft.Authorization/roleAssignments", "roleAssignmentName"),
  },
  {
    // Path, query and body of ARM's own generic resource: azure-rest-api-specs, resources.json. Of its body only
    // extendedLocation cannot be changed in place; what of `properties` AKS does not let one change, AKS says itself.
    token: "resources:Resource",
    arm: "Microsoft.Resources/resources",
    apiVersion: "2024-03-01",
    model: "ManagedCluster",
    names: [
      "resourceGroupName",
      "resourceProviderNamespace",
      "parentResourcePath",
      "resourceType",
      "resourceName",
    ],
    autoName: "random",
    located: true,
    forceNew: ["extendedLocation"],
    id: inGroup(cluster),
    unlifted: "both",
    generic: true,
  },
  ...productionCatalogue,
];
