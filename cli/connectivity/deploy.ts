// Makes the pods and Services, and tells where everything is.
import type { CalicoApi } from "../../components/layers/calicoApi";
import type { Cluster, KubeObject } from "../cluster";
import type { Place } from "./cases";
import type { Asking } from "./exec";
import { makeObject } from "./make";
import { namespace as namespaceOf, openPolicy, pods, service } from "./manifests";
import { addressesOf, internalAddress } from "./nodes";
import { readyPods } from "./ready";

export interface DeployOptions {
  image: string;
  /** Of the Services. */
  port: number;
  /** How long the pods may take, in seconds. */
  timeout: number;
  loadBalancer?: boolean;
  internet?: string;
}

export const make = (cluster: Cluster, namespace: string | undefined, object: object) =>
  makeObject(
    cluster,
    namespace,
    object,
    "where a policy of the cluster (Azure Policy, Gatekeeper, a quota) refuses it, except namespaces aks-calico-ebpf-test-*",
  );

/** @param all the cluster's nodes @param nodes those to test between, the server's first */
export async function deploy(
  asking: Asking,
  all: readonly KubeObject[],
  nodes: readonly KubeObject[],
  calico: CalicoApi | undefined,
  options: DeployOptions,
): Promise<Place> {
  const { cluster, namespace, signal } = asking;
  const { port, image } = options;
  const [near, far = near] = nodes;
  // The client in the host's network is not allowed elsewhere.
  await make(cluster, undefined, namespaceOf(namespace, "privileged"));
  const [{ spec }] = await Promise.all([
    make(cluster, namespace, service("NodePort", port)),
    options.loadBalancer && make(cluster, namespace, service("LoadBalancer", port)),
    calico && make(cluster, namespace, openPolicy(calico)),
  ]);
  signal.throwIfAborted();
  const label = (node: KubeObject) => node.metadata.labels["kubernetes.io/hostname"];
  await Promise.all(pods(label(near), label(far), image).map((pod) => make(cluster, namespace, pod)));
  const ready = await readyPods(asking, options.timeout);
  const owners = new Map<string, string>();
  for (const [name, { status }] of ready) owners.set(status.podIP, name);
  for (const node of all) for (const one of addressesOf(node)) owners.set(one, `node ${node.metadata.name}`);
  return {
    namespace,
    serverAddress: ready.get("server")!.status.podIP,
    clusterAddress: spec.clusterIP,
    nodeAddress: internalAddress(near),
    nodePort: spec.ports[0].nodePort,
    port,
    owners,
    internet: options.internet,
  };
}
