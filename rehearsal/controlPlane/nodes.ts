// Nodes as AKS makes them, kept alive by kwok. Labels: learn.microsoft.com/azure/aks/use-labels ("Reserved system
// labels"); those without a prefix, the beta ones and zone 0 of a pool without zones: virtual-kubelet/virtual-kubelet#1250
// (kubectl describe of an AKS node). Names and addresses: learn.microsoft.com/azure/aks/node-access
// (aks-<pool>-<8 digits>-vmss<6 characters>, 10.224.0.33); that the six count in base 36 is inferred.
import { createHash } from "node:crypto";
import { Api, type KubeObject } from "./api";
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
const images: Record<string, { kernel: string; image: string }> = {
  Ubuntu2204: { kernel: "5.15.0-1102-azure", image: "Ubuntu 22.04.5 LTS" },
  Ubuntu2404: { kernel: "6.8.0-1044-azure", image: "Ubuntu 24.04.3 LTS" },
  AzureLinux3: { kernel: "6.6.117.1-1.azl3", image: "Microsoft Azure Linux 3.0" },
};

function image(osSku: string | undefined, minor: number): { kernel: string; image: string } {
  if (osSku?.startsWith("AzureLinux")) return images.AzureLinux3;
  // "Ubuntu" is 24.04 from Kubernetes 1.35 on (learn.microsoft.com/azure/aks/upgrade-os-version).
  return images[osSku ?? ""] ?? (minor >= 35 ? images.Ubuntu2404 : images.Ubuntu2204);
}

function taint(text: string): { key: string; value?: string; effect: string } {
  const [pair, effect] = text.split(":");
  const [key, value] = pair.split("=");
  return { key, ...(value === undefined ? {} : { value }), effect };
}

function nodeName(pool: string, index: number): string {
  return `aks-${pool}-12345678-vmss${index.toString(36).padStart(6, "0")}`;
}

/** In 10.224.0.0/16, the subnet that AKS makes by default (its size is inferred); the same for the same node. */
function address(name: string): string {
  const [high, low] = createHash("sha256").update(name).digest();
  return `10.224.${high}.${1 + (low % 254)}`;
}

function node(pool: NodePool, index: number, version: string): KubeObject {
  const name = nodeName(pool.name, index);
  const { kernel, image: osImage } = image(pool.osSku, Number(version.split(".")[1]));
  // Sized like Standard_D4s_v5 (4 cores, 16 GiB; what firmware and kernel keep of them is inferred).
  const capacity = { cpu: "4", memory: "16373452Ki", pods: "250", "ephemeral-storage": "129886128Ki" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "node.alpha.kubernetes.io/ttl": "0" },
      labels: {
        agentpool: pool.name,
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.azure.com/agentpool": pool.name,
        "kubernetes.azure.com/cluster": "rehearsal",
        "kubernetes.azure.com/mode": pool.mode.toLowerCase(),
        "kubernetes.azure.com/os-sku": pool.osSku ?? "Ubuntu",
        "kubernetes.azure.com/role": "agent",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": "Standard_D4s_v5",
        "topology.kubernetes.io/zone": "0",
        ...pool.labels,
      },
    },
    spec: {
      providerID: `azure:///virtualMachineScaleSets/aks-${pool.name}-12345678-vmss/virtualMachines/${index}`,
      ...(pool.taints?.length ? { taints: pool.taints.map(taint) } : {}),
    },
    status: {
      addresses: [
        { type: "InternalIP", address: address(name) },
        { type: "Hostname", address: name },
      ],
      capacity,
      // Less 140 millicores, 25 % of the memory (less than 20 MB a pod + 50 MB) and 100 Mi, at which pods are evicted:
      // learn.microsoft.com/azure/aks/node-resource-reservations.
      allocatable: { ...capacity, cpu: "3860m", memory: "12177689Ki" },
      nodeInfo: {
        architecture: "amd64",
        containerRuntimeVersion: "containerd://2.1.6-1",
        kernelVersion: kernel,
        kubeProxyVersion: "",
        kubeletVersion: version,
        operatingSystem: "linux",
        osImage,
        machineID: "",
        systemUUID: "",
        bootID: "",
      },
    },
  };
}

/**
 * Makes the pool's nodes be exactly those wanted: creates, removes, and brings labels and taints up to date.
 * @param bringYourOwnCni true = a new node is not ready before somebody's CNI plugin runs there
 */
export async function setNodes(
  api: Api,
  pool: NodePool,
  version: string,
  bringYourOwnCni = false,
): Promise<void> {
  const selector = encodeURIComponent(`kubernetes.azure.com/agentpool=${pool.name}`);
  const have = new Map(
    (await api.list(`/api/v1/nodes?labelSelector=${selector}`)).map((found) => [found.metadata.name, found]),
  );
  const want = Array.from({ length: pool.count }, (_, index) => node(pool, index, version));
  const wanted = new Set(want.map(({ metadata }) => metadata.name));
  await Promise.all([
    ...want.map(async (one) => {
      const url = `/api/v1/nodes/${one.metadata.name}`;
      if (bringYourOwnCni) one.metadata.annotations![networkAwaited] = "true";
      const known = have.get(one.metadata.name);
      if (!known) return api.ensure("/api/v1/nodes", one);
      // Kubernetes' own, such as not-ready, are none of the pool's.
      const own = (known.spec.taints ?? []).filter((found: any) =>
        found.key.startsWith("node.kubernetes.io/"),
      );
      await api.patch(url, "merge", {
        metadata: { labels: one.metadata.labels },
        spec: { taints: [...(one.spec.taints ?? []), ...own] },
      });
    }),
    ...[...have.keys()].filter((name) => !wanted.has(name)).map((name) => remove(api, name)),
  ]);
}

/**
 * Takes a node and its pods away, as AKS does when it scales down (it drains the node first:
 * learn.microsoft.com/azure/aks/scale-cluster). Left to Kubernetes' own pod garbage collector they stay for a minute.
 */
async function remove(api: Api, name: string): Promise<void> {
  await api.delete(`/api/v1/nodes/${name}`);
  const pods = await api.list(`/api/v1/pods?fieldSelector=${encodeURIComponent(`spec.nodeName=${name}`)}`);
  await Promise.all(
    pods.map(({ metadata }) =>
      api.delete(`/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`, { gracePeriodSeconds: 0 }),
    ),
  );
}
