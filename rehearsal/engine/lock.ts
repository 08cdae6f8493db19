// One run a stack at a time. The lock names the process that holds it, so that one left by a dead process does not
// keep the next run out.
import fs from "node:fs";
import path from "node:path";
import { startTime } from "../host/processes";
import { Refusal } from "../refusal";

function isAlive(holder: { pid: number; start?: string }): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return holder.start === undefined || startTime(holder.pid) === holder.start;
}

/** @throws Refusal while another living process holds the lock. @returns what gives it back. */
export function lockStack(folder: string, stack: string, verb: string): () => void {
  const file = path.join(folder, "lock");
  fs.mkdirSync(folder, { recursive: true });
  const mine = { pid: process.pid, start: startTime(process.pid), verb, since: new Date().toISOString() };
  // Written aside and linked into place, so that a lock is never seen half written.
  const aside = path.join(folder, `lock.${process.pid}.${Math.random().toString(36).slice(2)}`);
  fs.writeFileSync(aside, JSON.stringify(mine));
  try {
    for (;;) {
      try {
        fs.linkSync(aside, file);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      breakStale(file, stack);
    }
  } finally {
    fs.rmSync(aside, { force: true });
  }
  return () => fs.rmSync(file, { force: true });
}

function breakStale(file: string, stack: string): void {
  let holder: any;
  try {
    holder = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    holder = undefined;
  }
  if (holder !== undefined && isAlive(holder)) {
    throw new Refusal(
      `the stack '${stack}' is in use by process ${holder.pid} ('${holder.verb}' since ${holder.since})`,
      "two runs at once would overwrite each other's state",
      `wait until it has ended, or end it (kill -INT ${holder.pid}), then run this again`,
    );
  }
  // Renamed first: of two processes that both found it stale, only one removes it, and neither a fresh one.
  const stale = `${file}.stale.${process.pid}`;
  try {
    fs.renameSync(file, stale);
    const moved = JSON.parse(fs.readFileSync(stale, "utf8"));
    // Another process may have broken it in between and taken the lock: that one is put back.
    if (moved.pid !== holder?.pid && isAlive(moved)) fs.renameSync(stale, file);
    else fs.rmSync(stale, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" && !(error instanceof SyntaxError)) throw error;
    fs.rmSync(stale, { force: true });
  }
}
