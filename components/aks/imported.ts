import type { AksClusterPlan } from "../validate/aksCluster";

/**
 * What of a cluster that is taken over stays as it is found. An import succeeds only where the program says of every
 * other property what Azure has. These are chosen at its birth and cannot be said by our arguments, or Azure fills them
 * in by itself; without this Pulumi would want to replace the cluster, or to take away what Azure has written.
 */
export function importedAsFound(plan: AksClusterPlan): string[] {
  return [
    ...["dnsPrefix", "fqdnSubdomain", "nodeResourceGroup"],
    // Azure lists all pools here, ours are resources of their own, and the API takes no change of the list.
    "agentPoolProfiles",
    ...(plan.kubernetesVersion === undefined ? ["kubernetesVersion"] : []),
    ...addOnsAsFound(plan),
    ...(plan.defenderWorkspaceId === undefined ? ["securityProfile.defender"] : []),
    ...(hasApiServerAccess(plan) ? [] : ["apiServerAccessProfile"]),
    ...(plan.network.podCidr === undefined ? ["networkProfile.podCidr"] : []),
    ...asFound,
  ];
}

/** Those of which the program says nothing, neither on nor off. */
function addOnsAsFound({ monitoring, azurePolicy, keyVaultSecrets }: AksClusterPlan): string[] {
  const said = {
    omsagent: monitoring,
    azurepolicy: azurePolicy,
    azureKeyvaultSecretsProvider: keyVaultSecrets,
  };
  const unsaid = Object.entries(said).filter(([, argument]) => argument === undefined);
  if (unsaid.length === Object.keys(said).length) return ["addonProfiles"];
  return unsaid.map(([name]) => `addonProfiles.${name}`);
}

const hasApiServerAccess = ({ apiServer }: AksClusterPlan) =>
  apiServer.privateCluster === true || apiServer.authorizedIpRanges !== undefined;

/** Properties that the component never says, or not in Azure's words (`azure-native` 3.28, `ManagedClusterArgs`). */
const asFound = [
  "aiToolchainOperatorProfile",
  "autoScalerProfile",
  "azureMonitorProfile",
  "bootstrapProfile",
  "extendedLocation",
  "httpProxyConfig",
  "identityProfile",
  "ingressProfile",
  "kind",
  "linuxProfile",
  "metricsProfile",
  "nodeProvisioningProfile",
  "nodeResourceGroupProfile",
  "podIdentityProfile",
  "privateLinkResources",
  "publicNetworkAccess",
  "serviceMeshProfile",
  "servicePrincipalProfile",
  "storageProfile",
  "supportPlan",
  "upgradeSettings",
  "windowsProfile",
  "workloadAutoScalerProfile",
  ...["disableRunCommand", "enablePrivateClusterPublicFQDN", "enableVnetIntegration", "subnetId"].map(
    (member) => `apiServerAccessProfile.${member}`,
  ),
  // Plugin and policy have been compared already (liveMode.ts), in whatever words Azure says that there is none.
  ...[
    ...["networkPlugin", "networkPolicy", "networkDataplane", "networkMode", "advancedNetworking"],
    ...[
      "loadBalancerSku",
      "loadBalancerProfile",
      "natGatewayProfile",
      "ipFamilies",
      "podCidrs",
      "serviceCidrs",
    ],
  ].map((member) => `networkProfile.${member}`),
  ...["azureKeyVaultKms", "customCATrustCertificates", "imageCleaner"].map(
    (member) => `securityProfile.${member}`,
  ),
];
