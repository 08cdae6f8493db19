// The smallest whole program: an AKS cluster, and eBPF on every node of it when `pulumi up` ends.
// In a project of your own: from "aks-calico-ebpf".
import { CalicoEbpfCluster } from "../../components";

const cluster = new CalicoEbpfCluster("aks");

export const { resourceGroupName, clusterName, kubeconfig } = cluster;
export const { linuxDataplane, calicoVersion } = cluster;
