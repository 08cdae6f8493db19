import type { AksClusterPlan } from "../validate/aksCluster";
import { addOnNames } from "./clusterBody";

/**
 * What of a cluster that is taken over stays as it is found: all that the program does not say. An import succeeds only where
 * the program says of every other property what Azure has; without this Pulumi would want to replace the cluster, or to
 * take away what Azure has written.
 */
export function importedAsFound({
  kubernetesVersion,
  managedCluster,
  networkPlan,
  monitoring,
}: AksClusterPlan): string[] {
  const { networkProfile, addonProfiles } = managedCluster;
  const without = (names: string[], given: object = {}, prefix = "") =>
    names.filter((name) => !(name in given)).map((name) => `${prefix}${name}`);
  const addOns = { ...addonProfiles, ...(monitoring === undefined ? {} : { omsagent: "" }) };
  return [
    // Azure lists all pools here, ours are resources of their own, and the API takes no change of the list.
    "agentPoolProfiles",
    ...(kubernetesVersion === undefined ? ["kubernetesVersion"] : []),
    ...(networkPlan.podCidr === undefined ? ["networkProfile.podCidr"] : []),
    ...without(properties, managedCluster),
    ...without(networkProperties, networkProfile, "networkProfile."),
    ...(Object.keys(addOns).length === 0 ? ["addonProfiles"] : without(addOnNames, addOns, "addonProfiles.")),
  ];
}

/** `azure-native` 3.28, `ManagedClusterArgs`, without what follows from our arguments. */
const properties = [
  "aadProfile",
  "aiToolchainOperatorProfile",
  "apiServerAccessProfile",
  "autoScalerProfile",
  "autoUpgradeProfile",
  "azureMonitorProfile",
  "bootstrapProfile",
  "disableLocalAccounts",
  "diskEncryptionSetID",
  "dnsPrefix",
  "extendedLocation",
  "fqdnSubdomain",
  "httpProxyConfig",
  "identityProfile",
  "ingressProfile",
  "kind",
  "linuxProfile",
  "metricsProfile",
  "nodeProvisioningProfile",
  "nodeResourceGroup",
  "nodeResourceGroupProfile",
  "podIdentityProfile",
  "privateLinkResources",
  "publicNetworkAccess",
  "securityProfile",
  "serviceMeshProfile",
  "servicePrincipalProfile",
  "sku",
  "storageProfile",
  "supportPlan",
  "upgradeSettings",
  "windowsProfile",
  "workloadAutoScalerProfile",
];

/** Plugin and policy have been compared already (liveMode.ts), in whatever words Azure says that there is none. */
const networkProperties = [
  "networkPlugin",
  "networkPolicy",
  "networkDataplane",
  "networkMode",
  "advancedNetworking",
  "outboundType",
  "loadBalancerSku",
  "loadBalancerProfile",
  "natGatewayProfile",
  "ipFamilies",
  "podCidrs",
  "serviceCidrs",
  "dnsServiceIP",
];
