// What AKS runs in a cluster beside its workloads: policies of Azure, secrets of Key Vault, monitoring.
import { addOn, Settings } from "../../aksCluster";
import { baseline, clusterPolicy, isTrue, property, strict, writing } from "../../define";
import { Unknown } from "../../unknown";

const isOn = (name: string) => (cluster: Settings) => property("enabled", isTrue)(addOn(cluster, name));

export const azurePolicyAddon = clusterPolicy(
  {
    name: "aks-azure-policy-addon",
    wants: "An AKS cluster must have the Azure Policy add-on.",
    why:
      "Azure Policy then judges the cluster's settings alone, and nothing that runs in it: no assignment of your " +
      "organization stops a privileged pod.",
    write: "Write `addonProfiles: { azurepolicy: { enabled: true } }`.",
    ...strict("medium", "AM-2"),
    answers: "CKV_AZURE_116 Azure.AKS.AzurePolicyAddOn 0a15ec92-a229-4763-bb14-0ea34a568f8d",
    url: "https://learn.microsoft.com/azure/aks/use-azure-policy",
  },
  isOn("azurepolicy"),
  (cluster) => writing("enabled", true)(addOn(cluster, "azurepolicy")),
);

const keyVault = "azureKeyvaultSecretsProvider";

export const secretStore = clusterPolicy(
  {
    name: "aks-secret-store",
    wants: "An AKS cluster must have the Key Vault provider of the Secrets Store CSI driver.",
    why:
      "Pods then get their secrets from Kubernetes Secrets, which everybody who may read Secrets in a namespace " +
      "sees, and which nobody rotates.",
    write:
      "Write `addonProfiles: { azureKeyvaultSecretsProvider: { enabled: true, config: { enableSecretRotation: " +
      '"true" } } }`.',
    ...strict("medium", "IM-8"),
    answers: "CKV_AZURE_172 Azure.AKS.SecretStore",
    url: "https://learn.microsoft.com/azure/aks/csi-secrets-store-driver",
  },
  isOn(keyVault),
  (cluster) => {
    const addon = addOn(cluster, keyVault);
    // What is written about rotation is aks-secret-rotation's; left out, it would be refused there at once.
    const isOpen = addon.get("config", "enableSecretRotation") === undefined;
    return addon.set(true, "enabled") && (!isOpen || addon.set("true", "config", "enableSecretRotation"));
  },
);

export const secretRotation = clusterPolicy(
  {
    name: "aks-secret-rotation",
    wants: "The Key Vault provider of an AKS cluster must rotate secrets.",
    why:
      "Pods keep the secrets that they began with: one that was renewed in Key Vault, after a leak for example, " +
      "does not arrive before each pod is made anew.",
    write: 'Write `config: { enableSecretRotation: "true" }`.',
    ...baseline("medium", "IM-8"),
    answers: "CKV_AZURE_172 Azure.AKS.SecretStoreRotation",
    url: "https://learn.microsoft.com/azure/aks/csi-secrets-store-configuration-options",
  },
  (cluster) => {
    const addon = addOn(cluster, keyVault);
    const enabled = addon.get("enabled");
    const verdict = property("config.enableSecretRotation", (is) => /^true$/i.test(String(is)))(addon);
    if (verdict && enabled === Unknown) return { notKnown: addon.path("enabled") };
    return enabled === true ? verdict : undefined;
  },
  (cluster) => writing("config.enableSecretRotation", "true")(addOn(cluster, keyVault)),
);

export const defender = clusterPolicy(
  {
    name: "aks-defender",
    wants: "An AKS cluster must have the Defender profile.",
    why: "Nobody then notices a shell in a container, a miner or a connection to a known attacker on the nodes.",
    write:
      "Write `securityProfile: { defender: { logAnalyticsWorkspaceResourceId: WORKSPACE.id, securityMonitoring: { " +
      "enabled: true } } }`.",
    ...strict("medium", "LT-1"),
    answers: "Azure.AKS.DefenderProfile a1840de2-8088-4ea8-b153-b4c723e9cb01",
    url: "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction",
  },
  property("securityProfile.defender.securityMonitoring.enabled", isTrue),
);

export const containerInsights = clusterPolicy(
  {
    name: "aks-container-insights",
    wants: "An AKS cluster must send its containers' logs to Azure Monitor.",
    why: "What containers wrote is then gone with them, also what would tell why a calico-node ended.",
    write:
      "Write `addonProfiles: { omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: " +
      'WORKSPACE.id, useAADAuth: "true" } } }` and the data collection rule that it reads; CalicoEbpfCluster ' +
      "declares both with `monitoring: { logAnalyticsWorkspaceId: WORKSPACE.id }`.",
    ...strict("medium", "LT-3"),
    answers: "CKV_AZURE_4 Azure.AKS.ContainerInsights",
    url: "https://learn.microsoft.com/azure/azure-monitor/containers/kubernetes-monitoring-enable",
  },
  (cluster) => {
    const verdict = isOn("omsagent")(cluster);
    // How preview versions of AKS's API spell the add-on.
    const profile = property("azureMonitorProfile.containerInsights.enabled", isTrue)(cluster);
    return verdict && profile && "notKnown" in profile ? profile : profile && verdict;
  },
);
