// A lock between processes: a file that names its owner, so that a lock whose owner was killed is broken instead of
// blocking everybody for ever.
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startTime } from "./processes";

/** False = its owner is gone. The start time tells it from a stranger who got the same pid later. */
function ownerLives(file: string): boolean {
  try {
    const [pid, started] = fs.readFileSync(file, "utf8").split("\n");
    return startTime(Number(pid)) === started;
  } catch {
    // Let go of just now.
    return true;
  }
}

/** Moved aside first, so that of several processes that break the same lock only one does. */
function breakLock(file: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    fs.renameSync(file, aside);
    fs.rmSync(aside);
  } catch {
    // Somebody else has.
  }
}

/** Runs `work` while holding the lock `file`; `waiting` is called once if somebody else holds it. */
export async function withLock<T>(file: string, waiting: () => void, work: () => Promise<T>): Promise<T> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // Filled before it is linked to its place: a lock without an owner is never seen.
  const mine = `${file}.${randomUUID()}`;
  fs.writeFileSync(mine, `${process.pid}\n${startTime(process.pid)}`);
  try {
    for (let said = false; ;) {
      try {
        fs.linkSync(mine, file);
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      if (!ownerLives(file)) {
        breakLock(file);
        continue;
      }
      if (!said) waiting();
      said = true;
      await pause(100);
    }
  } finally {
    fs.rmSync(mine);
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
