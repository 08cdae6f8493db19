// The resource types that the stand-in knows. Every other type is refused by name: nothing is made up.
import type { Props } from "../provider";
import { uuidOf } from "./values";
import { randomBytes } from "node:crypto";

export interface ResourceType {
  /** Token without package and version: "containerservice:ManagedCluster". */
  readonly token: string;
  /** ARM's name of it. */
  readonly arm: string;
  readonly apiVersion: string;
  /** Class in the mappers that describes its body. */
  readonly model: string;
  /** The names in its id, as azure-native's inputs; the last one is its own. */
  readonly names: readonly string[];
  /** How azure-native makes up a name that is not given (pulumi-azure-native, provider.go `getDefaultName`). */
  readonly autoName: "random" | "copy" | "uuid";
  readonly located: boolean;
  /** Inputs besides the names that cannot be changed in place (pulumi-azure-native, provider/pkg/gen/replacement.go). */
  readonly forceNew: readonly string[];
  id(subscription: string, inputs: Props): string;
}

const inGroup =
  (...segments: [string, string][]) =>
  (subscription: string, inputs: Props): string => {
    const rest = segments.map(([segment, input]) => `/${segment}/${inputs[input]}`).join("");
    return `/subscriptions/${subscription}/resourceGroups/${inputs.resourceGroupName}${rest}`;
  };

const cluster: [string, string] = ["providers/Microsoft.ContainerService/managedClusters", "resourceName"];
const network: [string, string] = ["providers/Microsoft.Network/virtualNetworks", "virtualNetworkName"];
// API 2025-09-01 is what azure-native 3.28 sends; the SDK whose mappers check it is one version on, 2025-10-01.
const aks = { apiVersion: "2025-09-01" };

const all: ResourceType[] = [
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
    id: (_subscription, inputs) =>
      `${inputs.scope}/providers/Microsoft.Authorization/roleAssignments/${inputs.roleAssignmentName}`,
  },
];

const byToken = new Map(all.map((type) => [type.token, type]));

/** Module -> the versions that can be checked here: the default one, and for AKS also the SDK's own. */
function checkable(type: ResourceType): string[] {
  const versions =
    type.model in { ManagedCluster: 0, AgentPool: 0, MaintenanceConfiguration: 0 } ? ["2025-10-01"] : [];
  return [type.apiVersion, ...versions].map((version) => `v${version.replaceAll("-", "")}`);
}

/**
 * @param token e.g. "azure-native:containerservice:ManagedCluster" or "azure-native:network/v20240501:Subnet"
 * @throws Error naming the type (or its API version) when the stand-in has nothing to check it with
 */
export function typeOf(token: string): ResourceType {
  const [, modulePath = "", name = ""] = token.split(":");
  const [moduleName, version] = modulePath.split("/");
  const type = byToken.get(`${moduleName}:${name}`);
  if (!type)
    throw new Error(
      `The rehearsal's Azure does not know the resource type ${token}. It knows: ${[...byToken.keys()].join(", ")}. ` +
        "Leave the resource out while rehearsing (for example behind a config value), or use the real `pulumi up`.",
    );
  if (version && !checkable(type).includes(version))
    throw new Error(
      `The rehearsal's Azure cannot check API version ${version} of ${type.token}: it has no description of it. ` +
        `Use azure-native:${type.token}, or one of ${checkable(type).join(", ")}.`,
    );
  return type;
}

/** A name for a resource that was given none. */
export function autoName(type: ResourceType, logicalName: string): string {
  if (type.autoName === "copy") return logicalName;
  if (type.autoName === "uuid") return uuidOf(randomBytes(16).toString("hex"));
  return logicalName + randomBytes(4).toString("hex");
}

/** The type of a stored resource, by ARM's name. */
export const typeOfArm = (arm: string): ResourceType => all.find((type) => type.arm === arm)!;
