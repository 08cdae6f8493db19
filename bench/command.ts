// Running commands to their end: any command, and the CLI's on a stack of the rehearsal.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { prepare, variables } from "../rehearsal/pulumi/run";
import { readFolder } from "../rehearsal/stack";

export const root = path.dirname(__dirname);
/** No command of a benchmark takes longer. */
const limitMs = 60 * 60_000;

export const now = () => performance.now() / 1000;
export const say = (line: string) => console.error(line);

export interface CommandOptions {
  readonly signal: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  /** Told each line of its output. */
  readonly line?: (line: string) => void;
  readonly started?: (pid: number) => void;
}

/** @returns the seconds that it took. @throws Error with its last lines where it fails */
export async function command(
  file: string,
  args: readonly string[],
  { signal, env, line, started }: CommandOptions,
): Promise<number> {
  signal.throwIfAborted();
  const start = now();
  // A group of its own, so that what the command has started (a shell's `sleep`) ends with it.
  const child = spawn(file, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    detached: true,
  });
  const end = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGTERM");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  };
  const limit = setTimeout(end, limitMs);
  signal.addEventListener("abort", end);
  if (child.pid !== undefined) started?.(child.pid);
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const one of lines) {
        last.push(one);
        if (last.length > 30) last.shift();
        line?.(one);
      }
    });
  }
  const [code] = await once(child, "close").finally(() => {
    clearTimeout(limit);
    signal.removeEventListener("abort", end);
  });
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`${path.basename(file)} ended with exit code ${code}:\n${last.join("\n")}`);
  return now() - start;
}

/** Runs a command of the CLI alone, without the rehearsal's own command line around it. */
export type Pulumi = (args: readonly string[], options: CommandOptions) => Promise<number>;

/** @param folder what the stack leaves lies there; its last part is the stack's name */
export async function openStack(projectDir: string, folder: string): Promise<Pulumi> {
  const ready = await prepare(readFolder(folder), projectDir, { progress: say });
  return (args, options) =>
    command(ready.engine.cli, args, { ...options, env: { ...variables(ready, args[0]), ...options.env } });
}

/** A command of the rehearsal, as a user types it. */
export const rehearsal = (stateRoot: string, args: readonly string[], options: CommandOptions) =>
  command("npm", ["run", "--silent", "rehearse", "--", "--state-dir", stateRoot, ...args], options);
