// `npm run bench -- BENCHMARK`: numbers to look at. Nothing here passes or fails.
import { parseArgs } from "node:util";
import { benchNodes } from "./nodes";
import { benchPolicy } from "./policy";
import { benchRehearse } from "./rehearse";
import { benchStart } from "./start";
import { benchTimeToEbpf } from "./timeToEbpf";

const benchmarks = {
  start: {
    text: "start of the program under Pulumi's language runner, against bare @pulumi/pulumi and other ways",
    runs: 11,
    work: benchStart,
  },
  rehearse: {
    text: "the whole rehearsal by phases, against the control plane's own start; second up, preview, destroy",
    runs: 1,
    work: benchRehearse,
  },
  "time-to-ebpf": {
    text: "the article's procedure against `up` on the same kind of cluster, until the same checks are green",
    runs: 1,
    work: benchTimeToEbpf,
  },
  nodes: {
    text: "how long after the roll-out `up` ends, on 3, 30 and 100 nodes",
    runs: 1,
    work: benchNodes,
  },
  policy: {
    text: "what the policy pack adds to a preview of our program, and its cost on 100, 300 and 1,000 resources",
    runs: 7,
    work: benchPolicy,
  },
} as const;

const usage = `usage: npm run bench -- BENCHMARK [--runs N]

${Object.entries(benchmarks)
  .map(([name, { text }]) => `  ${name.padEnd(14)}${text}`)
  .join("\n")}

  --runs N  rounds, 1 to 100 (default: ${Object.entries(benchmarks)
    .map(([name, { runs }]) => `${runs} of ${name}`)
    .join(", ")})
  --help    this text`;

class UsageError extends Error {}

function read(argv: string[]): { name: keyof typeof benchmarks; runs: number } | undefined {
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
  if (rest.length > 0) throw new UsageError(`unexpected word "${rest[0]}" after ${name}`);
  const known = name as keyof typeof benchmarks;
  const runs = parsed.values.runs ?? String(benchmarks[known].runs);
  if (!/^\d{1,3}$/.test(runs) || Number(runs) < 1 || Number(runs) > 100) {
    throw new UsageError(`--runs ${runs}: not a whole number from 1 to 100`);
  }
  return { name: known, runs: Number(runs) };
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
    await benchmarks[chosen.name].work(chosen.runs, stop.signal);
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
