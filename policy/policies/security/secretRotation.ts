import { ResourceValidationPolicy } from "@pulumi/policy";
import { addOn, aksCluster, AnyResource, Settings } from "../../aksCluster";
import { Unknown } from "../../unknown";
import { benchmark } from "./benchmark";

/** The add-on where it is on without rotation. AKS takes texts in add-ons' settings, and rotation is off by default. */
function withoutRotation(resource: AnyResource): Settings | undefined {
  const cluster = aksCluster(resource);
  if (!cluster) return undefined;
  const addon = addOn(cluster, "azureKeyvaultSecretsProvider");
  if (addon.get("enabled") !== true) return undefined;
  const rotation = addon.get("config", "enableSecretRotation");
  return rotation === Unknown || /^true$/i.test(String(rotation)) ? undefined : addon;
}

/**
 * Secrets from Key Vault follow it. Whether they come from there at all is aks-secret-store's; the two together are
 * Checkov's rule.
 *
 * @severity medium
 * @frameworks Microsoft cloud security benchmark IM-8, Checkov CKV_AZURE_172, PSRule Azure.AKS.SecretStoreRotation
 * @topics secrets
 * @link https://learn.microsoft.com/azure/aks/csi-secrets-store-configuration-options
 */
export const secretRotation: ResourceValidationPolicy = {
  name: "aks-secret-rotation",
  displayName: "AKS: secrets from Key Vault are rotated",
  description: "The Key Vault provider of an AKS cluster must rotate secrets.",
  enforcementLevel: "mandatory",
  severity: "medium",
  framework: benchmark("IM-8"),
  tags: ["aks", "baseline", "secrets", "CKV_AZURE_172", "Azure.AKS.SecretStoreRotation"],
  remediationSteps:
    'Write `config: { enableSecretRotation: "true" }` on addonProfiles.azureKeyvaultSecretsProvider, or set ' +
    'this policy to "remediate".',
  url: "https://learn.microsoft.com/azure/aks/csi-secrets-store-configuration-options",
  validateResource: (args, reportViolation) => {
    const addon = withoutRotation(args);
    if (!addon) return;
    reportViolation(
      `${addon.path("config.enableSecretRotation")} is not "true". Pods keep the secrets that they began with: one ` +
        "that was renewed in Key Vault, after a leak for example, does not arrive before each pod is made anew. Write " +
        '`config: { enableSecretRotation: "true" }`.',
    );
  },
  remediateResource: (args) => {
    const addon = withoutRotation(args);
    return addon && addon.set("true", "config", "enableSecretRotation") ? args.props : undefined;
  },
};
