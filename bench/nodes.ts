// How long after the last calico-node pod is ready does `up` end? Watched from outside, on clusters of several sizes.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as k8s from "@kubernetes/client-node";
import { now } from "./command";
import { machine, median, seconds, table } from "./numbers";
import { type Fresh, openOurs, withFreshCluster } from "./switching";

/** What a watcher of the cluster saw of one roll-out. */
interface RollOut {
  /** When the last pod that was not ready before got ready. */
  lastPodReady: number;
  /** When the DaemonSet's status first said for good that all is rolled out. */
  complete: number;
}

/** Watches calico-node until `stop`. */
async function watchRollOut(cluster: Fresh, stop: AbortSignal): Promise<RollOut> {
  const config = new k8s.KubeConfig();
  config.loadFromFile(cluster.kubeconfigFile);
  const seen: RollOut = { lastPodReady: 0, complete: 0 };
  const ready = new Set<string>();
  let whole = false;
  const follow = (url: string, query: object, look: (phase: string, object: any) => void) =>
    new Promise<void>((resolve, reject) => {
      const ended = (error: unknown) => (stop.aborted || !error ? resolve() : reject(error as Error));
      new k8s.Watch(config)
        .watch(url, { ...query, timeoutSeconds: 3600 }, look, ended)
        .then((request) => stop.addEventListener("abort", () => request.abort()), reject);
    });
  await Promise.all([
    follow(
      "/api/v1/namespaces/calico-system/pods",
      { labelSelector: "k8s-app=calico-node" },
      (phase, pod: k8s.V1Pod) => {
        const uid = pod.metadata!.uid!;
        const isReady = pod.status?.conditions?.some((one) => one.type === "Ready" && one.status === "True");
        if (phase === "DELETED" || !isReady) ready.delete(uid);
        else if (!ready.has(uid)) {
          ready.add(uid);
          seen.lastPodReady = now();
        }
      },
    ),
    follow(
      "/apis/apps/v1/namespaces/calico-system/daemonsets",
      { fieldSelector: "metadata.name=calico-node" },
      (_phase, set: k8s.V1DaemonSet) => {
        const { desiredNumberScheduled: desired, updatedNumberScheduled, numberReady } = set.status ?? {};
        const settled = set.status?.observedGeneration === set.metadata!.generation;
        const complete = settled && updatedNumberScheduled === desired && numberReady === desired;
        if (complete && !whole) seen.complete = now();
        whole = complete === true;
      },
    ),
  ]);
  return seen;
}

interface Round {
  up: number;
  rollOut: number;
  afterPod: number;
  afterStatus: number;
}

async function round(nodes: number, signal: AbortSignal): Promise<Round> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-nodes-"));
  try {
    return await withFreshCluster(folder, { nodes, rolloutSeconds: 0, signal }, async (cluster) => {
      const up = await openOurs(path.join(folder, "bench"), cluster);
      const stop = new AbortController();
      const watched = watchRollOut(cluster, stop.signal);
      const start = now();
      let end: number;
      try {
        await up(signal);
        end = now();
      } finally {
        stop.abort();
      }
      const { lastPodReady, complete } = await watched;
      await cluster.green();
      return {
        up: end - start,
        rollOut: lastPodReady - start,
        afterPod: end - lastPodReady,
        afterStatus: end - complete,
      };
    });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

export async function benchNodes(runs: number, signal: AbortSignal, sizes: readonly number[]): Promise<void> {
  console.log(`${machine()}; ${runs} round${runs === 1 ? "" : "s"}\n`);
  const rows: string[][] = [];
  for (const nodes of sizes) {
    const rounds: Round[] = [];
    for (let i = 0; i < runs; i++) {
      rounds.push(await round(nodes, signal));
      console.error(`${nodes} nodes: round ${i + 1} of ${runs} is done`);
    }
    const of = (what: keyof Round) => seconds(median(rounds.map((one) => one[what])));
    rows.push([String(nodes), of("up"), of("rollOut"), of("afterPod"), of("afterStatus")]);
  }
  const head = ["nodes", "up", "last pod ready at", "up ends after it", "and after the status"];
  console.log(table(head, rows));
}
