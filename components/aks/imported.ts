import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import type { AksClusterPlan } from "../validate/aksCluster";
import { inputsOf } from "../validate/shapes";

/**
 * What of a cluster that is taken over stays as it is found: all that the program does not say. An import succeeds only where
 * the program says of every other property what Azure has; without this Pulumi would want to replace the cluster, or to
 * take away what Azure has written.
 */
export function importedAsFound(plan: AksClusterPlan): string[] {
  const { importId, kubernetesVersion, managedCluster, monitoring } = plan;
  if (importId === undefined) return [];
  const { podCidr } = plan.networkPlan;
  const { networkProfile, addonProfiles } = managedCluster;
  const without = (names: string[], given: Record<string, unknown>, prefix = "") =>
    names.filter((name) => given[name] === undefined).map((name) => `${prefix}${name}`);
  const addOns = { ...addonProfiles, ...(monitoring === undefined ? {} : { omsagent: "" }) };
  return [
    // Azure lists all pools here, ours are resources of their own, and the API takes no change of the list.
    "agentPoolProfiles",
    ...without(properties, { ...managedCluster, kubernetesVersion }),
    ...without(networkProperties, { ...networkProfile, podCidr }, "networkProfile."),
    ...(Object.keys(addOns).length === 0 ? ["addonProfiles"] : without(addOnNames, addOns, "addonProfiles.")),
  ];
}

/** What our arguments and the mode say in any case, and what stands above. */
const said = [
  ...["resourceGroupName", "resourceName", "location", "tags", "identity", "enableRBAC", "oidcIssuerProfile"],
  ...["agentPoolProfiles", "networkProfile", "addonProfiles"],
];
const properties = inputsOf(ManagedCluster).filter((name) => !said.includes(name));

/** Plugin and policy have been compared already (liveMode.ts), in whatever words Azure says that there is none. */
const networkProperties = [
  ...["networkPlugin", "networkPolicy", "networkDataplane", "networkMode", "advancedNetworking"],
  ...["outboundType", "loadBalancerSku", "loadBalancerProfile", "natGatewayProfile", "ipFamilies"],
  ...["podCidr", "podCidrs", "serviceCidrs", "dnsServiceIP"],
];

/**
 * The add-ons that Azure Verified Modules know (bicep-registry-modules, avm/res/container-service/managed-cluster), and that of
 * confidential computing (hashicorp/terraform-provider-azurerm, internal/services/containers, kubernetes_addons.go).
 */
export const addOnNames = [
  "ACCSGXDevicePlugin",
  "aciConnectorLinux",
  "azureKeyvaultSecretsProvider",
  "azurepolicy",
  "httpApplicationRouting",
  "ingressApplicationGateway",
  "omsagent",
  "openServiceMesh",
];
