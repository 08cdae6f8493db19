// Two nodes to test between.
import type { KubeObject } from "../cluster";
import { Ended, exit } from "../exit";
import { isReady } from "../status/check";
import { nodesOf } from "../status/nodes";

/** One where the cluster has no second one. Those without taints first. */
export function chooseNodes(all: readonly KubeObject[]): KubeObject[] {
  const nodes = nodesOf(all).filter((node) => !node.spec.unschedulable && isReady(node));
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
