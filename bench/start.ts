// How fast the program starts, from the start of its process under Pulumi's own language runner
// - to "loaded": the last module that the program needs is loaded (runner and TypeScript compiler before it), and
// - to "evaluated": its entry has run to the end, all resources constructed and about to be registered.
// What the engine then does with them is not in these numbers. One round starts every program once, in turn, so that
// whatever slows the machine down for a while slows all of them; the first rounds have empty caches.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { findSdk } from "../rehearsal/engine/language";
import { type Project, readProject } from "../rehearsal/engine/project";
import { type Monitor, startMonitor } from "./monitor";
import { machine, median, ms, ratio, table } from "./numbers";
import { layOut, type Program } from "./startPrograms";

const root = path.dirname(__dirname);
const startLimitMs = 60_000;
const firstStarts = 3;

interface Mark {
  loaded: number;
  evaluated: number;
  /** Of all threads, to "loaded": suffers less from what else runs on the machine. */
  cpu: number;
  modules: number;
}

interface Bench {
  readonly project: Project;
  readonly monitor: Monitor;
  readonly signal: AbortSignal;
}

/** @param temporary where ts-node, tsx and Node.js keep what they have compiled */
async function start(program: Program, temporary: string, bench: Bench): Promise<Mark> {
  const { project, monitor, signal } = bench;
  fs.mkdirSync(temporary, { recursive: true });
  const before = performance.timeOrigin + performance.now();
  const child = spawn(
    process.execPath,
    [
      ...["--require", path.join(__dirname, "mark.cjs"), ...program.nodeargs],
      findSdk(program.folder).runner,
      ...[`--monitor=${monitor.address}`, `--engine=${monitor.address}`, `--project=${project.name}`],
      ...["--stack=dev", "--organization=organization", "--parallel=16"],
      ...[`--root-directory=${program.folder}`, `--pwd=${program.folder}`, program.entry],
    ],
    {
      cwd: program.folder,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: startLimitMs,
      signal,
      env: {
        ...process.env,
        TMPDIR: temporary,
        BENCH_ENTRY: path.join(program.folder, program.entry),
        PULUMI_CONFIG: JSON.stringify(project.config.values),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(project.config.secretKeys),
        PULUMI_NODEJS_TYPESCRIPT: String(program.typescript),
        ...(project.runtime.tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: project.runtime.tsconfig } : {}),
      },
    },
  );
  let output = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (output += data));
  await new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve());
  });
  const mark = /^bench-mark (.*)$/m.exec(output);
  if (!mark) {
    throw new Error(`${program.name} did not start:\n${monitor.errors[0] ?? output.trim()}`);
  }
  const seen = JSON.parse(mark[1]) as Mark;
  return { ...seen, loaded: seen.loaded - before, evaluated: seen.evaluated - before };
}

function report(programs: readonly Program[], first: Map<Program, Mark[]>, later: Map<Program, Mark[]>) {
  const middle = (marks: Map<Program, Mark[]>, program: Program, of: keyof Mark) =>
    median(marks.get(program)!.map((mark) => mark[of]));
  const pair = (marks: Map<Program, Mark[]>, program: Program, of: keyof Mark) => [
    ms(middle(marks, program, of)),
    ratio(middle(marks, program, of), middle(marks, programs[0], of)),
  ];
  const least = (program: Program) => Math.min(...later.get(program)!.map((mark) => mark.loaded));
  const rows = programs.map((program) => [
    program.name,
    ...pair(later, program, "loaded"),
    ms(least(program)),
    ratio(least(program), least(programs[0])),
    ...pair(later, program, "cpu"),
    ...pair(later, program, "evaluated"),
    ...pair(first, program, "evaluated"),
    String(later.get(program)![0].modules),
  ]);
  const columns = ["loaded", "min", "CPU", "evaluated", "first start"].flatMap((name) => [name, "/ bare"]);
  console.log(table(["program", ...columns, "modules"], rows));
}

export async function benchStart(runs: number, signal: AbortSignal): Promise<void> {
  // The resolved path: that is how Node.js names the modules in it.
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "bench-start-")));
  const monitor = await startMonitor();
  try {
    const project = await readProject(root, "dev", {}, process.env);
    const programs = layOut(folder, project);
    const bench = { project, monitor, signal };
    console.log(`${machine()}; ${runs} rounds after ${firstStarts} first starts\n`);
    for (const { name, about } of programs) console.log(`  ${name.padEnd(16)} ${about}`);
    console.log();

    const first = new Map(programs.map((program): [Program, Mark[]] => [program, []]));
    const later = new Map(programs.map((program): [Program, Mark[]] => [program, []]));
    for (let round = 0; round < firstStarts; round++) {
      for (const program of programs) {
        const temporary = path.join(folder, "first", `${program.name}-${round}`);
        first.get(program)!.push(await start(program, temporary, bench));
      }
    }
    for (let round = -1; round < runs; round++) {
      // Another one goes first each time: none stands always behind the heaviest.
      const turn = (round + 1) % programs.length;
      for (const program of [...programs.slice(turn), ...programs.slice(0, turn)]) {
        const mark = await start(program, path.join(folder, "later", program.name), bench);
        // The round before the first fills the caches.
        if (round >= 0) later.get(program)!.push(mark);
      }
      if (process.stderr.isTTY) process.stderr.write(`\rround ${round + 1} of ${runs} `);
    }
    if (process.stderr.isTTY) process.stderr.write("\r");
    report(programs, first, later);
  } finally {
    monitor.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
