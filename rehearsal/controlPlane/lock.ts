// A lock between processes: a folder (mkdir is atomic) that holds its owner's pid, so that a lock whose owner was
// killed is broken instead of blocking everybody for ever.
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startTime } from "./processes";

/** A living owner? The start time tells it from a stranger who got the same pid later. */
function ownerLives(folder: string): boolean | undefined {
  let owner: string;
  try {
    owner = fs.readFileSync(path.join(folder, "owner"), "utf8");
  } catch {
    return undefined;
  }
  const [pid, started] = owner.split("\n");
  return startTime(Number(pid)) === started;
}

/** Runs `work` while holding the lock `folder`; `waiting` is called once if somebody else holds it. */
export async function withLock<T>(folder: string, waiting: () => void, work: () => Promise<T>): Promise<T> {
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  // Filled before it is moved to its place: a lock without an owner is never seen, so it can never be orphaned.
  const mine = fs.mkdtempSync(`${folder}.`);
  fs.writeFileSync(path.join(mine, "owner"), `${process.pid}\n${startTime(process.pid)}`);
  try {
    for (let said = false; ;) {
      try {
        fs.renameSync(mine, folder);
        break;
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
      }
      if (ownerLives(folder) === false) {
        breakLock(folder);
        continue;
      }
      if (!said) waiting();
      said = true;
      await pause(100);
    }
  } catch (error) {
    fs.rmSync(mine, { recursive: true, force: true });
    throw error;
  }
  const release = () => breakLock(folder);
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.removeListener("exit", release);
    release();
  }
}

/** Moved aside first, so that of several processes that break the same lock only one does. */
function breakLock(folder: string): void {
  const aside = `${folder}.broken-${process.pid}-${Date.now()}`;
  try {
    fs.renameSync(folder, aside);
  } catch {
    return;
  }
  fs.rmSync(aside, { recursive: true, force: true });
}
