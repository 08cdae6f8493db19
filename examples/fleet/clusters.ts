// The fleet. A name is a cluster's in Pulumi, and that of its stack where each has its own.
// In a project of your own: from "aks-calico-ebpf".
import type { CalicoEbpfClusterArgs } from "../../components";

/** Any argument of `CalicoEbpfCluster`; what is left out has its default. */
export const clusters: Record<string, CalicoEbpfClusterArgs & { location: string }> = {
  "shop-west": { location: "westeurope" },
  "shop-north": { location: "northeurope" },
  build: { location: "swedencentral", systemPool: { count: 2, vmSize: "Standard_D8ds_v5" } },
};
