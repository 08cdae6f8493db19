// The same list by Pulumi's Automation API: a stack for each cluster, a few at a time, and a line that says how far
// each one is. A stack that fails does not stop the others.
import { clearScreenDown, moveCursor } from "node:readline";
import { isatty } from "node:tty";
import { parseArgs } from "node:util";
import { type EngineEvent, LocalWorkspace, Stack } from "@pulumi/pulumi/automation";
import pMap from "p-map";
import { clusters } from "./clusters";

const verbs = ["preview", "up", "destroy"] as const;
const usage = `usage: npx tsx automation.ts ${verbs.join("|")} [NAME ...] [--parallel N] [--yes]
  NAME          clusters of the list; none = all of them
  --parallel N  stacks at a time (default: 4)
  --yes         needed by up and destroy: nothing asks again`;

/** A stack under way: URNs of the resources that a step is at, and of those that are done; what to say of it. */
const begin = () => ({
  since: Date.now(),
  open: new Set<string>(),
  done: new Set<string>(),
  errors: [] as string[],
  changes: "nothing",
  told: "",
});
type Work = ReturnType<typeof begin>;

const underWay = new Map<string, Work>();
const terminal = process.stdout.isTTY;
let drawn = 0;

const secondsSince = (start: number) => `${Math.round((Date.now() - start) / 1000)} s`;
const column = Math.max(...Object.keys(clusters).map((name) => name.length)) + 2;

/** On a terminal the lines of what is under way stay at its foot; a log gets a line when there is something new. */
function show(finished?: string): void {
  if (terminal && drawn > 0) {
    moveCursor(process.stdout, 0, -drawn);
    clearScreenDown(process.stdout);
  }
  if (finished !== undefined) console.log(finished);
  drawn = 0;
  for (const [name, work] of underWay) {
    const [first] = work.open;
    const text = first ? `waits for ${first.split("::").at(-1)}` : work.done.size > 0 ? "runs" : "started";
    if (!terminal && (text === "runs" || text === work.told)) continue;
    work.told = text;
    const line = `${name.padEnd(column)}${text}, ${work.done.size} done, ${secondsSince(work.since)}`;
    console.log(terminal ? line.slice(0, process.stdout.columns - 1) : line);
    drawn++;
  }
}

function note(work: Work, event: EngineEvent): void {
  const { resourcePreEvent: begun, resOutputsEvent: ended, resOpFailedEvent: failed } = event;
  const { op, urn = "", new: next, old } = (begun ?? ended ?? failed)?.metadata ?? {};
  // A component has no step of its own; it lasts as long as its children.
  if (begun && op !== "same" && (next ?? old)?.custom) work.open.add(urn);
  if (ended || failed) work.open.delete(urn);
  if (ended) work.done.add(urn);
  const { severity, message } = event.diagnosticEvent ?? {};
  if (severity === "error") work.errors.push(message!.replace(/<\{%.*?%\}>/g, "").trim());
  const changes = Object.entries(event.summaryEvent?.resourceChanges ?? {});
  if (changes.length > 0) work.changes = changes.map(([op, count]) => `${count} ${op}`).join(", ");
}

async function main(): Promise<number> {
  const flag = { type: "boolean" } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { parallel: { type: "string", default: "4" }, yes: flag, help: flag },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [word, ...words] = positionals;
  const verb = verbs.find((one) => one === word);
  const names = words.length > 0 ? [...new Set(words)] : Object.keys(clusters);
  const unknown = names.filter((name) => !Object.hasOwn(clusters, name));
  const concurrency = Number(values.parallel);
  if (!verb) throw new TypeError(word ? `no such verb: ${word}` : "a verb is missing");
  if (unknown.length > 0) throw new TypeError(`not in the list: ${unknown.join(", ")}`);
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new TypeError(`--parallel ${values.parallel}: a whole number from 1`);
  if (verb !== "preview" && !values.yes) throw new TypeError(`${verb} needs --yes`);

  const stop = new AbortController();
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      stopping = true;
      // On a terminal Ctrl-C reaches each CLI by itself, and twice would mean "at once".
      if (signal === "SIGTERM" || ![0, 1, 2].some(isatty)) stop.abort();
    });

  const workspace = await LocalWorkspace.create({ workDir: __dirname });
  const start = Date.now();
  const timer = setInterval(show, 1000);
  const run = async (name: string) => {
    if (stopping) return false;
    const work = begin();
    underWay.set(name, work);
    show();
    let end: string;
    try {
      const stack = await Stack.createOrSelect(name, workspace);
      if (stopping) throw new Error("stopped before it began");
      await stack[verb]({ onEvent: (event) => note(work, event), signal: stop.signal, color: "never" });
      end = `done in ${secondsSince(work.since)}: ${work.changes}`;
    } catch (error) {
      const why = work.errors.length > 0 ? work.errors : [(error as Error).message.trim()];
      end = `failed after ${secondsSince(work.since)}\n  ${why.join("\n").replaceAll("\n", "\n  ")}`;
    }
    underWay.delete(name);
    show(`${name.padEnd(column)}${end}`);
    return end.startsWith("done");
  };
  const ok = await pMap(names, run, { concurrency });
  clearInterval(timer);
  const bad = names.filter((_, i) => !ok[i]);
  const done = `${names.length - bad.length} of ${names.length} done in ${secondsSince(start)}`;
  console.log(`${verb}: ${done}${bad.length > 0 ? `; failed or not begun: ${bad.join(", ")}` : ""}`);
  return stopping ? 130 : bad.length > 0 ? 1 : 0;
}

main().then(process.exit, (error: Error) => {
  const misused = error instanceof TypeError;
  // The first sentence says what parseArgs did not take.
  const why = misused ? `${error.message.split(/\.\s/)[0]}\n${usage}` : error.message;
  const noCli = why.includes("spawn pulumi ENOENT");
  console.error(`error: ${noCli ? "no `pulumi` on PATH: https://www.pulumi.com/docs/install" : why}`);
  process.exit(misused ? 2 : 1);
});
