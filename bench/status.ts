// How long `aks-calico-ebpf status` and `diags` take, as they are installed: one file, started anew each time.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { now, root } from "./command";
import { machine, median, ratio, seconds, table } from "./numbers";
import { openOurs, withFreshCluster } from "./switching";

/** The CLI as the package carries it. */
export function bundle(folder: string): string {
  const outfile = path.join(folder, "cli.js");
  execFileSync("npm", ["run", "--silent", "build:cli", "--", `--outfile=${outfile}`], { cwd: root });
  return outfile;
}

async function sizeOf(nodes: number, runs: number, signal: AbortSignal): Promise<string[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-status-"));
  try {
    const cli = bundle(folder);
    return await withFreshCluster(folder, { nodes, rolloutSeconds: 0, signal }, async (cluster) => {
      const up = await openOurs(path.join(folder, "bench"), cluster, { "rollout.maxUnavailable": "100%" });
      await up(signal);
      await cluster.green();
      const env = { ...process.env, KUBECONFIG: cluster.kubeconfigFile, PATH: cluster.path };
      const timed = (command: string, ...args: string[]) => {
        const start = now();
        execFileSync(command, args, { env, stdio: "ignore" });
        return now() - start;
      };
      const rounds = Array.from({ length: runs }, (_, round) => [
        timed(process.execPath, cli, "status"),
        timed("kubectl", "get", "nodes,pods", "-A", "-o", "json"),
        timed(process.execPath, cli, "diags", "-o", path.join(folder, `${round}.tar.gz`)),
      ]);
      const [ours, base, diags] = [0, 1, 2].map((column) => median(rounds.map((one) => one[column])));
      const most = Math.max(...rounds.map(([one]) => one));
      return [String(nodes), seconds(ours), seconds(most), seconds(base), ratio(ours, base), seconds(diags)];
    });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

export async function benchStatus(
  runs: number,
  signal: AbortSignal,
  sizes: readonly number[],
): Promise<void> {
  console.log(`${machine()}; ${runs} rounds\n`);
  const rows: string[][] = [];
  for (const nodes of sizes) rows.push(await sizeOf(nodes, runs, signal));
  console.log(table(["nodes", "status", "max", "kubectl get nodes,pods -A -o json", "ratio", "diags"], rows));
}
