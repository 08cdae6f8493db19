// A cluster as a team writes it by hand, without our components, and right in everything; each program beside this
// file changes one thing of it.
import {
  ManagedCluster,
  type ManagedClusterArgs,
} from "@pulumi/azure-native/containerservice/managedCluster";
import { listManagedClusterAdminCredentialsOutput } from "@pulumi/azure-native/containerservice/listManagedClusterAdminCredentials";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions";
import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

/** AKS with its Calico add-on. */
export const rightCluster: Omit<ManagedClusterArgs, "resourceGroupName"> = {
  dnsPrefix: "team",
  enableRBAC: true,
  identity: { type: "SystemAssigned" },
  autoUpgradeProfile: { upgradeChannel: "patch" },
  networkProfile: {
    networkPlugin: "azure",
    networkPluginMode: "overlay",
    networkPolicy: "calico",
    loadBalancerSku: "standard",
  },
  agentPoolProfiles: [
    {
      name: "system",
      mode: "System",
      count: 3,
      vmSize: "Standard_D4s_v5",
      osType: "Linux",
      osSKU: "Ubuntu",
      type: "VirtualMachineScaleSets",
      maxPods: 50,
    },
  ],
};

export { theirHost, theirKubeconfig } from "../theirs";

const resourceGroupName = "team";

export const group = () => new ResourceGroup("team", { resourceGroupName });

export function makeCluster(changed: Partial<ManagedClusterArgs> = {}) {
  return new ManagedCluster("cluster", { ...rightCluster, ...changed, resourceGroupName: group().name });
}

/** A provider with the kubeconfig of the cluster's administrator. */
export function makeProvider(cluster: { id: pulumi.Output<string>; name: pulumi.Output<string> }) {
  const kubeconfig = listManagedClusterAdminCredentialsOutput({
    resourceGroupName,
    resourceName: cluster.name,
  }).apply(({ kubeconfigs }) => Buffer.from(kubeconfigs[0].value, "base64").toString("utf8"));
  return new Provider("provider", { kubeconfig: pulumi.secret(kubeconfig), clusterIdentifier: cluster.id });
}

/** What a program may change of the layers; `false` leaves one out. */
export interface Changed {
  host?: pulumi.Input<string>;
  kubeProxyOff?: false;
  switch?: false;
  felix?: object;
}

/** The layers by hand: endpoint, kube-proxy off, the switch, Felix's settings. */
export function layers(host: pulumi.Input<string>, provider: Provider, changed: Changed = {}) {
  const endpoint = new ConfigMap(
    "endpoint",
    {
      metadata: { name: "kubernetes-services-endpoint", namespace: "tigera-operator" },
      data: { KUBERNETES_SERVICE_HOST: changed.host ?? host, KUBERNETES_SERVICE_PORT: "443" },
    },
    { provider },
  );
  let before: pulumi.Resource = endpoint;
  const next = <T extends pulumi.Resource>(make: (options: pulumi.CustomResourceOptions) => T) =>
    (before = make({ provider, dependsOn: before }));
  if (changed.kubeProxyOff !== false) next(kubeProxyOff);
  if (changed.switch !== false) next(ebpfSwitch);
  next((options) => felix({ bpfKubeProxyHealthzPort: 10256, ...changed.felix }, options));
  return { endpoint, last: before };
}

export const kubeProxyOff = (options: pulumi.CustomResourceOptions) =>
  new DaemonSetPatch(
    "kube-proxy-off",
    {
      metadata: {
        name: "kube-proxy",
        namespace: "kube-system",
        annotations: { "pulumi.com/patchForce": "true" },
      },
      spec: { template: { spec: { nodeSelector: { "team/no-node": "true" } } } },
    },
    options,
  );

export const ebpfSwitch = (options: pulumi.CustomResourceOptions) =>
  new CustomResourcePatch(
    "switch",
    {
      apiVersion: "operator.tigera.io/v1",
      kind: "Installation",
      metadata: { name: "default" },
      spec: { calicoNetwork: { linuxDataplane: "BPF" } },
    },
    options,
  );

export const felix = (spec: object, options: pulumi.CustomResourceOptions) =>
  new CustomResourcePatch(
    "felix",
    {
      apiVersion: "crd.projectcalico.org/v1",
      kind: "FelixConfiguration",
      metadata: { name: "default" },
      spec,
    },
    options,
  );
