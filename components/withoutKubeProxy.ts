import { KubeProxy } from "./enums";

/** Words for a cluster that has no kube-proxy. */
export const withoutKubeProxy: readonly KubeProxy[] = [KubeProxy.Absent, KubeProxy.Removed];
