// `pulumi preview` of one program with many clusters, beside programs with as many resources: seconds, CPU and memory.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openStack, type Pulumi, root, say } from "./command";
import { machine, median, megabytes, ratio, seconds, table } from "./numbers";
import { cpuOf, ProcessWatch, type Use } from "./processes";

const kinds = {
  ours: "CalicoEbpfCluster, with its defaults",
  bare: "group, cluster and provider by the SDKs alone, and a ConfigMapPatch for each other resource",
  strings: "RandomString and nothing else",
} as const;
type Kind = keyof typeof kinds;

export interface Preview {
  readonly seconds: number;
  readonly resources: number;
  readonly uses: Map<string, Use>;
}

/** One preview of bench/fleet from nothing. */
export async function preview(
  pulumi: Pulumi,
  config: Record<string, string | number>,
  signal: AbortSignal,
  args: readonly string[] = [],
): Promise<Preview> {
  const settings = Object.entries(config).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const watch = new ProcessWatch();
  let resources = 0;
  const line = (text: string) => (resources = Number(/^ +\+ (\d+) to create/.exec(text)?.[1] ?? resources));
  try {
    const took = await pulumi(["preview", ...settings, ...args], { signal, line, started: watch.start });
    return { seconds: took, resources, uses: watch.stop() };
  } finally {
    watch.stop();
  }
}

export const fleetProgram = path.join(root, "bench", "fleet");

export async function benchFleet(runs: number, signal: AbortSignal, sizes: readonly number[]): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-fleet-"));
  try {
    console.log(`${machine()}; ${runs} round${runs === 1 ? "" : "s"}\n`);
    for (const [kind, text] of Object.entries(kinds)) console.log(`  ${kind.padEnd(6)} ${text}`);
    const stack = await openStack(fleetProgram, path.join(folder, "fleet"));
    // Fills the caches, and tells how many resources a cluster is.
    const { resources } = await preview(stack, { kind: "ours", count: 1 }, signal);
    const each = resources - 1;
    const configOf = (kind: Kind, clusters: number) => ({
      kind,
      count: kind === "strings" ? clusters * each : clusters,
      objects: each - 3,
    });
    const rows: string[][] = [];
    const details: string[] = [];
    for (const clusters of sizes) {
      const rounds = new Map(Object.keys(kinds).map((kind): [Kind, Preview[]] => [kind as Kind, []]));
      for (let round = 1; round <= runs; round++) {
        for (const [kind, previews] of rounds)
          previews.push(await preview(stack, configOf(kind, clusters), signal));
        say(`${clusters} clusters: round ${round} of ${runs} is done`);
      }
      const middle = (kind: Kind, of: (one: Preview) => number) => median(rounds.get(kind)!.map(of));
      const wall = (kind: Kind) => middle(kind, (one) => one.seconds);
      const cpu = (kind: Kind) => middle(kind, (one) => cpuOf(one.uses));
      const compared = (of: (kind: Kind) => number) => [
        ...Object.keys(kinds).map((kind) => seconds(of(kind as Kind))),
        ...(["bare", "strings"] as const).map((kind) => ratio(of("ours"), of(kind))),
      ];
      const perCluster = seconds(wall("ours") / clusters, 2);
      const count = rounds.get("ours")![0].resources;
      rows.push([String(clusters), String(count), ...compared(wall), perCluster, ...compared(cpu)]);
      details.push(...processes(clusters, rounds));
    }
    const columns = ["ours", "bare", "strings", "/ bare", "/ strings"];
    const head = [...columns, "a cluster", ...columns.map((name) => `CPU ${name}`)];
    console.log(`\n${table(["clusters", "resources", ...head], rows)}`);
    for (const line of details) console.log(line);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The processes of the last round. */
function processes(clusters: number, rounds: Map<Kind, Preview[]>): string[] {
  const last = [...rounds].map(([kind, previews]) => [kind, previews.at(-1)!.uses] as const);
  const names = [...new Set(last.flatMap(([, uses]) => [...uses.keys()]))];
  const rows = names.map((name) => [
    name,
    ...last.flatMap(([, uses]) => {
      const use = uses.get(name);
      return use
        ? [String(use.count), seconds(use.cpu), megabytes(use.peak), megabytes(use.peaks)]
        : ["", "", "", ""];
    }),
  ]);
  const head = last.flatMap(([kind]) => [kind, "CPU", "peak", "peaks, summed"]);
  return [`\nprocesses at ${clusters}, last round`, table(["process", ...head], rows)];
}
