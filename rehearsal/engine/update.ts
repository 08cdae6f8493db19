// `up` and `preview`: one run of the program from its start to the deletion of what it no longer wants.
import type { Analyzers } from "./analyzer";
import { Failed, type Context } from "./context";
import { deleteAll, refuseProtected } from "./deletes";
import { Deployment } from "./deployment";
import type { EngineOptions } from "./index";
import { warnOfInterrupted } from "./interrupted";
import { runProgram } from "./language";
import { Monitor } from "./monitor";
import type { Project } from "./project";
import type { Providers } from "./providers";
import { adoptLeftovers, refreshAll } from "./refresh";
import type { Snapshot } from "./snapshot";

interface ProgramRun {
  context: Context;
  snapshot: Snapshot;
  providers: Providers;
  project: Project;
  version: string;
  options: EngineOptions;
  parallel: number;
}

/** Runs the program, carries out what it registers, and deletes what it does not register any more. */
export async function update(run: ProgramRun): Promise<void> {
  const { context, snapshot, providers, project, options } = run;
  const { stack } = options;
  warnOfInterrupted(context, snapshot);
  if (options.refresh ?? project.refresh) await refreshAll({ context, snapshot, providers }, false);
  const { values: config, secretKeys } = project.config;
  const identity = { stack, project: project.name, config, secretKeys };
  const packs = await startAnalyzers(run);
  try {
    const analyzers = [...(options.analyzers ?? []), ...packs.analyzers];
    await runAndCarryOut(run, new Deployment(context, snapshot, providers, identity, analyzers));
  } finally {
    await packs.stop();
  }
}

/** Policy packs come up before the program, as in pkg/engine/update.go, newUpdateSource. */
async function startAnalyzers({ context, project, options }: ProgramRun): Promise<Analyzers> {
  if (!options.policyPacks) return { analyzers: [], stop: async () => undefined };
  const { name, config } = project;
  try {
    const started = await options.policyPacks({
      project: name,
      stack: options.stack,
      preview: context.dryRun,
      config: config.values,
      tags: stackTags(project),
      signal: context.signal,
    });
    context.policyPacks.push(...started.analyzers.flatMap(({ pack }) => pack ?? []));
    return started;
  } catch (error) {
    throw context.cancelled ? new Failed() : error;
  }
}

/** What the CLI would tag the stack with (pkg/backend/stack.go), all but what it reads from Git. */
function stackTags({ name, description, config }: Project): Record<string, string> {
  const configured = Object.entries(JSON.parse(config.values["pulumi:tags"] ?? "{}"));
  return {
    "pulumi:project": name,
    "pulumi:runtime": "nodejs",
    ...(description && { "pulumi:description": description }),
    ...Object.fromEntries(configured.map(([tag, value]) => [tag, String(value)])),
  };
}

async function runAndCarryOut(run: ProgramRun, deployment: Deployment): Promise<void> {
  const { context, snapshot, providers, project, version, options, parallel } = run;
  const { stack } = options;
  const monitor = new Monitor({
    context,
    deployment,
    stack,
    project: project.name,
    parallel,
    config: project.config,
    version: version.slice(1),
  });
  const end = programEnd(context, deployment);
  try {
    const failure = await runProgram({
      project,
      stack,
      dryRun: context.dryRun,
      parallel,
      address: await monitor.start(),
      env: options.env ?? process.env,
      signal: end.signal,
      output: (stream, line) => context.emit({ kind: "program-output", stream, line }),
    });
    await deployment.settled();
    if (context.stopping) throw new Failed();
    if (failure) throw context.fail(failure);
    if (failure === "") throw context.programFailed();
    // An exit in the middle looks like success, and would have everything deleted that was not yet registered.
    if (!monitor.finished)
      throw context.fail("the program ended before its end (process.exit?); nothing was deleted");
    await deployment.analyzeStack();
    await adoptLeftovers({ context, snapshot, providers });
    const unwanted = [...snapshot.olds];
    refuseProtected(unwanted);
    await deleteAll({ context, snapshot, providers }, unwanted);
  } finally {
    end.clear();
    await deployment.settled();
    await monitor.stop();
  }
}

/** How long a program may go on after a failure, before it is ended: it may be reporting something. */
const LAST_WORDS_MS = 2000;

/** When to end the program: at Ctrl-C at once, after a failure when it does not end by itself. */
function programEnd(context: Context, deployment: Deployment): { signal: AbortSignal; clear(): void } {
  const failed = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const later = async () => {
    await deployment.settled();
    if (!over) timer = setTimeout(() => failed.abort(), LAST_WORDS_MS);
  };
  context.stop.signal.addEventListener("abort", later, { once: true });
  const clear = () => {
    over = true;
    clearTimeout(timer);
    context.stop.signal.removeEventListener("abort", later);
  };
  return { signal: AbortSignal.any([context.signal, failed.signal]), clear };
}
