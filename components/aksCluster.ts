import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { clusterBody } from "./aks/clusterBody";
import { controlPlaneIdentity } from "./aks/identity";
import { kubeconfigOf } from "./aks/kubeconfig";
import { maintenanceWindows } from "./aks/maintenance";
import { managedCluster } from "./aks/managedCluster";
import { monitoring } from "./aks/monitoring";
import { place } from "./aks/names";
import { partsOf } from "./aks/parts";
import { userPool } from "./aks/pools";
import { kubernetesProvider } from "./aks/provider";
import type { AksClusterArgs } from "./aksClusterArgs";
import { readAksClusterArgs } from "./validate/aksCluster";

/**
 * An AKS cluster that brings managed Calico (`networkPolicy: calico`): resource group, managed cluster, further node
 * pools, kubeconfig and a Kubernetes provider. RBAC, OIDC issuer and workload identity are on, the load balancer is
 * Standard. Alone it runs Calico's iptables data plane.
 */
export class AksCluster extends pulumi.ComponentResource {
  /** Name of the resource group. */
  readonly resourceGroupName: pulumi.Output<string>;
  /** Name of the cluster in Azure. */
  readonly clusterName: pulumi.Output<string>;
  /** Resource id of the cluster. */
  readonly clusterId: pulumi.Output<string>;
  /** Resource group of nodes, disks and load balancers, which AKS manages. */
  readonly nodeResourceGroup: pulumi.Output<string>;
  /** Host name by which nodes reach the API server; the private one on a private cluster. */
  readonly fqdn: pulumi.Output<string>;
  /** Issuer of the service accounts' tokens, for workload identity. */
  readonly oidcIssuerUrl: pulumi.Output<string>;
  /** Kubeconfig; a secret. */
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: AksClusterArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const type = "aks-calico-ebpf:index:AksCluster";
    const plan = readAksClusterArgs(`${type} ${JSON.stringify(name)}`, name, args);
    super(type, name, {}, opts);

    const where = place(name, plan, this);
    const identity = controlPlaneIdentity(name, plan, where, this);
    const body = clusterBody(plan, where, identity.id);
    const cluster = managedCluster(name, plan, where, body, { parent: this, dependsOn: identity.roles });
    const inCluster = { resourceGroupName: where.resourceGroupName, resourceName: cluster.name };
    // They live in the cluster and go with it.
    const options = { parent: this, deletedWith: cluster };
    const pools = plan.userPools.map((pool) => userPool(name, plan, pool, inCluster, options));
    if (plan.maintenance !== undefined) maintenanceWindows(name, plan.maintenance, inCluster, options);
    monitoring(name, plan, where, cluster.id, this);

    this.resourceGroupName = pulumi.output(where.resourceGroupName);
    this.clusterName = cluster.name;
    this.clusterId = cluster.id;
    this.nodeResourceGroup = cluster.nodeResourceGroup.apply((group) => group ?? "");
    this.fqdn = plan.apiServer.privateCluster ? cluster.privateFQDN : cluster.fqdn;
    this.oidcIssuerUrl = cluster.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? "");
    this.kubeconfig = kubeconfigOf(
      this,
      inCluster,
      plan.entra === undefined ? undefined : plan.kubeloginMode,
    );
    const provider = kubernetesProvider(name, { id: cluster.id, kubeconfig: this.kubeconfig }, this);
    partsOf.set(this, { cluster, pools, provider });
    this.registerOutputs({
      resourceGroupName: this.resourceGroupName,
      clusterName: this.clusterName,
      clusterId: this.clusterId,
      nodeResourceGroup: this.nodeResourceGroup,
      fqdn: this.fqdn,
      oidcIssuerUrl: this.oidcIssuerUrl,
      kubeconfig: this.kubeconfig,
    });
  }

  /** Kubernetes provider of the cluster. */
  get provider(): Provider {
    return partsOf.get(this)!.provider;
  }
}
