// What other people's programs do and are right to do, each of which a rule of thumb would accuse.
import { AgentPool } from "@pulumi/azure-native/containerservice/agentPool";
import type { ManagedClusterArgs } from "@pulumi/azure-native/containerservice/managedCluster";
import { Subnet } from "@pulumi/azure-native/network/subnet";
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import {
  type Changed,
  layers,
  makeCluster,
  makeProvider,
  type Place,
  rightCluster,
  systemPool,
} from "./byHand";
import { theirKubeconfig } from "./theirs";

type Pool = Record<string, unknown>;

/** A right cluster with its layers, of which something is different. */
function cluster(place: Place, changed: Partial<ManagedClusterArgs>, changedLayers: Changed = {}) {
  const made = makeCluster(place, changed);
  layers(place, made.fqdn, makeProvider(place, made), changedLayers);
  return made;
}

/** Pools beside it, as resources of their own. */
function pools(place: Place, changed: Partial<ManagedClusterArgs>, beside: Pool[]) {
  const made = cluster(place, changed);
  for (const pool of beside) {
    const name = pool.agentPoolName as string;
    const common = {
      mode: "User",
      vmSize: "Standard_D4s_v5",
      resourceGroupName: place.name,
      resourceName: made.name,
    };
    new AgentPool(name, { ...common, ...pool } as any, { parent: place.parent });
  }
}

/** An installation of Calico as its own documentation has it for a network that routes pods' addresses. */
function onPremises(place: Place) {
  const args = { kubeconfig: pulumi.secret(theirKubeconfig), clusterIdentifier: "rack-7" };
  const provider = new Provider("rack", args, { parent: place.parent });
  const { last } = layers(place, "10.20.0.10", provider, { switch: false });
  const object = (name: string, apiVersion: string, kind: string, metadataName: string, spec: object) =>
    new CustomResource(
      name,
      { apiVersion, kind, metadata: { name: metadataName }, spec },
      { parent: place.parent, provider, dependsOn: last },
    );
  const ipPools = [{ cidr: "192.168.0.0/16", encapsulation: "IPIP" }];
  const calicoNetwork = { bgp: "Enabled", linuxDataplane: "BPF", ipPools };
  const spec = { cni: { type: "Calico" }, calicoNetwork };
  object("installation", "operator.tigera.io/v1", "Installation", "default", spec);
  const pool = { cidr: "192.168.0.0/16", ipipMode: "Always" };
  object("pool", "crd.projectcalico.org/v1", "IPPool", "rack", pool);
}

const { maxPods: _, ...withoutMaxPods } = systemPool;

export const innocents: Record<string, (place: Place) => void> = {
  "overlay-without-max-pods": (place) =>
    pools(place, { agentPoolProfiles: [withoutMaxPods] }, [{ agentPoolName: "apps", count: 3 }]),
  "on-premises": onPremises,
  "virtual-machines": (place) =>
    pools(place, {}, [
      {
        agentPoolName: "vms",
        type: "VirtualMachines",
        virtualMachinesProfile: { scale: { manual: [{ size: "Standard_D4s_v5", count: 3 }] } },
      },
    ]),
  "system-pool-beside": (place) =>
    pools(place, { agentPoolProfiles: [{ ...systemPool, count: 1 }] }, [
      { agentPoolName: "system2", mode: "System", count: 2 },
    ]),
  "long-term-support": (place) =>
    void cluster(place, {
      kubernetesVersion: "1.32",
      supportPlan: "AKSLongTermSupport",
      sku: { name: "Base", tier: "Premium" },
    }),
  "newer-than-the-pack": (place) => void cluster(place, { kubernetesVersion: "1.41" }),
  "subnet-that-is-enough": (place) => {
    const network = { resourceGroupName: place.name, virtualNetworkName: "vnet" };
    const subnet = new Subnet(
      "subnet",
      { ...network, addressPrefix: "10.10.0.0/24" },
      { parent: place.parent },
    );
    // (3 + 1) nodes of 50 + 1 addresses, and Azure's five: 209 of 256.
    cluster(place, {
      agentPoolProfiles: [{ ...systemPool, vnetSubnetID: subnet.id }],
      networkProfile: { ...rightCluster.networkProfile, networkPluginMode: undefined },
    });
  },
  "gpu-and-zero": (place) =>
    pools(place, {}, [
      { agentPoolName: "gpu", vmSize: "Standard_NC24ads_A100_v4", count: 1 },
      { agentPoolName: "burst", enableAutoScaling: true, count: 0, minCount: 0, maxCount: 9 },
    ]),
  "somebodys-component": (place) => {
    const parent = new pulumi.ComponentResource(
      "somebody:index:Platform",
      "platform",
      {},
      { parent: place.parent },
    );
    new Provider("inside", { kubeconfig: pulumi.secret(theirKubeconfig) }, { parent });
  },
  "operator-does-it-all": (place) => {
    // Not on AKS, with operator 1.40 and later: it finds the API server and stops kube-proxy by itself.
    const args = { kubeconfig: pulumi.secret(theirKubeconfig), clusterIdentifier: "rack-8" };
    const provider = new Provider("rack", args, { parent: place.parent });
    const calicoNetwork = {
      linuxDataplane: "BPF",
      bpfNetworkBootstrap: "Enabled",
      kubeProxyManagement: "Enabled",
    };
    const metadata = { name: "default" };
    const installation = { apiVersion: "operator.tigera.io/v1", kind: "Installation", metadata };
    new CustomResource(
      "installation",
      { ...installation, spec: { calicoNetwork } },
      { parent: place.parent, provider },
    );
  },
};
