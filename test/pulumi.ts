// Stacks of programs that the real CLI runs, for tests: a command, and what it printed, told in its event log and left.
import { spawn } from "node:child_process";
import fs from "node:fs";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { dump, load } from "js-yaml";
import { eventLogIn, eventLogVariable, followEvents, readEvents } from "../rehearsal/pulumi/eventLog";
import { prepare, type Ready, stateFile, variables } from "../rehearsal/pulumi/run";
import { readFolder } from "../rehearsal/stack";

export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly custom: boolean;
  readonly inputs: Record<string, any>;
  readonly outputs: Record<string, any>;
  readonly [key: string]: any;
}

/** How a command of the CLI ended. */
export interface Ended {
  readonly code: number;
  readonly ok: boolean;
  /** What it printed. */
  readonly text: string;
  readonly events: readonly EngineEvent[];
  /** Number of resources by what was (or, in a preview, would be) done to them, without those that stayed the same. */
  readonly changes: Record<string, number>;
}

export interface Interference {
  /** Sees every event as it comes. */
  readonly onEvent?: (event: EngineEvent, pid: number) => void;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export const nameOf = (urn: string): string => urn.split("::").at(-1)!;

export class CliStack {
  private constructor(readonly ready: Ready) {}

  /** @param folder what the stack leaves lies there; its last part is the stack's name */
  static async open(projectDir: string, folder: string): Promise<CliStack> {
    const progress = (line: string) => console.log(`      ${line}`);
    return new CliStack(await prepare(readFolder(folder), projectDir, { progress }));
  }

  /** The stack's settings are exactly these, whatever a run before has set. */
  configure(config: Record<string, unknown>): void {
    const { configFile, name } = this.ready.project;
    const { config: _, ...salt } = load(fs.readFileSync(configFile, "utf8")) as Record<string, unknown>;
    const entries = Object.entries(config).map(([key, value]) => [
      key.includes(":") ? key : `${name}:${key}`,
      value,
    ]);
    fs.writeFileSync(configFile, dump({ ...salt, config: Object.fromEntries(entries) }));
  }

  /** Runs one command to its end, without a terminal. */
  async run(command: string, { onEvent, args = [], env }: Interference = {}): Promise<Ended> {
    const log = eventLogIn(this.ready.stack.folder);
    fs.rmSync(log, { force: true });
    const logged = ["up", "preview", "refresh", "destroy"].includes(command);
    const words = [...command.split(" "), ...(logged ? ["--event-log", log] : []), ...args];
    const child = spawn(this.ready.engine.cli, words, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...variables(this.ready, command), ...eventLogVariable, ...env },
    });
    let text = "";
    child.stdout.on("data", (data) => (text += data));
    child.stderr.on("data", (data) => (text += data));
    const end = onEvent && followEvents(log, (event) => onEvent(event, child.pid!));
    const code = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (exit) => resolve(exit ?? 137));
    });
    end?.();
    const events = readEvents(log);
    const summary = events.find((event) => event.summaryEvent)?.summaryEvent?.resourceChanges ?? {};
    const { same: _, ...changes } = summary;
    return { code, ok: code === 0, text, events, changes };
  }

  up(config?: Record<string, unknown>, how: Interference = {}): Promise<Ended> {
    if (config) this.configure(config);
    return this.run("up", { ...how, args: ["--yes", "--skip-preview", ...(how.args ?? [])] });
  }

  preview(config?: Record<string, unknown>, how: Interference = {}): Promise<Ended> {
    if (config) this.configure(config);
    return this.run("preview", how);
  }

  destroy(how: Interference = {}): Promise<Ended> {
    return this.run("destroy", { ...how, args: ["--yes", "--skip-preview", ...(how.args ?? [])] });
  }

  refresh(how: Interference = {}): Promise<Ended> {
    return this.run("refresh", { ...how, args: ["--yes", "--skip-preview", ...(how.args ?? [])] });
  }

  /** The resources in the state. */
  state(): Resource[] {
    return JSON.parse(fs.readFileSync(stateFile(this.ready), "utf8")).checkpoint?.latest?.resources ?? [];
  }

  names(): string[] {
    return this.state().map(({ urn }) => nameOf(urn));
  }
}

/** The place of a step's beginning or end among the events; -1 = there was none. */
export function at(ended: Ended, kind: "begin" | "end", name: string): number {
  const key = kind === "begin" ? "resourcePreEvent" : "resOutputsEvent";
  return ended.events.findIndex((event) => {
    const step = event[key];
    return step !== undefined && !step.planning && nameOf(step.metadata.urn) === name;
  });
}

/** What the CLI told of errors and warnings, without colours. */
export const messages = ({ events }: Ended): string =>
  events
    .flatMap(({ diagnosticEvent: one }) => (one && (one.severity as string) !== "debug" ? [one.message] : []))
    .join("\n")
    .replace(/<\{%.*?%\}>/g, "");
