// From an AKS cluster with iptables to one with eBPF: the article's procedure, done by a script that never hesitates,
// against `up` of our data plane, each on a fresh cluster of its own and each until the same table of checks is green.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { command, now } from "./command";
import { machine, median, ratio, seconds, table } from "./numbers";
import { type Fresh, openOurs, withFreshCluster, workload } from "./switching";

const nodes = 3;
/** Seconds that a calico-node pod takes to get ready: at once shows what is waited for needlessly, 20 s is life. */
const paces = [0, 5, 20];

const restarted = Object.fromEntries(
  Object.entries(workload).map(([key, value]) => [`restartWorkloads[0].${key}`, value]),
);

/** Steps of the article and how long each took. */
type Steps = [name: string, seconds: number][];

async function article(cluster: Fresh, signal: AbortSignal): Promise<{ total: number; steps: Steps }> {
  const start = now();
  const begun: Steps = [];
  await command(
    "bash",
    [path.join(__dirname, "article.sh"), cluster.host, workload.namespace, workload.name],
    {
      env: { PATH: cluster.path, KUBECONFIG: cluster.kubeconfigFile },
      signal,
      line: (line) => line.startsWith("@ ") && begun.push([line.slice(2), now()]),
    },
  );
  begun.push(["until the checks are green", now()]);
  await cluster.green();
  const end = now();
  const steps: Steps = begun.map(([name, at], index) => [name, (begun[index + 1]?.[1] ?? end) - at]);
  return { total: end - start, steps };
}

async function ours(folder: string, cluster: Fresh, signal: AbortSignal): Promise<number> {
  const up = await openOurs(path.join(folder, "bench"), cluster, restarted);
  const start = now();
  await up(signal);
  await cluster.green();
  return now() - start;
}

export async function benchTimeToEbpf(runs: number, signal: AbortSignal): Promise<void> {
  console.log(`${machine()}; ${nodes} nodes, ${runs} round${runs === 1 ? "" : "s"}\n`);
  const rows: string[][] = [];
  let last: Steps = [];
  for (const rolloutSeconds of paces) {
    const theirs: number[] = [];
    const mine: number[] = [];
    for (let round = 0; round < runs; round++) {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-time-"));
      const fresh = <T>(work: (cluster: Fresh) => Promise<T>) =>
        withFreshCluster(folder, { nodes, rolloutSeconds, signal }, work);
      try {
        const seen = await fresh((cluster) => article(cluster, signal));
        theirs.push(seen.total);
        last = seen.steps;
        mine.push(await fresh((cluster) => ours(folder, cluster, signal)));
      } finally {
        fs.rmSync(folder, { recursive: true, force: true });
      }
      console.error(`calico-node in ${rolloutSeconds} s: round ${round + 1} of ${runs} is done`);
    }
    const [base, own] = [median(theirs), median(mine)];
    rows.push([`${rolloutSeconds} s`, seconds(base), seconds(own), ratio(own, base)]);
  }
  console.log(table(["calico-node pod ready after", "article", "ours", "ours / article"], rows));
  const width = Math.max(...last.map(([name]) => name.length));
  console.log(`\nThe article's steps, with ${paces.at(-1)} s a pod:`);
  for (const [name, took] of last) console.log(`  ${name.padEnd(width)}  ${seconds(took).padStart(7)}`);
}
