import { ResourceValidationPolicy } from "@pulumi/policy";
import { missingAddOn } from "../../aksCluster";
import { benchmark } from "./benchmark";

/**
 * Azure Policy reaches into the cluster. The remediation turns the add-on on, as Azure Policy's own "Deploy Azure
 * Policy Add-on to Azure Kubernetes Service clusters" (a8eff44f-8c92-45c3-a3fb-9880802d67a7) does.
 *
 * @severity medium
 * @frameworks Microsoft cloud security benchmark AM-2, Checkov CKV_AZURE_116, PSRule Azure.AKS.AzurePolicyAddOn, Azure
 * Policy 0a15ec92-a229-4763-bb14-0ea34a568f8d
 * @topics governance
 * @link https://learn.microsoft.com/azure/aks/use-azure-policy
 */
export const azurePolicyAddon: ResourceValidationPolicy = {
  name: "aks-azure-policy-addon",
  displayName: "AKS: the Azure Policy add-on is on",
  description: "An AKS cluster must have the Azure Policy add-on.",
  enforcementLevel: "disabled",
  severity: "medium",
  framework: benchmark("AM-2"),
  tags: ["aks", "strict", "governance", "CKV_AZURE_116", "Azure.AKS.AzurePolicyAddOn"],
  remediationSteps:
    "Write `addonProfiles: { azurepolicy: { enabled: true } }` on the ManagedCluster, or set this policy to " +
    '"remediate".',
  url: "https://learn.microsoft.com/azure/aks/use-azure-policy",
  validateResource: (args, reportViolation) => {
    const addon = missingAddOn(args, "azurepolicy");
    if (!addon) return;
    reportViolation(
      `${addon.path("enabled")} is not true. Azure Policy then judges the cluster's settings alone, and nothing that ` +
        "runs in it: no assignment of your organization stops a privileged pod. Write `addonProfiles: { azurepolicy: " +
        "{ enabled: true } }`.",
    );
  },
  remediateResource: (args) => {
    const addon = missingAddOn(args, "azurepolicy");
    return addon && addon.set(true, "enabled") ? args.props : undefined;
  },
};
