// Nothing is left behind: not after a failure, and not after Ctrl-C.
import { setTimeout as pause } from "node:timers/promises";
import { ApiError, type Cluster, wordsOf } from "../cluster";
import { Ended, exit } from "../exit";
import { ownLabel } from "./manifests";

/** How long the cluster may take to remove a namespace. With a load balancer Azure has its say. */
const patienceSeconds = 300;
/** A terminal and npx both pass on one Ctrl-C. */
const oneCtrlCMs = 500;

export const say = (line: string) => process.stderr.write(`${line}\n`);

export const removal = (namespace: string): string => `kubectl delete namespace ${namespace}`;

export async function nameLeftovers(cluster: Cluster): Promise<void> {
  const left = await cluster.list(`/api/v1/namespaces?labelSelector=${encodeURIComponent(ownLabel)}`);
  for (const { metadata, status } of left)
    if (status?.phase !== "Terminating")
      say(
        `left behind by an earlier run, unless it still runs: ${metadata.name}; \`${removal(metadata.name)}\``,
      );
}

/** The first Ctrl-C aborts the signal; a second one leaves at once. */
export function onInterrupt(namespace: string, keep: boolean): AbortSignal {
  const controller = new AbortController();
  let first: number | undefined;
  const stop = () => {
    if (first === undefined) {
      first = Date.now();
      if (!keep) say("interrupted: removing what was made; Ctrl-C once more leaves it");
      controller.abort(new Ended("interrupted: nothing is known", "run it again", exit.failed));
    } else if (Date.now() - first > oneCtrlCMs) {
      say(`left behind: \`${removal(namespace)}\` removes it`);
      process.exit(exit.failed);
    }
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return controller.signal;
}

/** Ends when it is gone. @throws Ended saying how to remove it by hand */
export async function remove(cluster: Cluster, namespace: string, patience = patienceSeconds): Promise<void> {
  const url = `/api/v1/namespaces/${namespace}`;
  try {
    await cluster.delete(url);
    for (const end = Date.now() + patience * 1000; Date.now() < end; await pause(500)) {
      if (await isGone(cluster, url)) return;
    }
  } catch (error) {
    throw notRemoved(namespace, wordsOf(error));
  }
  throw notRemoved(namespace, `it is still there after ${patience} s`);
}

const notRemoved = (namespace: string, why: string) =>
  new Ended(`namespace ${namespace} was not removed: ${why}`, `\`${removal(namespace)}\``, exit.failed);

async function isGone(cluster: Cluster, url: string): Promise<boolean> {
  try {
    await cluster.get(url);
    return false;
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return true;
    throw error;
  }
}
