// What a file backend's checkpoints cost an update: `pulumi up` of as many RandomStrings as so many clusters have
// resources, with a checkpoint after each step and with a single one at the end.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { skipCheckpoints } from "../rehearsal/pulumi/run";
import { openStack, say } from "./command";
import { fleetProgram, preview } from "./fleet";
import { machine, median, ratio, seconds, table } from "./numbers";
import { ProcessWatch } from "./processes";

export async function benchCheckpoints(
  runs: number,
  signal: AbortSignal,
  sizes: readonly number[],
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-checkpoints-"));
  /** Seconds of an update that makes them, and the CPU of its CLI. */
  const up = async (count: number, env: NodeJS.ProcessEnv) => {
    const stack = path.join(folder, "up");
    const watch = new ProcessWatch();
    try {
      const pulumi = await openStack(fleetProgram, stack);
      const args = ["up", "--yes", "--skip-preview", "-c", "kind=strings", "-c", `count=${count}`];
      const took = await pulumi(args, { signal, env, started: watch.start });
      return { took, cpu: watch.stop().get("CLI")?.cpu ?? 0 };
    } finally {
      watch.stop();
      fs.rmSync(stack, { recursive: true, force: true });
    }
  };
  try {
    console.log(`${machine()}; ${runs} round${runs === 1 ? "" : "s"}\n`);
    // Fills the caches, and tells how many resources a cluster is.
    const stack = await openStack(fleetProgram, path.join(folder, "one"));
    const each = (await preview(stack, { kind: "ours", count: 1 }, signal)).resources - 1;
    await up(1, skipCheckpoints);
    const rows: string[][] = [];
    for (const clusters of sizes) {
      const [steps, end] = [[], []] as { took: number; cpu: number }[][];
      for (let round = 1; round <= runs; round++) {
        steps.push(await up(clusters * each, {}));
        end.push(await up(clusters * each, skipCheckpoints));
        say(`${clusters} clusters: round ${round} of ${runs} is done`);
      }
      const of = (key: "took" | "cpu") => [steps, end].map((rounds) => median(rounds.map((r) => r[key])));
      const [took, cpu] = [of("took"), of("cpu")];
      const columns = [took, cpu].flatMap(([a, b]) => [seconds(a), seconds(b), ratio(a, b)]);
      rows.push([String(clusters), String(clusters * each), ...columns]);
    }
    const head = ["each step", "at the end", "ratio"];
    const cpuHead = ["CPU of CLI, each step", "at the end", "ratio"];
    console.log(`\n${table(["clusters", "resources", ...head, ...cpuHead], rows)}`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
