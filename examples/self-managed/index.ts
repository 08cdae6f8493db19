// Calico from its own chart, beside Azure CNI: its version, settings and policies are yours.
import * as pulumi from "@pulumi/pulumi";
// In a project of your own: from "aks-calico-ebpf".
import { CalicoEbpfCluster, CalicoMode } from "../../components";
import type { Dataplane, KubeProxy, NetworkMode } from "../../components";

const config = new pulumi.Config();
const cluster = new CalicoEbpfCluster("own", {
  mode: CalicoMode.SelfManaged,
  calico: { version: config.get("calicoVersion") || undefined, chart: config.get("chart") || undefined },
  kubeProxy: config.require<KubeProxy>("kubeProxy"),
  dataplane: config.require<Dataplane>("dataplane"),
  network: { mode: config.require<NetworkMode>("networkMode") },
  systemPool: { count: config.requireNumber("nodes"), vmSize: config.require("vmSize") },
  // What AKS's own Calico is not supported with: metrics of Felix, and a policy for the whole cluster.
  felixMetrics: {},
  defaultDeny: { excludedNamespaces: config.requireObject<string[]>("excludedNamespaces") },
});

export const { clusterName, resourceGroupName, kubeconfig, linuxDataplane, calicoVersion } = cluster;
