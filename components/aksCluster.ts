import type { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import type { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { clusterBody } from "./aks/clusterBody";
import { createControlPlaneIdentity } from "./aks/identity";
import { requestKubeconfig, createProvider } from "./aks/kubeconfig";
import { readLiveCluster } from "./aks/liveCluster";
import { createMaintenanceWindows } from "./aks/maintenance";
import { clusterOutputs, createManagedCluster } from "./aks/managedCluster";
import { createMonitoring } from "./aks/monitoring";
import { chooseNames, ensureResourceGroup } from "./aks/names";
import { createPool } from "./aks/pools";
import { clusterUnlessRecorded, heldPoolsOf, readingRecorded } from "./aks/recorded";
import { createRotatedPools, chooseSystemPool } from "./aks/systemPool";
import type { AksClusterArgs } from "./aksClusterArgs";
import { known, type OutputsOf } from "./outputs";
import { readAksClusterArgs } from "./validate/aksCluster";

/**
 * An AKS cluster for Calico: resource group, managed cluster, further node pools, kubeconfig and a Kubernetes provider.
 * RBAC, OIDC issuer and workload identity are on, the load balancer is Standard. In the mode `AzureManaged` it brings
 * Calico (`networkPolicy: calico`) and alone runs its iptables data plane; in the others it brings no Calico, and in
 * `CalicoCni` no network for pods either.
 *
 * A cluster that exists is taken over with `importId`: docs/modes.md, "Taking an existing cluster into `AksCluster`".
 */
export class AksCluster extends pulumi.ComponentResource {
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
  constructor(name: string, args: AksClusterArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const type = "aks-calico-ebpf:index:AksCluster";
    const subject = `${type} ${JSON.stringify(name)}`;
    const plan = readAksClusterArgs(subject, name, args);
    const { seen, options: reading } = readingRecorded(name, opts);
    super(type, name, {}, reading);

    const registered = known(this.urn);
    const recorded = (suffix: string) => registered.then(() => seen.get(`${name}-${suffix}`));
    const heldPools = registered.then(() => heldPoolsOf(name, seen));
    const context = { subject, name, plan, parent: this, recorded, heldPools };
    const names = chooseNames(context);
    const live = pulumi.output(readLiveCluster(context, names));
    const where = ensureResourceGroup(context, names, live);
    const system = live.apply((found) => chooseSystemPool(context, found));
    const identity = createControlPlaneIdentity(context, where, system);
    const asked = clusterBody(plan, where, live, identity.id, system);
    const body = clusterUnlessRecorded(asked, recorded("cluster"), live);
    const timeout = `${plan.operationTimeoutMinutes}m`;
    const customTimeouts = { create: timeout, update: timeout, delete: timeout };
    const cluster = createManagedCluster(context, where, body, {
      parent: this,
      dependsOn: identity.roles,
      customTimeouts,
    });
    const { id, name: clusterName } = cluster.resource;
    const inCluster = { resourceGroupName: where.resourceGroupName, resourceName: clusterName };
    // They live in the cluster and go with it.
    const options = { parent: this, deletedWith: cluster.resource };
    // One after the other: AKS may refuse an operation while another is in progress (azure-aks-docs, aks-pending-operation).
    const pools: AgentPool[] = [];
    const afterTheLast = () => ({ ...options, customTimeouts, dependsOn: pools.slice(-1) });
    for (const pool of plan.pools.slice(1))
      pools.push(createPool(context, pool, live, inCluster, afterTheLast()));
    // Not protected as the component is: one of the two is deleted soon.
    const ofRotation = { ...afterTheLast(), protect: false };
    const rotated = createRotatedPools(context, live, system, inCluster, ofRotation);
    const windows = createMaintenanceWindows(context, inCluster, options);
    const logs = createMonitoring(context, where, id);
    const kubeconfig = requestKubeconfig(context, inCluster);
    this.resourceGroup = where.group;
    this.managedCluster = cluster.resource;
    this.nodePools = pools;
    const whole = rotated.apply((made) => [...pools, ...made, ...windows, ...logs]);
    this.provider = createProvider(context, { id, kubeconfig }, whole);
    const outputs: OutputsOf<AksCluster> = {
      resourceGroupName: pulumi.output(where.resourceGroupName),
      clusterName,
      clusterId: id,
      ...clusterOutputs(plan, cluster, live, identity.id),
      kubeconfig,
    };
    Object.assign(this, outputs);
    this.registerOutputs(outputs);
  }
}
