// A node without a CNI plugin is not ready, and Kubernetes keeps it tainted; it gets ready when a plugin has put its
// configuration there (kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins).
import { setTimeout as pause } from "node:timers/promises";
import type { Api, KubeObject } from "../controlPlane/api";
import { networkAwaited } from "../controlPlane/stages";

/** Where the container runtime looks for it. */
const cniConfigurations = "/etc/cni/net.d";

/** A running pod that can write the configuration: its init containers are through. Whose it is does not matter. */
const bringsNetwork = (pod: KubeObject): boolean =>
  pod.status?.phase === "Running" &&
  pod.spec.volumes?.some((volume: any) => volume.hostPath?.path === cniConfigurations);

/**
 * Lets each node get ready when a CNI plugin runs there, until `signal` fires. What it wrote stays when it is gone, so a
 * node that was ready stays so. Pods other than those on the host's network would not start before either; those that
 * tolerate the taint do start here.
 */
export async function runNodeNetwork(
  api: Api,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let wake: () => void = () => undefined;
  let pending = true;
  const changed = () => {
    pending = true;
    wake();
  };
  for (const url of ["/api/v1/pods", "/api/v1/nodes"]) {
    void api.watch(url, changed, signal);
  }
  signal.addEventListener("abort", () => wake());
  while (!signal.aborted) {
    if (!pending) await new Promise<void>((resolve) => (wake = resolve));
    pending = false;
    try {
      const waiting = (await api.list("/api/v1/nodes")).filter(
        ({ metadata }) => metadata.annotations?.[networkAwaited] !== undefined,
      );
      if (waiting.length === 0) continue;
      const pods = (await api.list("/api/v1/pods")).filter(bringsNetwork);
      const reached = new Set(pods.map(({ spec }) => spec.nodeName));
      for (const { metadata } of waiting.filter((node) => reached.has(node.metadata.name))) {
        const patch = { metadata: { annotations: { [networkAwaited]: null } } };
        await api.patch(`/api/v1/nodes/${metadata.name}`, "merge", patch);
        log(`node ${metadata.name}: a CNI plugin is there`);
      }
    } catch (error) {
      log(`nodes: ${(error as Error).message}`);
      pending = true;
    }
    // Pods come in swarms.
    await pause(100, undefined, { signal }).catch(() => undefined);
  }
}
