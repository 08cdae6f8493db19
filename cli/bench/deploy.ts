// Makes the pods and Services of the bench.
import { ApiError, type Cluster, type KubeObject, wordsOf } from "../cluster";
import type { Asking } from "../connectivity/exec";
import { readyPods } from "../connectivity/ready";
import { Ended, exit } from "../exit";
import { oneOfMany, pods, type Role, service } from "./manifests";

const atOnce = 16;

/** @param collection such as `namespaces` @throws Ended with the cluster's words */
export async function make(cluster: Cluster, collection: string, object: any): Promise<KubeObject> {
  try {
    return await cluster.post(`/api/v1/${collection}`, object);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new Ended(
      `${object.kind} ${object.metadata.name} could not be made: ${wordsOf(error)}`,
      "a right that is missing: `aks-calico-ebpf bench run --role`; a policy or a quota of the cluster: " +
        "except namespaces aks-calico-ebpf-bench-*",
      exit.failed,
    );
  }
}

export interface Addresses {
  pod: string;
  service: string;
}

export async function deploy(
  asking: Asking,
  nodes: Record<Role, string>,
  image: string,
  patience: number,
): Promise<Addresses> {
  const { cluster, namespace } = asking;
  const { spec } = await make(cluster, `namespaces/${namespace}/services`, service);
  for (const pod of pods(nodes, image)) await make(cluster, `namespaces/${namespace}/pods`, pod);
  const ready = await readyPods(asking, patience);
  return { pod: ready.get("server")!.status.podIP, service: spec.clusterIP };
}

/** Numbers `from` to `to`. @returns the address of the last one */
export async function makeServices(
  { cluster, namespace, signal }: Asking,
  from: number,
  to: number,
): Promise<string> {
  let next = from;
  let last = "";
  const work = async () => {
    while (next < to) {
      signal.throwIfAborted();
      const index = next++;
      const { spec } = await make(cluster, `namespaces/${namespace}/services`, oneOfMany(index));
      if (index === to - 1) last = spec.clusterIP;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return last;
}
