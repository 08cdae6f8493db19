// `npm run bench -- BENCHMARK`: numbers to look at. Nothing here passes or fails.
import { parseArgs } from "node:util";
import { benchCheckpoints } from "./checkpoints";
import { benchFleet } from "./fleet";
import { benchNodes } from "./nodes";
import { benchPolicy } from "./policy";
import { benchRehearse } from "./rehearse";
import { benchReport } from "./report";
import { benchStacks } from "./stacks";
import { benchStart } from "./start";
import { benchStatus } from "./status";
import { benchTimeToEbpf } from "./timeToEbpf";

interface Benchmark {
  readonly text: string;
  readonly runs: number;
  /** Sizes that may stand behind its name, and what they are where none does. */
  readonly sizes?: readonly number[];
  readonly work: (runs: number, signal: AbortSignal, sizes: readonly number[]) => Promise<void>;
}

const benchmarks: Record<string, Benchmark> = {
  rehearse: {
    text: "the whole rehearsal against the CLI's own `up` and the control plane's start; preview, second up, destroy",
    runs: 3,
    work: benchRehearse,
  },
  fleet: {
    text: "`pulumi preview` of one program with so many clusters, beside programs with as many resources",
    runs: 1,
    sizes: [1, 10, 50, 100],
    work: benchFleet,
  },
  checkpoints: {
    text: "`pulumi up` of as many RandomStrings as so many clusters have resources, with and without checkpoints",
    runs: 1,
    sizes: [10, 50, 100],
    work: benchCheckpoints,
  },
  stacks: {
    text: "previews of so many stacks by the Automation API, a cluster each: examples/fleet",
    runs: 1,
    sizes: [1, 10, 100, 300],
    work: benchStacks,
  },
  policy: {
    text: "what the policy pack adds to a preview of so many clusters (4 are about 100 resources, 130 about 3,000)",
    runs: 3,
    sizes: [4, 130],
    work: benchPolicy,
  },
  "time-to-ebpf": {
    text: "the article's procedure against `up` on the same kind of cluster, until the same checks are green",
    runs: 1,
    work: benchTimeToEbpf,
  },
  nodes: {
    text: "how long after the roll-out `up` ends, with so many nodes",
    runs: 1,
    sizes: [3, 30, 100],
    work: benchNodes,
  },
  status: {
    text: "`aks-calico-ebpf status` on a cluster with so many nodes, beside kubectl reading nodes and pods; and `diags`",
    runs: 5,
    sizes: [3, 100, 1000],
    work: benchStatus,
  },
  report: {
    text: "`aks-calico-ebpf report`: making a page of so many resources, and loading it in Chromium",
    runs: 5,
    sizes: [21, 500],
    work: benchReport,
  },
  start: {
    text: "start of the program under Pulumi's language runner, against bare @pulumi/pulumi and other ways",
    runs: 11,
    work: benchStart,
  },
};

const usage = `usage: npm run bench -- BENCHMARK [SIZE ...] [--runs N]

${Object.entries(benchmarks)
  .map(([name, { text, runs, sizes }]) => {
    const defaults = sizes ? `${sizes.join(" ")} --runs ${runs}` : `--runs ${runs}`;
    return `  ${name.padEnd(14)}${text}\n${" ".repeat(16)}(default: ${defaults})`;
  })
  .join("\n")}

  SIZE      whole numbers from 1 to 1000
  --runs N  rounds, 1 to 100
  --help    this text`;

class UsageError extends Error {}

interface Chosen {
  readonly benchmark: Benchmark;
  readonly runs: number;
  readonly sizes: readonly number[];
}

function whole(what: string, text: string, most: number): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= most) return Number(text);
  throw new UsageError(`${what}${text}: not a whole number from 1 to ${most}`);
}

function read(argv: string[]): Chosen | undefined {
  let parsed;
  try {
    parsed = parseArgs({
      args: argv,
      options: { runs: { type: "string" }, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ")[0]);
  }
  if (parsed.values.help) return undefined;
  const [name, ...rest] = parsed.positionals;
  if (name === undefined) throw new UsageError("no benchmark is named");
  if (!Object.hasOwn(benchmarks, name)) throw new UsageError(`there is no benchmark "${name}"`);
  const benchmark = benchmarks[name];
  const words = rest.flatMap((word) => word.split(",")).filter(Boolean);
  if (words.length > 0 && !benchmark.sizes)
    throw new UsageError(`unexpected word "${rest[0]}" after ${name}`);
  const sizes = words.length > 0 ? words.map((word) => whole("size ", word, 1000)) : (benchmark.sizes ?? []);
  const runs = whole("--runs ", parsed.values.runs ?? String(benchmark.runs), 100);
  return { benchmark, runs, sizes };
}

async function main(argv: string[]): Promise<number> {
  const chosen = read(argv);
  if (chosen === undefined) {
    console.log(usage);
    return 0;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      console.error(`${signal}: cleaning up`);
      stop.abort(new Error("cancelled"));
    });
  }
  try {
    await chosen.benchmark.work(chosen.runs, stop.signal, chosen.sizes);
    return 0;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return 130;
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    const wrong = error instanceof UsageError;
    console.error(`error: ${error.message}${wrong ? `\n\n${usage}` : ""}`);
    process.exit(wrong ? 2 : 1);
  },
);
