// How fast the program starts, from the start of its process, which the CLI's preview and its language host bring about,
// - to "loaded": the last module that the program needs is loaded (runner and TypeScript compiler before it), and
// - to "evaluated": its entry has run to the end, all resources constructed and about to be registered.
// What the engine then does with them is not in these numbers. One round starts every program once, in turn, so that
// whatever slows the machine down for a while slows all of them; the first rounds have empty caches.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openStack, root, say } from "./command";
import { fleetProgram } from "./fleet";
import { machine, megabytes, median, ms, ratio, table } from "./numbers";

const firstStarts = 3;

/** The first is the base of the ratios. */
const programs = {
  bare: { about: "loads @pulumi/pulumi, nothing else", folder: fleetProgram, cached: false },
  ours: { about: "index.ts as `pulumi up` runs it", folder: root, cached: false },
  "ours-cached": {
    about: "the same with V8's compile cache, as in the rehearsal",
    folder: root,
    cached: true,
  },
};
type Name = keyof typeof programs;
const names = Object.keys(programs) as Name[];

interface Mark {
  loaded: number;
  evaluated: number;
  /** Of all threads, to "loaded": suffers less from what else runs on the machine. */
  cpu: number;
  /** Megabytes resident at the most, to "loaded". */
  peak: number;
  /** Megabytes of JavaScript in use at "loaded". Only in the round that looks for it, whose times are none. */
  heap?: number;
  modules: number;
}

type Marks = Record<Name, Mark[]>;

function report(first: Marks, later: Marks, heaps: Record<string, number>): void {
  type Column = readonly [head: string, of: (name: Name) => number, text: (value: number) => string];
  const times: Column[] = [
    ["loaded", (name) => median(later[name].map(({ loaded }) => loaded)), ms],
    ["min", (name) => Math.min(...later[name].map(({ loaded }) => loaded)), ms],
    ["CPU", (name) => median(later[name].map(({ cpu }) => cpu)), ms],
    ["evaluated", (name) => median(later[name].map(({ evaluated }) => evaluated)), ms],
    ["first start", (name) => median(first[name].map(({ evaluated }) => evaluated)), ms],
  ];
  const memory: Column[] = [
    ["peak", (name) => median(later[name].map(({ peak }) => peak)), megabytes],
    ["heap", (name) => heaps[name], megabytes],
    ["modules", (name) => later[name][0].modules, String],
  ];
  for (const columns of [times, memory]) {
    const rows = names.map((name) => [
      name,
      ...columns.flatMap(([, of, text]) => [text(of(name)), ratio(of(name), of(names[0]))]),
    ]);
    console.log(table(["program", ...columns.flatMap(([head]) => [head, "/ bare"])], rows));
    console.log();
  }
}

export async function benchStart(runs: number, signal: AbortSignal): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-start-"));
  try {
    console.log(`${machine()}; ${runs} rounds after ${firstStarts} first starts\n`);
    for (const name of names) console.log(`  ${name.padEnd(12)} ${programs[name].about}`);
    console.log();
    const markFile = path.join(folder, "mark.json");
    /** @param caches where ts-node and Node.js keep what they have compiled */
    const start = async (name: Name, caches: string, variables?: NodeJS.ProcessEnv): Promise<Mark> => {
      const { folder: projectDir, cached } = programs[name];
      fs.mkdirSync(path.join(folder, caches), { recursive: true });
      fs.rmSync(markFile, { force: true });
      const env = {
        TMPDIR: path.join(folder, caches),
        NODE_COMPILE_CACHE: cached ? path.join(folder, caches, "v8") : undefined,
        NODE_OPTIONS: `--require="${path.join(__dirname, "mark.cjs")}"`,
        BENCH_ENTRY: path.join(projectDir, "index.ts"),
        BENCH_MARK: markFile,
        ...variables,
      };
      const pulumi = await openStack(projectDir, path.join(folder, name));
      await pulumi(["preview"], { signal, env });
      return JSON.parse(fs.readFileSync(markFile, "utf8"));
    };
    const [first, later] = [1, 2].map(
      () => Object.fromEntries(names.map((name) => [name, []])) as any as Marks,
    );
    for (let round = 0; round < firstStarts; round++)
      for (const name of names) first[name].push(await start(name, `first-${name}-${round}`));
    for (let round = 0; round <= runs; round++) {
      // Another one goes first each time: none stands always behind the heaviest.
      const turn = round % names.length;
      for (const name of [...names.slice(turn), ...names.slice(0, turn)]) {
        const mark = await start(name, `later-${name}`);
        // The round before the first fills the caches.
        if (round > 0) later[name].push(mark);
      }
      say(`round ${round} of ${runs} is done`);
    }
    const heaps: Record<string, number> = {};
    for (const name of names) heaps[name] = (await start(name, `later-${name}`, { BENCH_HEAP: "1" })).heap!;
    report(first, later, heaps);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
