// A cluster as a team writes it by hand, and right in everything; each case changes one thing of it.
import { listManagedClusterAdminCredentialsOutput } from "@pulumi/azure-native/containerservice/listManagedClusterAdminCredentials";
import {
  ManagedCluster,
  type ManagedClusterArgs,
} from "@pulumi/azure-native/containerservice/managedCluster";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions";
import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";

export interface Place {
  name: string;
  parent: pulumi.Resource;
}
type Options = pulumi.CustomResourceOptions;

export const systemPool = {
  name: "system",
  mode: "System",
  count: 3,
  vmSize: "Standard_D4s_v5",
  osType: "Linux",
  osSKU: "Ubuntu",
  type: "VirtualMachineScaleSets",
  maxPods: 50,
};

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
  agentPoolProfiles: [systemPool],
};

export const makeGroup = ({ name, parent }: Place) =>
  new ResourceGroup("group", { resourceGroupName: name }, { parent });

export function makeCluster(place: Place, changed: Partial<ManagedClusterArgs> = {}) {
  const args = { ...rightCluster, ...changed, resourceGroupName: makeGroup(place).name };
  return new ManagedCluster("cluster", args, { parent: place.parent });
}

/** A provider with the kubeconfig of the cluster's administrator. */
export function makeProvider(
  { name, parent }: Place,
  cluster: { id: pulumi.Output<string>; name: pulumi.Output<string> },
) {
  const credentials = { resourceGroupName: name, resourceName: cluster.name };
  const kubeconfig = listManagedClusterAdminCredentialsOutput(credentials).apply(({ kubeconfigs }) =>
    Buffer.from(kubeconfigs[0].value, "base64").toString("utf8"),
  );
  const args = { kubeconfig: pulumi.secret(kubeconfig), clusterIdentifier: cluster.id };
  return new Provider("provider", args, { parent });
}

/** What a case changes of the layers; `false` leaves one out. */
export interface Changed {
  host?: pulumi.Input<string>;
  kubeProxyOff?: false;
  switch?: false;
  felix?: object;
  /** Instead of BPF. */
  dataplane?: string;
  /** What declares the endpoint in its place. */
  endpoint?: pulumi.Resource;
  /** What the endpoint is made after. */
  after?: pulumi.Resource;
}

/** The layers by hand: endpoint, kube-proxy off, the switch, Felix's settings, and a mark of the team's own. */
export function layers(
  { parent }: Place,
  host: pulumi.Input<string>,
  provider: Provider,
  changed: Changed = {},
) {
  const endpoint =
    changed.endpoint ??
    new ConfigMap(
      "endpoint",
      {
        metadata: { name: "kubernetes-services-endpoint", namespace: "tigera-operator" },
        data: { KUBERNETES_SERVICE_HOST: changed.host ?? host, KUBERNETES_SERVICE_PORT: "443" },
      },
      { parent, provider, dependsOn: changed.after },
    );
  let last: pulumi.Resource = endpoint;
  const next = (make: (options: Options) => pulumi.Resource) =>
    (last = make({ parent, provider, dependsOn: last }));
  if (changed.kubeProxyOff !== false) next(kubeProxyOff);
  if (changed.switch !== false) next((options) => ebpfSwitch(options, changed.dataplane));
  next((options) => felix({ bpfKubeProxyHealthzPort: 10256, ...changed.felix }, options));
  const metadata = { name: "default", annotations: { "team/approved": "true" } };
  patch("mark", installation, { metadata }, { parent, provider, dependsOn: last });
  return { endpoint, last };
}

const forced = { "pulumi.com/patchForce": "true" };

export const kubeProxyOff = (options: Options) =>
  new DaemonSetPatch(
    "kube-proxy-off",
    {
      metadata: { name: "kube-proxy", namespace: "kube-system", annotations: forced },
      spec: { template: { spec: { nodeSelector: { "team/no-node": "true" } } } },
    },
    options,
  );

const installation = { apiVersion: "operator.tigera.io/v1", kind: "Installation" };
const felixConfiguration = { apiVersion: "crd.projectcalico.org/v1", kind: "FelixConfiguration" };
const patch = (name: string, object: typeof installation, more: object, options: Options) =>
  new CustomResourcePatch(
    name,
    { ...object, metadata: { name: "default", annotations: forced }, ...more },
    options,
  );

export const ebpfSwitch = (options: Options, linuxDataplane = "BPF") =>
  patch("switch", installation, { spec: { calicoNetwork: { linuxDataplane } } }, options);

const felix = (spec: object, options: Options) => patch("felix", felixConfiguration, { spec }, options);
