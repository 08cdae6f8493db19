// What keeps a cluster running: upgrades, observation, protection.
import type * as pulumi from "@pulumi/pulumi";
import type { DayOfWeek, NodeOsUpgradeChannel, UpgradeChannel } from "./enums";

/** What AKS upgrades by itself. */
export interface UpgradesArgs {
  /** Kubernetes versions. Default `patch`. */
  channel?: UpgradeChannel;
  /** Operating system of the nodes. Default `NodeImage`. */
  nodeOsChannel?: NodeOsUpgradeChannel;
}

/** The weekly hours in which AKS upgrades Kubernetes and node images. */
export interface MaintenanceWindowArgs {
  dayOfWeek: pulumi.Input<DayOfWeek>;
  /** `HH:mm`, in `utcOffset`. */
  startTime: pulumi.Input<string>;
  /** 4 to 24. Default 4. */
  durationHours?: pulumi.Input<number>;
  /** `+HH:mm` or `-HH:mm`. Default `+00:00`. */
  utcOffset?: pulumi.Input<string>;
  /** Every how many weeks, 1 to 4. Default 1. */
  intervalWeeks?: pulumi.Input<number>;
}

/** Where the control plane's logs and the nodes' go. */
export interface MonitoringArgs {
  /** Log Analytics workspace (resource id) that takes them. */
  logAnalyticsWorkspaceId: pulumi.Input<string>;
  /**
   * Collect logs and metrics of nodes and containers: Container insights, which is the add-on `omsagent` and a data
   * collection rule. Default true.
   */
  containerInsights?: boolean;
  /**
   * Azure region of the workspace, where Container insights' rule must be (Microsoft Learn, "Data collection rules in
   * Azure Monitor"). Default: the cluster's.
   */
  logAnalyticsLocation?: pulumi.Input<string>;
  /**
   * Logs of the control plane that are sent there, by their category (azure-aks-docs, monitor-aks-reference). Default:
   * `kube-apiserver`, `kube-audit-admin`, `kube-controller-manager`, `kube-scheduler`, `cluster-autoscaler`, `guard`.
   * `kube-audit` adds every reading request, which is most of them and costs accordingly. An empty list sends no logs;
   * metrics always go.
   */
  diagnosticCategories?: pulumi.Input<pulumi.Input<string>[]>;
}

/** Microsoft Defender for Containers: its sensor on the nodes. */
export interface DefenderArgs {
  /** Log Analytics workspace (resource id) of Defender. */
  logAnalyticsWorkspaceId: pulumi.Input<string>;
}

/** The add-on that mounts secrets of Azure Key Vault into pods (`azureKeyvaultSecretsProvider`). */
export interface KeyVaultSecretsProviderArgs {
  /** Look for newer versions of the mounted secrets. Default true. */
  rotation?: pulumi.Input<boolean>;
  /** How often: a number with `s`, `m` or `h`. Default `2m`, as in AKS (azure-aks-docs, csi-secrets-store-configuration-options). */
  rotationPollInterval?: pulumi.Input<string>;
}
