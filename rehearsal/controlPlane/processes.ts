// Which processes are ours, and how to end exactly those. A pid alone proves nothing (pids are used again), so a
// process counts as ours only by its command line, which bears the cluster's own folder.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { until } from "./wait";

export interface RunningProcess {
  readonly pid: number;
  /** Command line, words joined by one blank. */
  readonly command: string;
}

/** When the process began, as the system tells it; undefined = there is no such process. */
export function startTime(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    if (process.platform !== "linux") {
      return (
        execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined
      );
    }
    // The name in field 2 may hold blanks and brackets: count from the last bracket. Field 22 is the start time
    // (proc(5)), field 3 the state, field 20 the threads. A zombie has ended already, unless threads of it are still
    // dying: they hold its sockets.
    const fields = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop()!.split(" ");
    return fields[0] === "Z" && Number(fields[17]) <= 1 ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Every process whose command line contains `mark`. */
export function processesWith(mark: string): RunningProcess[] {
  const all =
    process.platform === "linux"
      ? fs
          .readdirSync("/proc")
          .filter((name) => /^\d+$/.test(name))
          .map((name) => ({ pid: Number(name), command: commandLine(name) }))
      : execFileSync("ps", ["-axww", "-o", "pid=,command="], { encoding: "utf8", maxBuffer: 64 << 20 })
          .split("\n")
          .map((line) => ({ pid: parseInt(line, 10), command: line.trim().replace(/^\d+\s+/, "") }));
  return all.filter(({ pid, command }) => pid !== process.pid && command.includes(mark));
}

function commandLine(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0+$/, "").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** True for a process that has not got its command line yet: for a moment during exec it has none, long on a busy machine. */
export const isBeginning = (pid: number): boolean =>
  startTime(pid) !== undefined && commandLine(String(pid)) === "";

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * Ends every process that `find` reports and waits until they are gone: SIGTERM, and SIGKILL to what is still there
 * after `graceSeconds`. `find` is asked again before each signal, so that a pid taken over by a stranger is spared.
 */
export async function end(find: () => RunningProcess[], graceSeconds: number): Promise<void> {
  const dying = new Map<number, string | undefined>();
  // A dying process loses its command line before its sockets: gone is only what has no start time any more.
  const gone = () =>
    [...dying].every(([pid, started]) => started === undefined || startTime(pid) !== started);
  for (const [signal, seconds] of [["SIGTERM", graceSeconds] as const, ["SIGKILL", 10] as const]) {
    if (signal === "SIGTERM" && seconds === 0) continue;
    for (const { pid } of find()) {
      dying.set(pid, startTime(pid));
      signalTo(pid, signal);
    }
    try {
      await until("processes to end", async () => (gone() && find().length === 0 ? true : undefined), {
        seconds,
        everyMs: 20,
      });
      return;
    } catch (error) {
      if (signal === "SIGKILL") throw error;
    }
  }
}

/** The last lines of a log, for an error message. */
export function tail(file: string, lines = 12): string {
  try {
    const size = fs.statSync(file).size;
    const handle = fs.openSync(file, "r");
    const buffer = Buffer.alloc(Math.min(size, 16_384));
    fs.readSync(handle, buffer, 0, buffer.length, size - buffer.length);
    fs.closeSync(handle);
    return buffer.toString("utf8").trimEnd().split("\n").slice(-lines).join("\n");
  } catch {
    return "(no log)";
  }
}
