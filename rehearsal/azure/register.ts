// A cluster that nobody's program made: for the example that switches an existing one, and for `rehearse -- cluster`.
import type { NodePool } from "../controlPlane/nodes";
import type { Json, Operation, Props } from "../plugin/provider";
import { apiServerName, clusterSpec } from "./aks";
import { managedCluster, previewVersion } from "./previews";
import { azureProvider, type AzureOptions } from "./provider";
import { noSubscription } from "./resources";
import { Store } from "./store";
import { cluster as clusterType, idOf } from "./types";

export interface RegisteredCluster {
  /** Made as well where it is not there. A program may name it without declaring it. */
  readonly resourceGroupName: string;
  readonly clusterName: string;
  /** Azure region. */
  readonly location: string;
  /** Default azure. */
  readonly networkPlugin?: "azure" | "kubenet" | "none";
  /** Default none. */
  readonly networkPolicy?: "calico" | "azure" | "cilium" | "none";
  /** Default: as AKS makes it up. */
  readonly podCidr?: string;
  /** False = made without kube-proxy, which AKS allows only with networkPlugin none. Default true. */
  readonly kubeProxy?: boolean;
  readonly pools: readonly NodePool[];
}

/**
 * Makes the cluster, with the checks that a program's would pass; where it is there, sees to it that it runs.
 * @param status what is being done, line by line
 * @returns host name of the API server
 * @throws Error in Azure's words where AKS would refuse the cluster
 */
export async function registerCluster(
  options: AzureOptions,
  cluster: RegisteredCluster,
  status: (message: string) => void = () => undefined,
): Promise<string> {
  const { resourceGroupName, clusterName: resourceName, location } = cluster;
  const names = { resourceGroupName, resourceName };
  const { signal } = new AbortController();
  const store = new Store(options.store);
  const there = store.get(idOf(clusterType, noSubscription, names))?.response;
  if (there) {
    await options.clusters.create(clusterSpec(there), status, signal);
    return apiServerName(there);
  }
  const azure = await azureProvider(options).configure({ location });
  const make = async (type: string, name: string, inputs: Props): Promise<Props> => {
    const log: Operation["log"] = (_severity, message) => status(message);
    const op = { urn: "", type: `azure-native:${type}`, name, signal, status, log };
    const checked = await azure.check(op, undefined, inputs);
    if (checked.failures.length > 0)
      throw new Error(checked.failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    return (await azure.create(op, checked.inputs)).outputs;
  };
  if (!store.get(`/subscriptions/${noSubscription}/resourceGroups/${resourceGroupName}`))
    await make("resources:ResourceGroup", resourceGroupName, { resourceGroupName });
  const properties = clusterProperties(cluster);
  const inputs = { ...names, ...managedCluster, apiVersion: previewVersion, identity, properties };
  // Only preview versions of the API know a cluster without kube-proxy.
  return apiServerName(await make("resources:Resource", resourceName, inputs));
}

const identity = { type: "SystemAssigned" };

const clusterProperties = (cluster: RegisteredCluster): Props => ({
  dnsPrefix: cluster.clusterName,
  networkProfile: {
    networkPlugin: cluster.networkPlugin ?? "azure",
    networkPolicy: cluster.networkPolicy ?? "none",
    podCidr: cluster.podCidr ?? null,
    kubeProxyConfig: cluster.kubeProxy === false ? { enabled: false } : null,
  },
  agentPoolProfiles: cluster.pools.map(({ osSku, labels, taints, ...pool }): Json => ({
    ...pool,
    vmSize: "Standard_D4ds_v5",
    osSKU: osSku ?? null,
    nodeLabels: labels ?? null,
    nodeTaints: taints ?? null,
  })),
});
