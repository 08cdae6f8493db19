// A lock between processes: a link that names its owner, so that a lock whose owner was killed is broken instead of
// blocking everybody for ever.
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startTime } from "./processes";

/** The start time tells a process from a stranger who got the same pid later. */
const nameOf = (pid: number) => `${pid} ${startTime(pid)}`;

/** Takes the lock, or breaks one whose owner is gone. @returns false = it is not ours yet */
function take(file: string): boolean {
  try {
    // Unlike a file, a link is never there without its owner's name.
    fs.symlinkSync(nameOf(process.pid), file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  try {
    const owner = fs.readlinkSync(file);
    const isGone = owner !== nameOf(parseInt(owner));
    // To look at all processes takes a while: somebody else may have broken it and taken his own by now.
    if (isGone && fs.readlinkSync(file) === owner) fs.rmSync(file);
  } catch {
    // Let go of just now.
  }
  return false;
}

/** Runs `work` while holding the lock `file`; `waiting` is called once if somebody else holds it. */
export async function withLock<T>(file: string, waiting: () => void, work: () => Promise<T>): Promise<T> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (let said = false; !take(file); said = true) {
    if (!said) waiting();
    await pause(100);
  }
  const release = () => fs.rmSync(file, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.removeListener("exit", release);
    release();
  }
}
