// What the policy pack costs: in a preview of our own program, and on stacks of 100 to 1,000 resources. The pack's own
// start is shown, and counted nowhere else.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { AnalyzedResource, Analyzer } from "../rehearsal/engine";
import type { PolicyPackProcess } from "../rehearsal/policy/analyzer";
import { startPolicyPack } from "../rehearsal/policy/analyzer";
import { asAnalyzer, readPackConfig } from "../rehearsal/policy/packs";
import { openSession } from "../rehearsal/session";
import { machine, median, ms, table } from "./numbers";

const root = path.dirname(__dirname);
const packFolder = path.join(root, "policy");
const sizes = [100, 300, 1000];

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * Milliseconds of CPU that a process and its ended children have used, in steps of 10; undefined off Linux. Wall-clock
 * time follows what else the machine does, this does not.
 */
function cpu(pid: number | "self" = "self"): number | undefined {
  try {
    const fields = fs
      .readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    const ticks = fields.slice(11, 15).map(Number);
    return 10 * ticks.reduce((sum, one) => sum + one);
  } catch {
    return undefined;
  }
}

/** Milliseconds of one preview of the program of this repository; `analyzer` judges it. */
async function preview(folder: string, analyzer: Analyzer | undefined, signal: AbortSignal): Promise<number> {
  const stateRoot = fs.mkdtempSync(path.join(folder, "stack-"));
  const session = openSession({
    projectDir: root,
    stack: "dev",
    stateRoot,
    events: () => undefined,
    progress: () => undefined,
    analyzers: analyzer && [analyzer],
    signal,
  });
  return timed(async () => {
    const { ok, failures } = await session.engine.preview();
    if (!ok) throw new Error(`the preview failed:\n${failures.map(({ message }) => message).join("\n")}`);
  });
}

/** Passes everything on, and keeps what it saw and how long it waited for the pack. */
class Watched implements Analyzer {
  readonly seen: AnalyzedResource[] = [];
  waited = 0;

  constructor(private readonly inner: Analyzer) {}

  private async timed<T>(ask: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await ask();
    } finally {
      this.waited += performance.now() - start;
    }
  }

  resource(resource: AnalyzedResource) {
    this.seen.push(resource);
    return this.timed(() => this.inner.resource!(resource));
  }

  stack(resources: readonly AnalyzedResource[]) {
    return this.timed(() => this.inner.stack!(resources));
  }
}

/** The program's resources over and over, each time under other names: clusters, providers and layers in step. */
function copies(seen: readonly AnalyzedResource[], count: number): AnalyzedResource[] {
  return Array.from({ length: count }, (_, index) => {
    const copy = Math.floor(index / seen.length);
    const text = JSON.stringify(seen[index % seen.length]);
    const renamed = text.replaceAll(/(urn:pulumi:[^"]*?::[^":]+)(?="|::)/g, `$1-${copy}`);
    return JSON.parse(renamed) as AnalyzedResource;
  });
}

/** One cluster, and ConfigMaps beside it: the stack of a team that declares its workloads, too. */
function workloads(seen: readonly AnalyzedResource[], count: number): AnalyzedResource[] {
  const map = seen.find(({ type }) => type === "kubernetes:core/v1:ConfigMapPatch")!;
  const more = Array.from({ length: count - seen.length }, (_, index) => {
    const name = `settings-${index}`;
    const inputs = { metadata: { name }, data: { greeting: "hello", index: String(index) } };
    return { ...map, name, urn: map.urn.replace(/[^:]+$/, name), inputs, outputs: inputs };
  });
  return [...seen, ...more];
}

async function judge(analyzer: Analyzer, stack: readonly AnalyzedResource[]): Promise<number> {
  return timed(async () => {
    for (const one of stack) await analyzer.resource!(one);
    await analyzer.stack!(stack.map((one) => ({ ...one, outputs: one.inputs })));
  });
}

interface Cost {
  wall: number;
  /** Of this process, where the engine runs, and of the program. */
  cpu: number;
  /** Of the pack's process. */
  pack: number;
}

async function costOf(pid: number, work: () => Promise<number>): Promise<Cost> {
  const before = [cpu(), cpu(pid)];
  const wall = await work();
  const [own, pack] = [cpu(), cpu(pid)].map((after, index) => (after ?? NaN) - (before[index] ?? NaN));
  return { wall, cpu: own, pack };
}

async function inPreviews(folder: string, pack: Analyzer, pid: number, runs: number, signal: AbortSignal) {
  const [without, judged]: Cost[][] = [[], []];
  const waited: number[] = [];
  let watched = new Watched(pack);
  for (let round = -1; round < runs; round++) {
    signal.throwIfAborted();
    watched = new Watched(pack);
    const both = [
      async () => without.push(await costOf(pid, () => preview(folder, undefined, signal))),
      async () => judged.push(await costOf(pid, () => preview(folder, watched, signal))),
    ];
    // The one that goes second finds warmer caches.
    for (const one of round % 2 === 0 ? both : both.reverse()) await one();
    waited.push(watched.waited);
    // The round before the first fills the caches.
    if (round < 0) for (const all of [without, judged, waited]) all.pop();
  }
  const row = (name: string, values: number[], base?: number[]) => [
    name,
    ms(Math.min(...values)),
    ms(median(values)),
    base ? `${((100 * median(values)) / median(base)).toFixed(1)} %` : "",
  ];
  const wall = without.map((one) => one.wall);
  const used = without.map((one) => one.cpu);
  console.log(`\n${watched.seen.length} resources; the first column is the fastest round\n`);
  console.log(
    table(
      ["preview", "min", "median", "/ without"],
      [
        row("without the pack", wall),
        row(
          "with the pack",
          judged.map((one) => one.wall),
          wall,
        ),
        row("  waits for the pack, summed", waited, wall),
        row("CPU without the pack", used),
        row(
          "CPU with the pack",
          judged.map((one) => one.cpu + one.pack),
          used,
        ),
        row(
          "  of which the pack's process",
          judged.map((one) => one.pack),
          used,
        ),
      ],
    ),
  );
  return watched.seen;
}

async function bySize(pack: Analyzer, seen: readonly AnalyzedResource[], runs: number, signal: AbortSignal) {
  const kinds = { "one cluster and its workloads": workloads, "clusters over and over": copies };
  const rows = [];
  for (const [name, make] of Object.entries(kinds)) {
    const each: number[] = [];
    for (const size of sizes) {
      const stack = make(seen, size);
      const times = [];
      for (let round = -1; round < runs; round++) {
        signal.throwIfAborted();
        const time = await judge(pack, stack);
        if (round >= 0) times.push(time);
      }
      each.push(median(times));
      const perResource = `${(each.at(-1)! / size).toFixed(2)} ms`;
      const growth =
        each.length > 1 ? `${(each.at(-1)! / size / (each[0] / sizes[0])).toFixed(2)} x` : "1.00 x";
      rows.push([name, String(size), ms(each.at(-1)!), perResource, growth]);
    }
  }
  console.log(`\n${table(["stack", "resources", "median", "each", "/ 100"], rows)}`);
}

export async function benchPolicy(runs: number, signal: AbortSignal): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-policy-"));
  let pack: PolicyPackProcess | undefined;
  try {
    console.log(`${machine()}; ${runs} rounds`);
    const start = await timed(async () => (pack = await startPolicyPack(packFolder, { signal })));
    const { policies } = pack!.info;
    console.log(`the pack's own start: ${ms(start)}; ${policies.length} policies`);
    for (const set of [undefined, "strict"]) {
      const config = set === undefined ? {} : readPackConfig(path.join(packFolder, "sets", `${set}.json`));
      const whole = await pack!.configure(config);
      const on = Object.values(whole).filter(({ enforcementLevel }) => enforcementLevel !== "disabled");
      console.log(`\n## ${set ?? "the pack's own levels"}: ${on.length} policies are on`);
      const advisory = Object.fromEntries(
        Object.entries(whole).map(([name, { enforcementLevel }]) => [
          name,
          enforcementLevel === "disabled" ? enforcementLevel : ("advisory" as const),
        ]),
      );
      // The program does not keep to the strict set; what it would be stopped by is only told.
      const analyzer = asAnalyzer(pack!, packFolder, await pack!.configure(advisory));
      const seen = await inPreviews(folder, analyzer, pack!.pid, runs, signal);
      await bySize(analyzer, seen, Math.min(runs, 3), signal);
    }
  } finally {
    await pack?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
