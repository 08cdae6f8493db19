// What AKS runs in the cluster beside the user's workloads.
import * as pulumi from "@pulumi/pulumi";
import type { AksClusterPlan } from "../validate/aksCluster";

/** Add-ons by the names under which AKS knows them; their settings are texts. */
export function addOns({ monitoring, azurePolicy, keyVaultSecrets }: AksClusterPlan) {
  const all = {
    ...(monitoring?.containerInsights && {
      omsagent: {
        enabled: true,
        // The agent signs in with its managed identity; signing in with the workspace's key is retired.
        config: { logAnalyticsWorkspaceResourceID: monitoring.workspaceId, useAADAuth: "true" },
      },
    }),
    ...(azurePolicy && { azurepolicy: { enabled: true } }),
    ...(keyVaultSecrets && {
      azureKeyvaultSecretsProvider: {
        enabled: true,
        config: {
          enableSecretRotation: pulumi.output(keyVaultSecrets.rotation).apply(String),
          rotationPollInterval: keyVaultSecrets.pollInterval,
        },
      },
    }),
  };
  return Object.keys(all).length > 0 ? all : undefined;
}

export function securityProfile({ defenderWorkspaceId }: AksClusterPlan) {
  return {
    workloadIdentity: { enabled: true },
    ...(defenderWorkspaceId !== undefined && {
      defender: {
        logAnalyticsWorkspaceResourceId: defenderWorkspaceId,
        securityMonitoring: { enabled: true },
      },
    }),
  };
}
