// Calico as the network: addresses, routes (VXLAN), policies and Services, on a cluster that AKS leaves bare.
import * as pulumi from "@pulumi/pulumi";
// In a project of your own: from "aks-calico-ebpf".
import { CalicoEbpfCluster, CalicoMode, type Dataplane, type KubeProxy } from "../../components";

const config = new pulumi.Config();
const version = config.get("calicoVersion") || undefined;
const cluster = new CalicoEbpfCluster("cni", {
  mode: CalicoMode.CalicoCni,
  calico: version === undefined ? undefined : { version },
  kubeProxy: config.require<KubeProxy>("kubeProxy"),
  dataplane: config.require<Dataplane>("dataplane"),
  network: { podCidr: config.require("podCidr") },
  systemPool: { count: config.requireNumber("nodes"), vmSize: config.require("vmSize") },
});

export const { clusterName, resourceGroupName, kubeconfig, linuxDataplane, calicoVersion } = cluster;
