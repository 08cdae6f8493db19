// `npm run rehearse`: the whole program against a real Kubernetes control plane on this machine.
import fs from "node:fs";
import path from "node:path";
import type { Result } from "./engine";
import { againWith } from "./again";
import { messageOf, Refusal } from "./refusal";
import { clusterModes, help } from "./help";
import { type Options, readOptions, UsageError } from "./options";
import { screenFor, type Screen } from "./screen";
import { outputLines } from "./screen/words";
import type { Session } from "./session";
import { tableLines } from "./table";

/** Exit codes: 0 all is well, 1 a run failed or a check is red, 2 a wrong command line, 130 cancelled with Ctrl-C. */
const exit = { ok: 0, failed: 1, usage: 2, cancelled: 130 } as const;

const root = path.dirname(__dirname);
const again = againWith(root);
const print = (line = "") => process.stdout.write(`${line}\n`);

interface Run {
  readonly options: Options;
  readonly session: Session;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

const codeOf = (result: Result) => (result.ok ? exit.ok : result.cancelled ? exit.cancelled : exit.failed);

async function table(run: Run): Promise<number> {
  const tables = await run.session.verify();
  if (tables.size === 0) {
    print(`no cluster runs in stack ${run.options.stack}; ${again(run.options, "up")} makes one`);
    return exit.failed;
  }
  for (const [name, results] of tables) {
    print();
    for (const line of tableLines(`checks on ${name}`, results, process.stdout.isTTY)) print(line);
  }
  return [...tables.values()].flat().every((one) => one.ok) ? exit.ok : exit.failed;
}

/** With a policy pack a preview comes first, as in the CLI: what it forbids is not begun. */
async function forbidden(run: Run): Promise<number | undefined> {
  const { options, session, screen } = run;
  if (options.policyPacks.length === 0) return undefined;
  screen.note(`Previewing update (${options.stack}):`);
  const result = await session.engine.preview();
  if (result.ok) {
    screen.note(`\nUpdating (${options.stack}):`);
    return undefined;
  }
  screen.close();
  if (!result.cancelled) print("\nThe update was not begun, and nothing was touched.");
  return codeOf(result);
}

async function up(run: Run): Promise<number> {
  const stopped = await forbidden(run);
  if (stopped !== undefined) return stopped;
  const result = await run.session.engine.up();
  run.screen.close();
  if (Object.keys(result.outputs).length > 0) {
    print("\noutputs");
    for (const line of outputLines(result.outputs)) print(line);
  }
  if (!result.ok && !result.cancelled)
    print(`\nThe state is whole. ${again(run.options, "up")} goes on from here.`);
  return codeOf(result);
}

/** What is left running, how to look at it and how to end it. */
function whereabouts(run: Run): void {
  for (const name of run.session.clusters.names()) {
    const status = run.session.clusters.status(name);
    if (!status) continue;
    print(
      `\n${name}: the control plane ${status.running ? "keeps running" : "is not whole"} at ${status.server}`,
    );
    print(`  look     export KUBECONFIG=${status.kubeconfigFile}; kubectl get pods -A -o wide`);
    print(`  state    ${again(run.options, "export")}`);
    print(`  end      ${again(run.options, "down")}`);
  }
}

/** A cluster that no program of ours made: for the real CLI, a real operator, or the example of an existing cluster. */
async function cluster(run: Run): Promise<number> {
  const { session, options, screen, signal } = run;
  const resourceGroupName = "existing";
  const clusterName = "existing";
  const { registerCluster } = await import("./azure.js");
  const fqdn = await registerCluster(
    session.azure,
    {
      resourceGroupName,
      clusterName,
      location: "westeurope",
      ...clusterModes[options.mode],
      kubeProxy: options.kubeProxy,
      pools: [{ name: "system", count: options.nodes ?? 3, mode: "System" as const, osSku: "Ubuntu" }],
    },
    (line) => screen.note(line),
    signal,
  );
  screen.close();
  const status = session.clusters.status(clusterName)!;
  print(`\nexport KUBECONFIG=${status.kubeconfigFile}`);
  print(`# API server host for CalicoEbpfDataplane's apiServerHost: ${fqdn}`);
  print(`# in Azure: resource group ${resourceGroupName}, cluster ${clusterName}, made for ${options.mode}`);
  print(`# to end it: ${again(run.options, "down")}`);
  return exit.ok;
}

const noStack = (options: Options) =>
  new Refusal(
    `there is no stack ${options.stack} in ${options.stateRoot}`,
    "it was never brought up, or `down` removed it",
    again(options, "up"),
  );

/** Verbs that need what an earlier one has left; on a stack that is not there they must not make a folder for it. */
const needStack: readonly Options["verb"][] = ["verify", "export", "refresh", "destroy"];

/** Verbs that speak to the stack's control planes, and whether they change anything: what has died is started first. */
const needRunning: Partial<Record<Options["verb"], boolean>> = {
  rehearse: true,
  preview: false,
  up: true,
  refresh: true,
  verify: false,
  destroy: true,
};

const work: Record<Options["verb"], (run: Run) => Promise<number>> = {
  async rehearse(run) {
    const code = await up(run);
    const checked = code === exit.ok ? await table(run) : code;
    whereabouts(run);
    return checked;
  },
  up,
  preview: async ({ session }) => codeOf(await session.engine.preview()),
  refresh: async ({ session }) => codeOf(await session.engine.refresh()),
  verify: table,
  destroy: async ({ session }) => codeOf(await session.engine.destroy()),
  async export(run) {
    const state = run.session.engine.exportStack();
    if (!state) throw noStack(run.options);
    print(JSON.stringify(state, undefined, 4));
    return exit.ok;
  },
  async down({ session, options }) {
    const names = session.clusters.names();
    await session.down();
    print(
      `stack ${options.stack} is gone${names.length > 0 ? `: ended ${names.join(", ")}` : "; nothing was running"}`,
    );
    return exit.ok;
  },
  cluster,
};

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv, root);
  if (options === "help") {
    print(help);
    return exit.ok;
  }
  if (!fs.existsSync(path.join(options.stateRoot, options.stack))) {
    if (needStack.includes(options.verb)) throw noStack(options);
    if (options.verb === "down") {
      print(`there is no stack ${options.stack}; nothing was running`);
      return exit.ok;
    }
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(exit.cancelled);
      process.stderr.write(`\n${signal}: stopping in good order; once more ends at once\n`);
      stop.abort();
    });
  }
  const screen = screenFor(process.stdout);
  // Only now: a wrong word or --help need not wait for the SDKs behind it.
  const { openSession } = await import("./session.js");
  const session = openSession({
    ...options,
    events: (event) => screen.event(event),
    progress: (line) => screen.note(line),
    interrupt: () => process.kill(process.pid, "SIGINT"),
    signal: stop.signal,
  });
  try {
    const changing = needRunning[options.verb];
    if (changing !== undefined) await session.resume(options.verb, changing);
    const code = await work[options.verb]({ options, session, screen, signal: stop.signal });
    await session.settle();
    return code;
  } catch (error) {
    if (stop.signal.aborted) return exit.cancelled;
    throw error;
  } finally {
    screen.close();
  }
}

/** Ends the process when all that was written has been taken: a pipe takes a long text in pieces. */
function leave(code: number): void {
  process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
}

main(process.argv.slice(2)).then(leave, (error: unknown) => {
  const usage = error instanceof UsageError;
  // DEBUG=1 shows where an error came from; without it the sentence is what helps.
  process.stderr.write(`error: ${process.env.DEBUG ? (error as Error).stack : messageOf(error)}\n`);
  leave(usage ? exit.usage : exit.failed);
});
