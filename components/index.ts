// What is public, and nothing else.
export { AksCluster } from "./aksCluster";
export type * from "./aksClusterArgs";
export { CalicoEbpfCluster } from "./calicoEbpfCluster";
export { CalicoEbpfDataplane } from "./calicoEbpfDataplane";
export type * from "./dataplaneArgs";
export * from "./enums";
export type * from "./nodePoolArgs";
