import { KubeProxy } from "./enums";

/** Whether the cluster has no kube-proxy. */
export const isWithoutKubeProxy = (kubeProxy: KubeProxy | undefined): boolean =>
  kubeProxy === KubeProxy.Absent || kubeProxy === KubeProxy.Removed;
