// What is public, and nothing else.
export { AksCluster } from "./aksCluster";
export type {
  AksClusterArgs,
  ApiServerArgs,
  AutoscalingArgs,
  EntraArgs,
  MaintenanceWindowArgs,
  NetworkArgs,
  NodePoolArgs,
  SystemPoolArgs,
  UpgradesArgs,
  UserPoolArgs,
} from "./aksClusterArgs";
export { CalicoEbpfCluster, type CalicoEbpfClusterArgs } from "./calicoEbpfCluster";
export { CalicoEbpfDataplane } from "./calicoEbpfDataplane";
export type { CalicoEbpfDataplaneArgs, DataplaneSettings, FelixSettings } from "./dataplaneArgs";
export * from "./enums";
