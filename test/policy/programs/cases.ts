// What a team gets right or wrong. test/policy/program.test.ts says what each trips.
import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import type { ManagedClusterArgs } from "@pulumi/azure-native/containerservice/managedCluster";
import { Resource } from "@pulumi/azure-native/resources/resource";
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import { Provider } from "@pulumi/kubernetes/provider";
import { ConfigGroup } from "@pulumi/kubernetes/yaml/v2";
import * as pulumi from "@pulumi/pulumi";
import {
  type Changed,
  ebpfSwitch,
  kubeProxyOff,
  layers,
  makeCluster,
  makeGroup,
  makeProvider,
  type Place,
  rightCluster,
} from "./byHand";
import { innocents } from "./innocents";
import { theirHost, theirKubeconfig } from "./theirs";

/** Makes its resources; what it returns are outputs of the stack. */
type Case = (place: Place) => object | void;

/** A cluster with its layers, each of which may be changed. */
const changed =
  (layerChanges: Changed, clusterChanges?: Partial<ManagedClusterArgs>): Case =>
  (place) => {
    const cluster = makeCluster(place, clusterChanges);
    layers(place, cluster.fqdn, makeProvider(place, cluster), layerChanges);
    return { kubeconfig: pulumi.secret(theirKubeconfig) };
  };

/** The provider of a cluster that another stack has made. */
const theirs = ({ parent }: Place, pinned: boolean) => {
  const identifier = pinned ? { clusterIdentifier: theirHost } : {};
  return new Provider("theirs", { kubeconfig: pulumi.secret(theirKubeconfig), ...identifier }, { parent });
};

export const cases: Record<string, Case> = {
  right: changed({}),
  ...innocents,
  "way-back": changed({ dataplane: "Iptables", kubeProxyOff: false }),
  // The addresses behind which kube-proxy leads to the API server.
  "service-address": changed({ host: "10.0.0.1" }),
  "service-name": changed({ host: "kubernetes.default" }),
  "address-in-service-range": changed(
    { host: "172.16.0.1" },
    {
      networkProfile: {
        ...rightCluster.networkProfile,
        serviceCidr: "172.16.0.0/16",
        dnsServiceIP: "172.16.0.10",
      },
    },
  ),
  "service-address-elsewhere": (place) => void layers(place, "10.0.0.1", theirs(place, true)),
  cilium: changed(
    {},
    {
      networkProfile: { ...rightCluster.networkProfile, networkPolicy: "cilium", networkDataplane: "cilium" },
    },
  ),
  // While the provider is not known, a preview does not show what it renders.
  "config-group": (place) => {
    const cluster = makeCluster(place);
    const provider = makeProvider(place, cluster);
    const metadata = { name: "kubernetes-services-endpoint", namespace: "tigera-operator" };
    const data = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "443" };
    const objs = [{ apiVersion: "v1", kind: "ConfigMap", metadata, data }];
    const group = new ConfigGroup("manifests", { objs }, { parent: place.parent, provider });
    layers(place, cluster.fqdn, provider, { endpoint: group });
  },
  "layers-in-reverse": (place) => {
    const cluster = makeCluster(place);
    const provider = makeProvider(place, cluster);
    const options = { parent: place.parent, provider };
    const on = ebpfSwitch({ ...options, dependsOn: [kubeProxyOff(options)] });
    layers(place, cluster.fqdn, provider, { switch: false, kubeProxyOff: false, after: on });
  },
  classic: (place) =>
    void new pulumi.ComponentResource(
      "azure:containerservice/kubernetesCluster:KubernetesCluster",
      "classic",
      {},
      { parent: place.parent },
    ),
  "right-elsewhere": (place) => void layers(place, theirHost, theirs(place, true)),
  // The operator goes Degraded.
  "bpf-enabled-by-hand": changed({ felix: { bpfEnabled: true } }),
  // What the pack can write itself, beside a secret, and beside what a preview does not know.
  remediable: changed(
    { felix: { bpfEnabled: true, bpfExternalServiceMode: "DSR" } },
    {
      autoUpgradeProfile: { upgradeChannel: "none", nodeOSUpgradeChannel: "None" },
      windowsProfile: { adminUsername: "team", adminPassword: pulumi.secret("Correct-horse-1") },
    },
  ),
  dsr: changed({ felix: { bpfExternalServiceMode: "DSR" } }),
  "endpoint-of-another-host": changed({
    host: "other-0a1b2c3d.hcp.westeurope.azmk8s.io",
    ...(new pulumi.Config().getBoolean("withoutSwitch") ? { switch: false } : {}),
  }),
  "health-port-taken": changed({
    kubeProxyOff: false,
    felix: { bpfKubeProxyIptablesCleanupEnabled: false },
  }),
  "kube-proxy-kept-with-cleanup": changed({ kubeProxyOff: false, felix: { bpfKubeProxyHealthzPort: 10258 } }),
  "kube-proxy-parked-without-switch": (place) =>
    void kubeProxyOff({ parent: place.parent, provider: theirs(place, true) }),
  "open-kubeconfig": (place) => {
    layers(place, theirHost, theirs(place, false));
    return { kubeconfig: theirKubeconfig };
  },
  "windows-pool": (place) => {
    const cluster = makeCluster(place);
    const windows = { osType: "Windows", osSKU: "Windows2022", type: "VirtualMachineScaleSets" };
    new AgentPool(
      "windows",
      {
        resourceGroupName: place.name,
        resourceName: cluster.name,
        agentPoolName: "win",
        ...{ mode: "User", count: 3, maxPods: 50, vmSize: "Standard_D4s_v5", ...windows },
      },
      { parent: place.parent },
    );
    layers(place, cluster.fqdn, makeProvider(place, cluster));
  },
  // Through azure-native's generic resource, because only a preview version of the API knows kube-proxy's mode.
  ipvs: (place) => {
    const { identity, networkProfile, ...properties } = rightCluster;
    const kubeProxyConfig = { enabled: true, mode: "IPVS" };
    const cluster = new Resource(
      "cluster",
      {
        resourceGroupName: makeGroup(place).name,
        resourceProviderNamespace: "Microsoft.ContainerService",
        resourceType: "managedClusters",
        parentResourcePath: "",
        resourceName: "ipvs",
        apiVersion: "2026-03-02-preview",
        location: "westeurope",
        identity: identity as { type: "SystemAssigned" },
        properties: { ...properties, networkProfile: { ...(networkProfile as object), kubeProxyConfig } },
      },
      { parent: place.parent },
    );
    // The id is not known in a preview, and nor is the name then that Azure gives.
    const fqdn = pulumi.all([cluster.id, cluster.properties]).apply(([, made]) => made.fqdn as string);
    layers(place, fqdn, makeProvider(place, cluster));
  },
  "ipip-pool": (place) => {
    const cluster = makeCluster(place, {
      networkProfile: { networkPlugin: "none", loadBalancerSku: "standard" },
    });
    const provider = makeProvider(place, cluster);
    const { endpoint, last } = layers(place, cluster.fqdn, provider, { switch: false });
    const ipPools = [{ cidr: "10.244.0.0/16", encapsulation: "IPIP" }];
    new CustomResource(
      "installation",
      {
        apiVersion: "operator.tigera.io/v1",
        kind: "Installation",
        metadata: { name: "default" },
        spec: {
          kubernetesProvider: "AKS",
          cni: { type: "Calico" },
          calicoNetwork: { linuxDataplane: "BPF", bgp: "Disabled", ipPools },
        },
      },
      { parent: place.parent, provider, dependsOn: [endpoint, last] },
    );
  },
  "layers-out-of-order": (place) => {
    const cluster = makeCluster(place);
    const provider = makeProvider(place, cluster);
    layers(place, cluster.fqdn, provider, { switch: false });
    ebpfSwitch({ parent: place.parent, provider });
  },
  "secret-in-config-map": (place) => {
    const cluster = makeCluster(place, { enableRBAC: false });
    const provider = makeProvider(place, cluster);
    layers(place, cluster.fqdn, provider);
    const data = { password: pulumi.secret("correct horse battery staple") };
    new ConfigMap("settings", { data }, { parent: place.parent, provider });
  },
};
