// The rules for AKS of the two packs that are used most, by their ids; in the order of the coverage tables.

/** Checkov 3.3, resource azurerm_kubernetes_cluster and its ARM counterpart. */
export const checkov = [4, 5, 6, 7, 115, 116, 117, 141, 143, 168, 169, 170, 171, 172, 226, 227, 232].map(
  (number) => `CKV_AZURE_${number}`,
);

/** PSRule for Azure, without its rules about names and cost; Azure.Resource.AllowedRegions is not AKS's alone. */
export const psrule = `
  MinNodeCount MinUserPoolNodes Version PoolVersion UseRBAC NetworkPolicy PoolScaleSet NodeMinPods ManagedIdentity
  StandardLB AzurePolicyAddOn ManagedAAD AuthorizedIPs LocalAccounts AutoScaling CNISubnetSize AvailabilityZone
  AuditLogs PlatformLogs ContainerInsights HttpAppRouting AutoUpgrade NodeAutoUpgrade MaintenanceWindow AzureRBAC
  SecretStore SecretStoreRotation UptimeSLA EphemeralOSDisk DefenderProfile
`
  .trim()
  .split(/\s+/)
  .map((name) => `Azure.AKS.${name}`)
  .concat("Azure.Resource.AllowedRegions");

/** What no policy answers for any more, and why. */
export const retired: Record<string, string> = {
  "Azure.AKS.HttpAppRouting":
    "retired: AKS refuses it since 3 March 2025, https://azure.microsoft.com/updates?id=retirement-http-application-routing-addon-preview-for-aks-will-retire-03032025",
  "Azure.AKS.StandardLB":
    "retired: AKS refuses Basic since 2025, https://learn.microsoft.com/azure/aks/load-balancer-standard",
};

/** Where the policies judge otherwise. */
export const differences: Record<string, string> = {
  CKV_AZURE_6: "a private cluster passes",
  CKV_AZURE_7: "an engine of one's own counts, in place of `networkPolicy`",
  CKV_AZURE_143: "every pool, not the first alone",
  CKV_AZURE_168: "left out is judged by the network's default",
  CKV_AZURE_169: "VirtualMachines pass",
  CKV_AZURE_170: "Premium passes",
  CKV_AZURE_172: "its two halves",
  CKV_AZURE_232: "pools of their own too",
  "Azure.AKS.AuditLogs": "several settings may share the categories",
  "Azure.AKS.AuthorizedIPs": "a private cluster passes",
  "Azure.AKS.AutoScaling": "scale sets only",
  "Azure.AKS.AutoUpgrade": "AKS Automatic passes: its channel is `stable`",
  "Azure.AKS.AvailabilityZone": "scale sets only; which regions have zones is not known",
  "Azure.AKS.CNISubnetSize":
    "by what the pools can take, where the subnet is in the stack; overlay networks too",
  "Azure.AKS.MinNodeCount": "pools of their own count too",
  "Azure.AKS.MinUserPoolNodes": "pools scaled to zero, of GPUs and Spot pass",
  "Azure.AKS.NetworkPolicy": "an engine of one's own counts, in place of `networkPolicy`",
  "Azure.AKS.NodeAutoUpgrade": "left out passes: the default is `NodeImage`",
  "Azure.AKS.NodeMinPods": "left out is judged by the network's default",
  "Azure.AKS.PlatformLogs": "several settings may share the categories",
  "Azure.AKS.PoolScaleSet": "VirtualMachines pass; left out passes: AKS makes no availability sets any more",
  "Azure.AKS.PoolVersion": "`1.35` and `1.35.2` agree",
  "Azure.AKS.UptimeSLA": "Premium passes",
  "Azure.AKS.UseRBAC": "left out passes: it is the default",
  "Azure.AKS.Version": "oldest version: the knob `minimumVersion`; long-term support passes",
};
