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
