import { ResourceValidationPolicy } from "@pulumi/policy";
import { missingAddOn } from "../../aksCluster";
import { benchmark } from "./benchmark";

/**
 * Pods take their secrets from Key Vault. The remediation turns the add-on on: it runs a driver on each node and reads
 * no vault before a SecretProviderClass says so.
 *
 * @severity medium
 * @frameworks Microsoft cloud security benchmark IM-8, Checkov CKV_AZURE_172, PSRule Azure.AKS.SecretStore
 * @topics secrets
 * @link https://learn.microsoft.com/azure/aks/csi-secrets-store-driver
 */
export const secretStore: ResourceValidationPolicy = {
  name: "aks-secret-store",
  displayName: "AKS: secrets come from Key Vault",
  description: "An AKS cluster must have the Key Vault provider of the Secrets Store CSI driver.",
  enforcementLevel: "disabled",
  severity: "medium",
  framework: benchmark("IM-8"),
  tags: ["aks", "strict", "secrets", "CKV_AZURE_172", "Azure.AKS.SecretStore"],
  remediationSteps:
    'Write `addonProfiles: { azureKeyvaultSecretsProvider: { enabled: true, config: { enableSecretRotation: "true" } ' +
    '} }` on the ManagedCluster, or set this policy to "remediate".',
  url: "https://learn.microsoft.com/azure/aks/csi-secrets-store-driver",
  validateResource: (args, reportViolation) => {
    const addon = missingAddOn(args, "azureKeyvaultSecretsProvider");
    if (!addon) return;
    reportViolation(
      `${addon.path("enabled")} is not true. Pods then get their secrets from Kubernetes Secrets, which everybody who ` +
        "may read Secrets in a namespace sees, and which nobody rotates. Write `addonProfiles: { " +
        'azureKeyvaultSecretsProvider: { enabled: true, config: { enableSecretRotation: "true" } } }`.',
    );
  },
  remediateResource: (args) => {
    const addon = missingAddOn(args, "azureKeyvaultSecretsProvider");
    if (!addon || !addon.set(true, "enabled")) return undefined;
    // Otherwise what this turns on would be off in the same breath for aks-secret-rotation.
    if (addon.get("config", "enableSecretRotation") === undefined)
      addon.set("true", "config", "enableSecretRotation");
    return args.props;
  },
};
