// Nodes as AKS makes them, kept alive by kwok. Labels: learn.microsoft.com/azure/aks/use-labels ("Reserved system
// labels"); those without a prefix and zone 0 of a pool without zones: virtual-kubelet/virtual-kubelet#1250
// (kubectl describe of an AKS node). Names and addresses: learn.microsoft.com/azure/aks/node-access
// (aks-<pool>-<8 digits>-vmss<6 characters>, 10.224.0.33); that the six count in base 36 is inferred.
import { createHash } from "node:crypto";
import { kubernetesVersion } from "../programs/catalogue";
import type { Api, KubeObject } from "./api";
import { networkAwaited } from "./stages";

export interface NodePool {
  readonly name: string;
  readonly count: number;
  /** Azure's name: Ubuntu, Ubuntu2204, Ubuntu2404, AzureLinux, AzureLinux3, Windows2022. Default Ubuntu. */
  readonly osSku?: string;
  readonly mode: "System" | "User";
  readonly labels?: Record<string, string>;
  /** As Azure writes them: `key=value:NoSchedule`. */
  readonly taints?: string[];
}

/**
 * Kernel and image a node reports, as in Azure/AKS vhd-notes: aks-ubuntu/AKSUbuntu-2204/202604.13.0,
 * aks-ubuntu/AKSUbuntu-2404/202601.13.0, AzureLinuxv3/202601.13.0.
 */
const images: Record<string, { kernelVersion: string; osImage: string }> = {
  Ubuntu2204: { kernelVersion: "5.15.0-1102-azure", osImage: "Ubuntu 22.04.5 LTS" },
  Ubuntu2404: { kernelVersion: "6.8.0-1044-azure", osImage: "Ubuntu 24.04.3 LTS" },
  AzureLinux3: { kernelVersion: "6.6.117.1-1.azl3", osImage: "Microsoft Azure Linux 3.0" },
};

/** "Ubuntu" is 24.04 from Kubernetes 1.35 on, which ours is (learn.microsoft.com/azure/aks/upgrade-os-version). */
const imageOf = (osSku: string) =>
  osSku.startsWith("AzureLinux") ? images.AzureLinux3 : (images[osSku] ?? images.Ubuntu2404);

function taint(text: string): { key: string; value?: string; effect: string } {
  const [pair, effect] = text.split(":");
  const [key, value] = pair.split("=");
  return { key, value, effect };
}

/**
 * In 10.224.0.0/16, the subnet that AKS makes by default (its size is inferred); the same for the same node. No two of a pool
 * have the same, for the API server knows a node by it.
 */
function address({ name }: NodePool, index: number): string {
  const at = (createHash("sha256").update(name).digest().readUInt16BE() + index) % (256 * 254);
  return `10.224.${Math.floor(at / 254)}.${1 + (at % 254)}`;
}

// Sized like Standard_D4s_v5 (4 cores, 16 GiB; what firmware and kernel keep of them is inferred).
const capacity = { cpu: "4", memory: "16373452Ki", pods: "250", "ephemeral-storage": "129886128Ki" };

/** What kubelet reports while its container runtime has no network (kubernetes pkg/kubelet/nodestatus, ReadyCondition). */
const notReady = {
  type: "Ready",
  status: "False",
  reason: "KubeletNotReady",
  message:
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized",
};

export const nodeName = ({ name }: NodePool, index: number): string =>
  `aks-${name}-12345678-vmss${index.toString(36).padStart(6, "0")}`;

function node(pool: NodePool, index: number, bringYourOwnCni: boolean): KubeObject {
  const { osSku = "Ubuntu", taints = [] } = pool;
  const name = nodeName(pool, index);
  const [architecture, operatingSystem] = ["amd64", "linux"];
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: bringYourOwnCni ? { [networkAwaited]: "true" } : {},
      labels: {
        agentpool: pool.name,
        "kubernetes.azure.com/agentpool": pool.name,
        "kubernetes.azure.com/cluster": "rehearsal",
        "kubernetes.azure.com/mode": pool.mode.toLowerCase(),
        "kubernetes.azure.com/os-sku": osSku,
        "kubernetes.azure.com/role": "agent",
        "kubernetes.io/arch": architecture,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": operatingSystem,
        "node.kubernetes.io/instance-type": "Standard_D4s_v5",
        "topology.kubernetes.io/zone": "0",
        ...pool.labels,
      },
    },
    spec: { taints: taints.map(taint) },
    status: {
      addresses: [
        { type: "InternalIP", address: address(pool, index) },
        { type: "Hostname", address: name },
      ],
      capacity,
      allocatable: capacity,
      conditions: bringYourOwnCni ? [notReady] : [],
      nodeInfo: {
        ...{ architecture, operatingSystem, ...imageOf(osSku) },
        containerRuntimeVersion: "containerd://2.1.6-1",
        kubeletVersion: kubernetesVersion,
      },
    },
  };
}

/**
 * Makes the pool's nodes be exactly those wanted: creates, removes, and brings labels and taints up to date.
 * @param bringYourOwnCni true = a new node is not ready before somebody's CNI plugin runs there
 */
export async function setNodes(api: Api, pool: NodePool, bringYourOwnCni: boolean): Promise<void> {
  const selector = encodeURIComponent(`kubernetes.azure.com/agentpool=${pool.name}`);
  const have = await api.list(`/api/v1/nodes?labelSelector=${selector}`);
  const want = Array.from({ length: pool.count }, (_, index) => node(pool, index, bringYourOwnCni));
  const same = (one: KubeObject) => (other: KubeObject) => one.metadata.name === other.metadata.name;
  await Promise.all([
    ...want.map(async (one) => {
      const known = have.find(same(one));
      if (!known) return api.ensure("/api/v1/nodes", one);
      // Kubernetes' own, such as not-ready, are none of the pool's.
      const own = (known.spec.taints ?? []).filter(({ key }: any) => key.startsWith("node.kubernetes.io/"));
      const { labels } = one.metadata;
      const patch = { metadata: { labels }, spec: { taints: [...one.spec.taints, ...own] } };
      await api.patch(`/api/v1/nodes/${one.metadata.name}`, patch);
    }),
    ...have.filter((one) => !want.some(same(one))).map(({ metadata }) => remove(api, metadata.name)),
  ]);
}

/**
 * Takes a node and its pods away, as AKS does when it scales down (it drains the node first:
 * learn.microsoft.com/azure/aks/scale-cluster). Left to Kubernetes' own pod garbage collector they stay for a minute.
 */
async function remove(api: Api, name: string): Promise<void> {
  await api.delete(`/api/v1/nodes/${name}`);
  const pods = await api.list(`/api/v1/pods?fieldSelector=${encodeURIComponent(`spec.nodeName=${name}`)}`);
  const urls = pods.map(({ metadata }) => `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`);
  await Promise.all(urls.map((url) => api.delete(url, { gracePeriodSeconds: 0 })));
}
