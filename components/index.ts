/**
 * What the package gives to programs that import it. This page is made from the docstrings, by `npm run docs`; how it
 * all fits together stands in the README.
 *
 * @packageDocumentation
 */
export { AksCluster } from "./aksCluster";
export type * from "./aksClusterArgs";
export { CalicoEbpfCluster } from "./calicoEbpfCluster";
export { CalicoEbpfDataplane } from "./calicoEbpfDataplane";
export type * from "./dataplaneArgs";
export * from "./enums";
export type * from "./nodePoolArgs";
