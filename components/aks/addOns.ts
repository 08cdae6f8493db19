// What AKS runs in the cluster beside the user's workloads.
import * as pulumi from "@pulumi/pulumi";
import type { AksClusterPlan } from "../validate/aksCluster";

/** Said of each that is not asked for: AKS keeps what an update leaves out (Azure/AKS#2904). */
const off = { enabled: false };

/** Add-ons by the names under which AKS knows them; their settings are texts. */
export function addOns({ monitoring, azurePolicy, keyVaultSecrets }: AksClusterPlan) {
  return {
    omsagent: monitoring?.containerInsights
      ? {
          enabled: true,
          // The agent signs in with its managed identity; signing in with the workspace's key is retired.
          config: { logAnalyticsWorkspaceResourceID: monitoring.workspaceId, useAADAuth: "true" },
        }
      : off,
    azurepolicy: { enabled: azurePolicy ?? false },
    azureKeyvaultSecretsProvider:
      keyVaultSecrets === undefined
        ? off
        : {
            enabled: true,
            config: {
              enableSecretRotation: pulumi.output(keyVaultSecrets.rotation).apply(String),
              rotationPollInterval: keyVaultSecrets.pollInterval,
            },
          },
  };
}

export function securityProfile({ defenderWorkspaceId }: AksClusterPlan) {
  return {
    workloadIdentity: { enabled: true },
    defender:
      defenderWorkspaceId === undefined
        ? { securityMonitoring: off }
        : {
            logAnalyticsWorkspaceResourceId: defenderWorkspaceId,
            securityMonitoring: { enabled: true },
          },
  };
}
