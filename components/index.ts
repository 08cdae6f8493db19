// What is public, and nothing else.
export { AksCluster } from "./aksCluster";
export type {
  AksClusterArgs,
  MaintenanceWindow,
  ManagedClusterProperties,
  MonitoringArgs,
  NetworkArgs,
} from "./aksClusterArgs";
export { CalicoEbpfCluster } from "./calicoEbpfCluster";
export { CalicoEbpfDataplane } from "./calicoEbpfDataplane";
export type {
  CalicoEbpfClusterArgs,
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
export type {
  AutoscalingArgs,
  FurtherPoolArgs,
  NodePoolArgs,
  NodePoolProfile,
  SystemPoolArgs,
} from "./nodePoolArgs";
