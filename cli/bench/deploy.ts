// Makes the pods and Services of the bench.
import pMap from "p-map";
import type { Cluster } from "../cluster";
import type { Asking } from "../connectivity/exec";
import { makeObject } from "../connectivity/make";
import { readyPods } from "../connectivity/ready";
import { oneOfMany, pods, type Role, service } from "./manifests";

const atOnce = 16;

export const make = (cluster: Cluster, namespace: string | undefined, object: object) =>
  makeObject(
    cluster,
    namespace,
    object,
    "a right that is missing: `aks-calico-ebpf bench run --role`; a policy or a quota of the cluster: " +
      "except namespaces aks-calico-ebpf-bench-*",
  );

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
  const { spec } = await make(cluster, namespace, service);
  for (const pod of pods(nodes, image)) await make(cluster, namespace, pod);
  const ready = await readyPods(asking, patience);
  return { pod: ready.get("server")!.status.podIP, service: spec.clusterIP };
}

/** Numbers `from` to `to`. @returns the address of the last one */
export async function makeServices(
  { cluster, namespace, signal }: Asking,
  from: number,
  to: number,
): Promise<string> {
  const numbers = Array.from({ length: to - from }, (_, index) => from + index);
  const one = async (index: number): Promise<string> =>
    (await make(cluster, namespace, oneOfMany(index))).spec.clusterIP;
  return (await pMap(numbers, one, { concurrency: atOnce, signal })).at(-1)!;
}
