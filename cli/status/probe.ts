// Asks each node itself, through the API server. Without exec; but `nodes/proxy` is a strong right, so it is asked
// for by name.
import pMap from "p-map";
import { ApiError, atOnce, type Cluster, type KubeObject, wordsOf } from "../cluster";
import { felixPort } from "./kubeProxy";
import { nodesOf } from "./nodes";
import { type Snapshot, Unknown } from "./reads";

export async function probe(cluster: Cluster, { nodes, felix }: Snapshot): Promise<Snapshot["probed"]> {
  const answers = new Map<string, boolean | Unknown>();
  if (nodes instanceof Unknown || felix instanceof Unknown) return answers;
  const ask = async ({ metadata: { name } }: KubeObject) =>
    answers.set(name, await answers200(cluster, `/api/v1/nodes/${name}:${felixPort(felix)}/proxy/healthz`));
  await pMap(nodesOf(nodes), ask, { concurrency: atOnce });
  return answers;
}

async function answers200(cluster: Cluster, url: string): Promise<boolean | Unknown> {
  try {
    await cluster.read(url);
    return true;
  } catch (error) {
    const isAbout = error instanceof ApiError && error.code !== 403 && error.code !== 401;
    return isAbout ? false : new Unknown(wordsOf(error));
  }
}
