// Makes the pods and Services, and tells where everything is.
import { ApiError, type Cluster, type KubeObject, wordsOf } from "../cluster";
import { Ended, exit } from "../exit";
import type { Place } from "./cases";
import type { Asking } from "./exec";
import { type CalicoApi, namespace as namespaceOf, openPolicy, pods, service } from "./manifests";
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

const collections: Record<string, string> = {
  Pod: "pods",
  Service: "services",
  NetworkPolicy: "networkpolicies",
};

/** @throws Ended with the cluster's words */
export async function make(
  cluster: Cluster,
  namespace: string | undefined,
  object: any,
): Promise<KubeObject> {
  const { apiVersion, kind, metadata } = object;
  const collection = namespace === undefined ? "namespaces" : `namespaces/${namespace}/${collections[kind]}`;
  try {
    return await cluster.post(
      `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}/${collection}`,
      object,
    );
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new Ended(
      `${kind} ${metadata.name} could not be made: ${wordsOf(error)}`,
      "where a policy of the cluster (Azure Policy, Gatekeeper, a quota) refuses it, except namespaces aks-calico-ebpf-test-*",
      exit.failed,
    );
  }
}

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
  await make(cluster, undefined, namespaceOf(namespace));
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
