// What AKS runs in a cluster beside its workloads: policies of Azure, secrets of Key Vault, monitoring.
import { addOn, Settings } from "../../aksCluster";
import { baseline, clusterPolicy, isTrue, property, strict, writing } from "../../define";
import { Unknown } from "../../unknown";

const isOn = (name: string) => (cluster: Settings) => property("enabled", isTrue)(addOn(cluster, name));

export const azurePolicyAddon = clusterPolicy({
  name: "aks-azure-policy-addon",
  wants: "An AKS cluster must have the Azure Policy add-on.",
  why: "No Azure Policy of your organization then judges what runs in it, a privileged pod for example.",
  write: "Write `addonProfiles: { azurepolicy: { enabled: true } }`.",
  ...strict("medium", "AM-2"),
  answers: "CKV_AZURE_116 Azure.AKS.AzurePolicyAddOn 0a15ec92-a229-4763-bb14-0ea34a568f8d",
  url: "https://learn.microsoft.com/azure/aks/use-azure-policy",
  judge: isOn("azurepolicy"),
  fix: (cluster) => writing("enabled", true)(addOn(cluster, "azurepolicy")),
});

const keyVault = "azureKeyvaultSecretsProvider";

export const secretStore = clusterPolicy({
  name: "aks-secret-store",
  wants: "An AKS cluster must have the Key Vault provider of the Secrets Store CSI driver.",
  why: "Secrets then lie in Kubernetes, where everybody who may read a namespace's Secrets sees them.",
  write: `Write \`addonProfiles: { ${keyVault}: { enabled: true, config: { enableSecretRotation: "true" } } }\`.`,
  ...strict("medium", "IM-8"),
  answers: "CKV_AZURE_172 Azure.AKS.SecretStore",
  url: "https://learn.microsoft.com/azure/aks/csi-secrets-store-driver",
  judge: isOn(keyVault),
  fix: (cluster) => {
    const addon = addOn(cluster, keyVault);
    // What is written about rotation is aks-secret-rotation's; left out, it would be refused there at once.
    const isOpen = addon.get("config", "enableSecretRotation") === undefined;
    return addon.set(true, "enabled") && (!isOpen || addon.set("true", "config", "enableSecretRotation"));
  },
});

export const secretRotation = clusterPolicy({
  name: "aks-secret-rotation",
  wants: "The Key Vault provider of an AKS cluster must rotate secrets.",
  why: "A secret renewed in Key Vault, after a leak for example, otherwise waits until each pod is made anew.",
  write: 'Write `config: { enableSecretRotation: "true" }`.',
  ...baseline("medium", "IM-8"),
  answers: "CKV_AZURE_172 Azure.AKS.SecretStoreRotation",
  url: "https://learn.microsoft.com/azure/aks/csi-secrets-store-configuration-options",
  judge: (cluster) => {
    const addon = addOn(cluster, keyVault);
    const enabled = addon.get("enabled");
    const verdict = property("config.enableSecretRotation", (is) => /^true$/i.test(String(is)))(addon);
    if (verdict && enabled === Unknown) return { notKnown: addon.path("enabled") };
    return enabled === true ? verdict : undefined;
  },
  fix: (cluster) => writing("config.enableSecretRotation", "true")(addOn(cluster, keyVault)),
});

export const defender = clusterPolicy({
  name: "aks-defender",
  wants: "An AKS cluster must have the Defender profile.",
  why: "Nobody then notices a miner in a container or a connection to a known attacker.",
  write:
    "Write `securityProfile: { defender: { logAnalyticsWorkspaceResourceId: WORKSPACE.id, securityMonitoring: " +
    "{ enabled: true } } }`.",
  ...strict("medium", "LT-1"),
  answers: "Azure.AKS.DefenderProfile a1840de2-8088-4ea8-b153-b4c723e9cb01",
  url: "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction",
  judge: property("securityProfile.defender.securityMonitoring.enabled", isTrue),
});

export const containerInsights = clusterPolicy({
  name: "aks-container-insights",
  wants: "An AKS cluster must send its containers' logs to Azure Monitor.",
  why: "What containers wrote is then gone with them, also what would tell why a calico-node ended.",
  write:
    "Write `addonProfiles: { omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: ID, " +
    'useAADAuth: "true" } } }` and its data collection rule; `monitoring` of CalicoEbpfCluster makes both.',
  ...strict("medium", "LT-3"),
  answers: "CKV_AZURE_4 Azure.AKS.ContainerInsights",
  url: "https://learn.microsoft.com/azure/azure-monitor/containers/kubernetes-monitoring-enable",
  judge: (cluster) => {
    const verdict = isOn("omsagent")(cluster);
    // How preview versions of AKS's API spell the add-on.
    const profile = property("azureMonitorProfile.containerInsights.enabled", isTrue)(cluster);
    return verdict && profile && "notKnown" in profile ? profile : profile && verdict;
  },
});
