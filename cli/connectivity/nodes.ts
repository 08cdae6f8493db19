// Two nodes to test between.
import type { Cluster, KubeObject } from "../cluster";
import { Ended, exit } from "../exit";
import { condition } from "../status/check";

function takesPods({ metadata, spec, status }: KubeObject): boolean {
  return (
    metadata.labels?.["kubernetes.io/os"] === "linux" &&
    // AKS's virtual nodes run no calico-node.
    metadata.labels.type !== "virtual-kubelet" &&
    !spec.unschedulable &&
    condition({ metadata, status }, "Ready")?.status === "True"
  );
}

/** One where the cluster has no second one. Those without taints first. */
export async function chooseNodes(cluster: Cluster): Promise<KubeObject[]> {
  const all = await cluster.list("/api/v1/nodes");
  const nodes = all.filter(takesPods);
  if (nodes.length === 0)
    throw new Ended(
      `none of ${all.length} nodes is a Linux node that is Ready and takes pods`,
      "`kubectl get nodes`, `aks-calico-ebpf status`",
      exit.failed,
    );
  const taints = ({ spec }: KubeObject) => spec.taints?.length ?? 0;
  return nodes.sort((one, other) => taints(one) - taints(other)).slice(0, 2);
}

export const internalAddress = ({ status }: KubeObject): string =>
  status.addresses.find(({ type }: any) => type === "InternalIP").address;

/** All that a process in its network may speak from: where pods are reached by a tunnel, Calico's address of it too. */
export function addressesOf({ metadata, status }: KubeObject): string[] {
  const tunnels = Object.entries(metadata.annotations ?? {})
    .filter(([key]) => /^projectcalico\.org\/IPv[46]\w+(Tunnel|Interface)Addr$/.test(key))
    .map(([, address]) => String(address));
  const internal = status.addresses.filter(({ type }: any) => type.endsWith("IP"));
  return [...internal.map(({ address }: any) => address), ...tunnels];
}
