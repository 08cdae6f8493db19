// Which processes are ours, and how to end exactly those. A pid alone proves nothing (pids are used again), so a
// process counts as ours only by its command line, which bears the cluster's own folder.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import { until } from "./wait";

export interface RunningProcess {
  readonly pid: number;
  /** When it began, as the system tells it: a later process of the same pid began at another time. */
  readonly started: string;
  /** Command line, words joined by one blank; empty for a moment while a process begins, and when it has ended. */
  readonly command: string;
}

function fromProc(pid: string): RunningProcess | undefined {
  try {
    // The name in field 2 may hold blanks and brackets: count from the last bracket. Field 3 is the state, 20 the number
    // of threads, 22 the start (proc(5)). A zombie has ended, unless threads of it still die: they hold its sockets.
    const fields = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop()!.split(" ");
    if (fields[0] === "Z" && Number(fields[17]) <= 1) return undefined;
    const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0+$/, "").replaceAll("\0", " ");
    return { pid: Number(pid), started: fields[19], command };
  } catch {
    return undefined;
  }
}

/** Where there is no /proc. */
function fromPs(line: string): RunningProcess | undefined {
  const [, pid, started, command] = /^\s*(\d+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(line) ?? [];
  return pid ? { pid: Number(pid), started, command } : undefined;
}

function allProcesses(): RunningProcess[] {
  const all = fs.existsSync("/proc/self/stat")
    ? fs.readdirSync("/proc").map((name) => (/^\d+$/.test(name) ? fromProc(name) : undefined))
    : execFileSync("ps", ["-axww", "-o", "pid=,lstart=,command="], { encoding: "utf8", maxBuffer: 64 << 20 })
        .split("\n")
        .map(fromPs);
  return all.filter((one) => one !== undefined);
}

export const startTime = (pid: number): string | undefined =>
  allProcesses().find((one) => one.pid === pid)?.started;

export const processesWith = (mark: string): RunningProcess[] =>
  allProcesses().filter(({ pid, command }) => pid !== process.pid && command.includes(mark));

/** kill -9 to every process that `find` reports, until it reports none and they and their sockets are gone. */
export async function kill(find: () => RunningProcess[]): Promise<void> {
  for (let found = find(); found.length > 0; found = find()) {
    for (const { pid } of found) {
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
    const dying = new Map(found.map(({ pid, started }) => [pid, started]));
    // A dying process loses its command line before its sockets: gone is only what is listed no more.
    const gone = () => !allProcesses().some(({ pid, started }) => dying.get(pid) === started);
    await until("processes to end", async () => gone() || undefined, { seconds: 10, everyMs: 20 });
  }
}

/** Starts a process that outlives this one, its output added to `log`. */
export function startDetached(
  program: string,
  args: readonly string[],
  log: string,
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): void {
  const output = fs.openSync(log, "a");
  const stdio = ["ignore" as const, output, output];
  const child = spawn(program, args, { cwd, detached: true, stdio, env: { ...process.env, ...env } });
  fs.closeSync(output);
  child.unref();
  // A process that is not there after all is found by whoever waits for it; nobody listens here.
  child.on("error", () => undefined);
}

export function tail(file: string): string {
  if (!fs.existsSync(file)) return "(no log)";
  return fs.readFileSync(file, "utf8").trimEnd().split("\n").slice(-12).join("\n");
}
