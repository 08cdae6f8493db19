// A node without a CNI plugin is not ready, and Kubernetes keeps it tainted; it gets ready when a plugin has put its
// configuration there (kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins).
import type { Api, KubeObject } from "../controlPlane/api";
import { networkAwaited } from "../controlPlane/stages";
import { lookOn } from "./lookOn";

/** Where the container runtime looks for it. */
const cniConfigurations = "/etc/cni/net.d";

/** A running pod that can write the configuration: its init containers are through. Whose it is does not matter. */
const bringsNetwork = ({ status, spec }: KubeObject): boolean =>
  status?.phase === "Running" &&
  spec.volumes?.some((volume: any) => volume.hostPath?.path === cniConfigurations);

/**
 * Lets each node get ready when a CNI plugin runs there. What it wrote stays when it is gone, so a node that was ready
 * stays so. Pods other than those on the host's network would not start before either; those that tolerate the taint do
 * start here.
 */
export async function runNodeNetwork(api: Api, log: (line: string) => void): Promise<never> {
  return lookOn(
    api,
    ["/api/v1/pods", "/api/v1/nodes"],
    10_000,
    () => look(api, log),
    (error) => log(`nodes: ${error}`),
  );
}

async function look(api: Api, log: (line: string) => void): Promise<void> {
  const waits = ({ metadata }: KubeObject) => metadata.annotations?.[networkAwaited] !== undefined;
  const waiting = (await api.list("/api/v1/nodes")).filter(waits);
  if (waiting.length === 0) return;
  const pods = (await api.list("/api/v1/pods")).filter(bringsNetwork);
  const reached = new Set(pods.map(({ spec }) => spec.nodeName));
  for (const { metadata } of waiting.filter((node) => reached.has(node.metadata.name))) {
    const patch = { metadata: { annotations: { [networkAwaited]: null } } };
    await api.patch(`/api/v1/nodes/${metadata.name}`, patch);
    log(`node ${metadata.name}: a CNI plugin is there`);
  }
}
