// The engine: runs an unmodified Pulumi program against the rehearsal's providers, without the Pulumi CLI.
import path from "node:path";
import type { AnalyzedRun, Analyzer, Analyzers } from "./analyzer";
import { Context, Failed } from "./context";
import { deleteAll, refuseProtected } from "./deletes";
import type { EngineEvent, Result, Step } from "./events";
import { warnOfInterrupted } from "./interrupted";
import { findSdk } from "./language";
import { lockStack } from "./lock";
import { readProject, type Project } from "./project";
import type { Props, Provider } from "./provider";
import { Providers } from "./providers";
import { adoptLeftovers, refreshAll } from "./refresh";
import { messageOf, Refusal } from "../refusal";
import { stackSecrets } from "./secrets";
import { Snapshot } from "./snapshot";
import { type ExportedDeployment, readExport } from "./state";
import { forProvider, masked } from "./values";
import { update } from "./update";
import { projectOf, STACK_TYPE } from "./urn";

export type {
  AnalyzedResource,
  AnalyzedRun,
  Analyzer,
  Analyzers,
  PolicyPackRef,
  PolicyRef,
  Remediation,
  Violation,
} from "./analyzer";
export type { Changes, EngineEvent, Failure, Result, Severity, Step, StepOp } from "./events";
export type { ExportedDeployment } from "./state";
export { Refusal } from "../refusal";
export { MASK } from "./values";

export interface EngineOptions {
  /** The folder with Pulumi.yaml. */
  projectDir: string;
  stack: string;
  /** The stack's own folder: state.json, the lock and, where the environment has none, the passphrase. */
  stateDir: string;
  providers: readonly Provider[];
  /** Operations at a time; default 16, as the CLI on most machines. */
  parallel?: number;
  events(event: EngineEvent): void;
  /** A step that has been shown begins when this is through. */
  beforeStep?(step: Step): Promise<void>;
  /** Ends the run: nothing new starts, what is under way is asked to stop. */
  signal?: AbortSignal;
  /** Overrides of the stack's configuration, `key` or `namespace:key`. */
  config?: Record<string, string>;
  /** The program's environment; default this process's. */
  env?: NodeJS.ProcessEnv;
  /** `up` and `preview` look at the live resources first (`--refresh`). */
  refresh?: boolean;
  analyzers?: readonly Analyzer[];
  /** Starts what judges an `up` or a `preview`, once a run. */
  policyPacks?(run: AnalyzedRun): Promise<Analyzers>;
}

type Verb = "preview" | "up" | "refresh" | "destroy";

interface Run {
  context: Context;
  snapshot: Snapshot;
  project: Project;
  version: string;
}

/** The CLI keeps the stacks of each project apart; here the folder of a stack is all there is. */
function refuseAnotherProgram(snapshot: Snapshot, project: Project, stack: string): void {
  const theirs = snapshot.all.map(({ urn }) => projectOf(urn)).find((name) => name !== project.name);
  if (theirs === undefined) return;
  throw new Refusal(
    `the stack '${stack}' is that of another program, ${theirs}`,
    `its resources would be deleted in favour of those of ${project.name}`,
    "take another --stack, or end that one with `down`",
  );
}

export class Engine {
  private readonly parallel: number;
  private readonly stateFile: string;

  constructor(private readonly options: EngineOptions) {
    this.parallel = options.parallel ?? 16;
    this.stateFile = path.join(options.stateDir, "state.json");
  }

  /** Says what `up` would do, and changes nothing. */
  preview(): Promise<Result> {
    return this.run("preview", (run) => this.update(run));
  }

  /** Makes the world as the program wants it. */
  up(): Promise<Result> {
    return this.run("up", (run) => this.update(run));
  }

  /** Brings the state in line with the live resources. */
  refresh(): Promise<Result> {
    return this.run("refresh", async (run) => {
      await refreshAll({ ...run, providers: this.providers(run.snapshot) }, true);
    });
  }

  /** Deletes everything in the state. */
  destroy(): Promise<Result> {
    return this.run("destroy", async (run) => {
      const { context, snapshot } = run;
      const providers = this.providers(snapshot);
      refuseProtected(snapshot.olds);
      warnOfInterrupted(context, snapshot);
      await adoptLeftovers({ context, snapshot, providers });
      await deleteAll({ context, snapshot, providers }, [...snapshot.olds]);
      context.stackOutputs = {};
    });
  }

  /** What `pulumi stack export` would print; undefined = the stack was never brought up. */
  exportStack(): ExportedDeployment | undefined {
    return readExport(this.stateFile);
  }

  /** The stack's outputs as of the last run. `showSecrets` decrypts them. */
  async outputs(showSecrets = false): Promise<Record<string, unknown>> {
    const snapshot = await this.open(true);
    const outputs = snapshot.all.find((one) => one.type === STACK_TYPE)?.outputs ?? {};
    return showSecrets ? forProvider(outputs) : masked(outputs);
  }

  private providers(snapshot: Snapshot): Providers {
    return new Providers(this.options.providers, snapshot);
  }

  private open(dryRun: boolean, version = "v0.0.0"): Promise<Snapshot> {
    const { stateDir, env = process.env } = this.options;
    return Snapshot.open({
      file: this.stateFile,
      version,
      dryRun,
      secrets: (salt) => stackSecrets(stateDir, salt, env),
    });
  }

  private async run(verb: Verb, work: (run: Run) => Promise<void>): Promise<Result> {
    const { options } = this;
    const begun = Date.now();
    const dryRun = verb === "preview";
    const signal = options.signal ?? new AbortController().signal;
    const context = new Context(dryRun, signal, options.events, this.parallel, options.beforeStep);
    let unlock = () => {};
    let snapshot: Snapshot | undefined;
    try {
      if (!dryRun) unlock = lockStack(options.stateDir, options.stack, verb);
      const env = options.env ?? process.env;
      const project = await readProject(options.projectDir, options.stack, options.config ?? {}, env);
      for (const key of project.config.secretKeys) context.hide(project.config.values[key]);
      const version = `v${findSdk(project.programFolder).version}`;
      snapshot = await this.open(dryRun, version);
      for (const { inputs, outputs } of snapshot.all) context.keepSecret([inputs, outputs]);
      context.stackOutputs = snapshot.all.find((one) => one.type === STACK_TYPE)?.outputs ?? {};
      refuseAnotherProgram(snapshot, project, options.stack);
      await work({ context, snapshot, project, version });
    } catch (error) {
      if (!(error instanceof Failed)) context.fail(messageOf(error));
    }
    try {
      await snapshot?.save();
    } catch (error) {
      context.fail(`the state could not be written: ${messageOf(error)}`);
    } finally {
      unlock();
    }
    const result: Result = {
      ok: context.failures.length === 0 && !context.cancelled,
      cancelled: context.cancelled,
      changes: context.changes,
      outputs: masked(context.stackOutputs) as Props,
      failures: context.failures,
      policyPacks: context.policyPacks,
      seconds: (Date.now() - begun) / 1000,
    };
    context.emit({ kind: "outputs", outputs: result.outputs });
    context.emit({ kind: "summary", result });
    return result;
  }

  private update(run: Run): Promise<void> {
    const { options, parallel } = this;
    return update({ ...run, options, parallel, providers: this.providers(run.snapshot) });
  }
}
