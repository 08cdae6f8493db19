// What is public, and nothing else.
export { AksCluster } from "./aksCluster";
export type { AksClusterArgs, ApiServerArgs, EntraArgs, NetworkArgs } from "./aksClusterArgs";
export { CalicoEbpfCluster, type CalicoEbpfClusterArgs } from "./calicoEbpfCluster";
export { CalicoEbpfDataplane } from "./calicoEbpfDataplane";
export type {
  CalicoEbpfDataplaneArgs,
  CalicoInstallArgs,
  DataplaneSettings,
  DefaultDenyArgs,
  FelixMetricsArgs,
  FelixSettings,
  RolloutArgs,
  WorkloadArgs,
} from "./dataplaneArgs";
export * from "./enums";
export type { AutoscalingArgs, NodePoolArgs, SystemPoolArgs, UserPoolArgs } from "./nodePoolArgs";
export type {
  DefenderArgs,
  KeyVaultSecretsProviderArgs,
  MaintenanceWindowArgs,
  MonitoringArgs,
  UpgradesArgs,
} from "./operationsArgs";
