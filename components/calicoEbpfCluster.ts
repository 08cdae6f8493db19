import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { partsOf } from "./aks/parts";
import { AksCluster } from "./aksCluster";
import type { AksClusterArgs } from "./aksClusterArgs";
import { CalicoEbpfDataplane } from "./calicoEbpfDataplane";
import type { DataplaneSettings } from "./dataplaneArgs";
import { readCalicoEbpfClusterArgs } from "./validate/calicoEbpfCluster";

/** Arguments of {@link CalicoEbpfCluster}: those of the cluster and those of its data plane. All have defaults. */
export interface CalicoEbpfClusterArgs extends AksClusterArgs, DataplaneSettings {}

/**
 * An AKS cluster whose network data plane is Calico eBPF: an {@link AksCluster} and, on it, a
 * {@link CalicoEbpfDataplane}. Ready when the data plane is rolled out on every node. Its deletion deletes the cluster
 * and does not stop at the layers in it.
 */
export class CalicoEbpfCluster extends pulumi.ComponentResource {
  /** Name of the resource group. */
  readonly resourceGroupName: pulumi.Output<string>;
  /** Name of the cluster in Azure. */
  readonly clusterName: pulumi.Output<string>;
  /** Resource id of the cluster. */
  readonly clusterId: pulumi.Output<string>;
  /** Resource group of nodes, disks and load balancers, which AKS manages. */
  readonly nodeResourceGroup: pulumi.Output<string>;
  /** Host name by which nodes reach the API server; the private one on a private cluster that has a private DNS zone. */
  readonly fqdn: pulumi.Output<string>;
  /** Issuer of the service accounts' tokens, for workload identity. */
  readonly oidcIssuerUrl: pulumi.Output<string>;
  /** Kubeconfig; a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** The data plane that the Installation asks for: `BPF` or `Iptables`. Known when it is rolled out. */
  readonly linuxDataplane: pulumi.Output<string>;
  /** Whether the operator has switched Felix to eBPF. Known when it is rolled out. */
  readonly bpfEnabled: pulumi.Output<boolean>;
  /** Version of Calico, as the operator reports it; empty where it reports none. */
  readonly calicoVersion: pulumi.Output<string>;
  /** Host and port by which calico-node reaches the API server. */
  readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: CalicoEbpfClusterArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const type = "aks-calico-ebpf:index:CalicoEbpfCluster";
    const { cluster, dataplane } = readCalicoEbpfClusterArgs(`${type} ${JSON.stringify(name)}`, name, args);
    super(type, name, {}, opts);

    const aks = new AksCluster(name, cluster, { parent: this });
    const parts = partsOf.get(aks)!;
    partsOf.set(this, parts);
    const ebpf = new CalicoEbpfDataplane(
      name,
      { ...dataplane, apiServerHost: aks.fqdn },
      {
        parent: this,
        provider: parts.provider,
        // Whole pools before the switch: a node that joins in the middle of the roll-out makes it longer.
        dependsOn: parts.pools,
        // With the cluster go its objects; there is nothing to take back one by one.
        deletedWith: parts.cluster,
      },
    );

    this.resourceGroupName = aks.resourceGroupName;
    this.clusterName = aks.clusterName;
    this.clusterId = aks.clusterId;
    this.nodeResourceGroup = aks.nodeResourceGroup;
    this.fqdn = aks.fqdn;
    this.oidcIssuerUrl = aks.oidcIssuerUrl;
    this.kubeconfig = aks.kubeconfig;
    this.linuxDataplane = ebpf.linuxDataplane;
    this.bpfEnabled = ebpf.bpfEnabled;
    this.calicoVersion = ebpf.calicoVersion;
    this.endpoint = ebpf.endpoint;
    this.registerOutputs({
      resourceGroupName: this.resourceGroupName,
      clusterName: this.clusterName,
      clusterId: this.clusterId,
      nodeResourceGroup: this.nodeResourceGroup,
      fqdn: this.fqdn,
      oidcIssuerUrl: this.oidcIssuerUrl,
      kubeconfig: this.kubeconfig,
      linuxDataplane: this.linuxDataplane,
      bpfEnabled: this.bpfEnabled,
      calicoVersion: this.calicoVersion,
      endpoint: this.endpoint,
    });
  }

  /** Kubernetes provider of the cluster. */
  get provider(): Provider {
    return partsOf.get(this)!.provider;
  }
}
