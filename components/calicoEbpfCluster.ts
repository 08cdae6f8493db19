import type { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import type { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster } from "./aksCluster";
import { CalicoEbpfDataplane } from "./calicoEbpfDataplane";
import type { CalicoEbpfClusterArgs } from "./dataplaneArgs";
import { type OutputsOf, outputsOf } from "./outputs";
import { readCalicoEbpfClusterArgs } from "./validate/calicoEbpfCluster";

/**
 * An AKS cluster whose network data plane is Calico eBPF: an `AksCluster` and, on it, a `CalicoEbpfDataplane`. Ready when
 * the data plane is rolled out on every node. Its deletion deletes the cluster and does not stop at the layers in it.
 */
export class CalicoEbpfCluster extends pulumi.ComponentResource {
  /** Name of the resource group. */
  readonly resourceGroupName!: pulumi.Output<string>;
  /** Name of the cluster in Azure. */
  readonly clusterName!: pulumi.Output<string>;
  /** Resource id of the cluster. */
  readonly clusterId!: pulumi.Output<string>;
  /** Resource group of nodes, disks and load balancers, which AKS manages. */
  readonly nodeResourceGroup!: pulumi.Output<string>;
  /** Host name by which nodes reach the API server; the private one on a private cluster that has a private DNS zone. */
  readonly fqdn!: pulumi.Output<string>;
  /** The private host name; empty on a public cluster. */
  readonly privateFqdn!: pulumi.Output<string>;
  /** Issuer of the service accounts' tokens, for workload identity. */
  readonly oidcIssuerUrl!: pulumi.Output<string>;
  /** Object id of the control plane's identity, for roles on networks and disks. */
  readonly principalId!: pulumi.Output<string>;
  /** Object id of the nodes' identity, for the role AcrPull on a registry. */
  readonly kubeletIdentityObjectId!: pulumi.Output<string>;
  /** Object id of the Key Vault add-on's identity, for roles on a vault; empty where the add-on is off. */
  readonly keyVaultIdentityObjectId!: pulumi.Output<string>;
  /** Resource ids of the public addresses by which traffic leaves; none where AKS does not choose them. */
  readonly outboundIpIds!: pulumi.Output<string[]>;
  /** Kubeconfig, a secret. A program in another language than TypeScript makes its Kubernetes provider of it. */
  readonly kubeconfig!: pulumi.Output<string>;
  /** The data plane that the Installation asks for: `BPF` or `Iptables`. Known when it is rolled out. */
  readonly linuxDataplane!: pulumi.Output<string>;
  /** Whether the operator has switched Felix to eBPF. Known when it is rolled out. */
  readonly bpfEnabled!: pulumi.Output<boolean>;
  /** Version of Calico, as the operator reports it; empty where it reports none. */
  readonly calicoVersion!: pulumi.Output<string>;
  /** Host and port by which calico-node reaches the API server. */
  readonly endpoint!: pulumi.Output<string>;

  /** The resource group (azure-native), where the component has made it; else undefined. */
  accessor resourceGroup: ResourceGroup | undefined;
  /** The cluster: azure-native's `ManagedCluster`, with `kubeProxy: Absent` its generic `Resource`. */
  accessor managedCluster: pulumi.CustomResource;
  /** The pools beside the system pool: azure-native's `AgentPool`. */
  accessor nodePools: AgentPool[];
  /**
   * Provider of `@pulumi/kubernetes` for the cluster. Not in other languages, as no handle of a resource is: see
   * `kubeconfig`.
   */
  accessor provider: Provider;

  /**
   * @param name Name in the stack, with which the names of its resources begin.
   * @param args What is wanted.
   * @param opts Pulumi's resource options.
   * @throws pulumi.InputPropertiesError, before anything is declared, with every argument that is refused: what is
   * wrong, why, and what to write. What is known only later is refused before the resource that takes it.
   */
  constructor(name: string, args: CalicoEbpfClusterArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const type = "aks-calico-ebpf:index:CalicoEbpfCluster";
    const { cluster, dataplane } = readCalicoEbpfClusterArgs(`${type} ${JSON.stringify(name)}`, name, args);
    super(type, name, {}, opts);

    const aks = new AksCluster(name, cluster, { parent: this });
    const ebpf = new CalicoEbpfDataplane(
      name,
      { ...dataplane, apiServerHost: aks.fqdn },
      {
        parent: this,
        provider: aks.provider,
        // Whole pools before the switch: a node that joins in the middle of the roll-out makes it longer.
        dependsOn: aks.nodePools,
        // With the cluster go its objects; there is nothing to take back one by one.
        deletedWith: aks.managedCluster,
      },
    );

    this.resourceGroup = aks.resourceGroup;
    this.managedCluster = aks.managedCluster;
    this.nodePools = aks.nodePools;
    this.provider = aks.provider;
    const outputs: OutputsOf<CalicoEbpfCluster> = { ...outputsOf(aks), ...outputsOf(ebpf) };
    Object.assign(this, outputs);
    this.registerOutputs(outputs);
  }
}
