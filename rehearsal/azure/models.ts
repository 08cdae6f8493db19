// The resource types around a cluster, described in the SDK's mapper format so that one checker serves all. Their own
// SDKs would be five more packages for a handful of members; members marked `any` are passed on without a look inside.
// Source of each: azure-rest-api-specs at the API version that azure-native 3.28 uses for the type.
import { describe, listOf, model, tags, type Kind } from "./model";
import { productionModels } from "./productionModels";
import type { Mapper } from "./sdk";

const subnet: Record<string, Kind> = {
  name: "String",
  type: "String",
  id: "String",
  "properties.addressPrefix": "String",
  "properties.addressPrefixes": listOf("String"),
  "properties.applicationGatewayIPConfigurations": "any",
  "properties.defaultOutboundAccess": "Boolean",
  "properties.delegations": "any",
  "properties.ipAllocations": "any",
  "properties.ipamPoolPrefixAllocations": "any",
  "properties.natGateway": "any",
  "properties.networkSecurityGroup": "any",
  "properties.privateEndpointNetworkPolicies": "String",
  "properties.privateLinkServiceNetworkPolicies": "String",
  "properties.routeTable": "any",
  "properties.serviceEndpointPolicies": "any",
  "properties.serviceEndpoints": "any",
  "properties.sharingScope": "String",
};

export const otherModels: Record<string, Mapper> = {
  ...productionModels,
  ResourceGroup: describe("ResourceGroup", { "location!": "String", managedBy: "String", tags }),
  Identity: describe("Identity", { "location!": "String", tags }),
  AddressSpace: describe("AddressSpace", {
    addressPrefixes: listOf("String"),
    ipamPoolPrefixAllocations: "any",
  }),
  Subnet: describe("Subnet", subnet),
  VirtualNetwork: describe("VirtualNetwork", {
    "location!": "String",
    tags,
    id: "String",
    extendedLocation: model("ExtendedLocation"),
    "properties.addressSpace!": model("AddressSpace"),
    "properties.bgpCommunities": "any",
    "properties.ddosProtectionPlan": "any",
    "properties.dhcpOptions": "any",
    "properties.enableDdosProtection": "Boolean",
    "properties.enableVmProtection": "Boolean",
    "properties.encryption": "any",
    "properties.flowTimeoutInMinutes": "Number",
    "properties.ipAllocations": "any",
    "properties.privateEndpointVNetPolicies": "String",
    "properties.subnets": listOf(model("Subnet")),
    "properties.virtualNetworkPeerings": "any",
  }),
  RoleAssignment: describe("RoleAssignment", {
    "properties.condition": "String",
    "properties.conditionVersion": "String",
    "properties.delegatedManagedIdentityResourceId": "String",
    "properties.description": "String",
    "properties.principalId!": "String",
    "properties.principalType": "String",
    "properties.roleDefinitionId!": "String",
  }),
};
