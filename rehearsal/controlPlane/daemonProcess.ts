import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { alive, processesOf } from "./components";
import type { Layout } from "./kwok";
import { end, isBeginning } from "./processes";

/** Starts the cluster's daemon, detached, unless it runs. Its folder stands in its command line, which marks it. */
export function startDaemon(where: Layout): void {
  if (alive(where, "daemon")) return;
  const log = fs.openSync(where.daemonLog, "a");
  const script = path.join(__dirname, "daemon.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, `${where.folder}${path.sep}`], {
    cwd: path.dirname(__dirname),
    detached: true,
    stdio: ["ignore", log, log],
  });
  fs.closeSync(log);
  child.unref();
  if (child.pid) fs.writeFileSync(pidFile(where), String(child.pid));
}

const pidFile = (where: Layout) => path.join(where.folder, "daemon.pid");

/** True also while it is only just beginning, and cannot be told by its command line yet. */
export function daemonLives(where: Layout): boolean {
  if (alive(where, "daemon")) return true;
  return fs.existsSync(pidFile(where)) && isBeginning(Number(fs.readFileSync(pidFile(where), "utf8")));
}

/** Ends the daemon; `graceSeconds` 0 = kill -9. */
export async function endDaemon(where: Layout, graceSeconds = 5): Promise<void> {
  await end(() => processesOf(where, "daemon"), graceSeconds);
}
