// `examples/fleet/automation.ts preview` with so many stacks: seconds, CPU and memory. Linear means that CPU a stack
// stays the same.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { prepare } from "../rehearsal/pulumi/run";
import { readFolder } from "../rehearsal/stack";
import { command, now, root, say } from "./command";
import { machine, median, megabytes, ratio, seconds, table } from "./numbers";
import { cpuOf, ProcessWatch, type Use } from "./processes";

/** Writes the example into a folder of its own, with another list. */
export function fleetOf(folder: string, clusters: Record<string, object>): void {
  const example = path.join(root, "examples/fleet");
  fs.mkdirSync(folder, { recursive: true });
  for (const file of ["Pulumi.yaml", "index.ts", "automation.ts"]) {
    const text = fs.readFileSync(path.join(example, file), "utf8");
    fs.writeFileSync(path.join(folder, file), text.replaceAll("../..", root));
  }
  fs.writeFileSync(
    path.join(folder, "clusters.ts"),
    `export const clusters = ${JSON.stringify(clusters)};\n`,
  );
  fs.symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
}

interface Previews {
  readonly seconds: number;
  readonly uses: Map<string, Use>;
}

/** Previews of so many new stacks, as many at a time as there are cores. */
async function previews(folder: string, stacks: number, signal: AbortSignal): Promise<Previews> {
  const names = Array.from({ length: stacks }, (_, i) => `c${i + 1}`);
  const program = path.join(folder, "program");
  fleetOf(program, Object.fromEntries(names.map((name) => [name, { location: "westeurope" }])));
  const { environment } = await prepare(readFolder(path.join(folder, "fleet")), program, { progress: say });
  const watch = new ProcessWatch("driver");
  const start = now();
  let done = 0;
  const line = (text: string) => {
    if (!/^\S+ +done in /.test(text) || ++done % 50 !== 0) return;
    const uses = watch.uses();
    const driver = megabytes(uses.get("driver")!.peak);
    say(`${done} of ${stacks}: ${seconds(now() - start)}, CPU ${seconds(cpuOf(uses))}, driver ${driver}`);
  };
  try {
    const args = ["--import", "tsx", path.join(program, "automation.ts"), "preview"];
    const parallel = ["--parallel", String(os.availableParallelism())];
    const options = { signal, env: environment, started: watch.start, line };
    const took = await command(process.execPath, [...args, ...parallel], options);
    return { seconds: took, uses: watch.stop() };
  } finally {
    watch.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

export async function benchStacks(
  runs: number,
  signal: AbortSignal,
  sizes: readonly number[],
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-stacks-"));
  const one = (stacks: number) => previews(path.join(folder, "run"), stacks, signal);
  try {
    console.log(`${machine()}; ${runs} round${runs === 1 ? "" : "s"}\n`);
    // Fills the caches.
    await one(1);
    const rows: string[][] = [];
    const details: string[] = [];
    let base: number | undefined;
    for (const stacks of sizes) {
      const rounds: Previews[] = [];
      for (let round = 1; round <= runs; round++) {
        rounds.push(await one(stacks));
        say(`${stacks} stacks: round ${round} of ${runs} is done`);
      }
      const middle = (of: (round: Previews) => number) => median(rounds.map(of));
      const wall = middle((round) => round.seconds);
      const cpu = middle(({ uses }) => cpuOf(uses)) / stacks;
      base ??= cpu;
      rows.push([
        ...[String(stacks), seconds(wall), seconds(wall / stacks, 2), seconds(cpu, 2), ratio(cpu, base)],
        megabytes(middle(({ uses }) => uses.get("driver")?.peak ?? 0)),
      ]);
      details.push(...processes(stacks, rounds.at(-1)!));
    }
    const head = ["stacks", "previews", "a stack", "CPU a stack", "/ first row", "peak of driver"];
    console.log(`\n${table(head, rows)}`);
    for (const line of details) console.log(line);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The processes of a round. */
function processes(stacks: number, { uses }: Previews): string[] {
  const rows = [...uses].map(([name, use]) => [
    ...[name, String(use.count), seconds(use.cpu / stacks, 2), megabytes(use.peak)],
  ]);
  return [`\nprocesses at ${stacks}, last round`, table(["process", "count", "CPU a stack", "peak"], rows)];
}
