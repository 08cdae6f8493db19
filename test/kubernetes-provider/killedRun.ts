// An `up` in a process of its own, killed in the middle, and what of it outlives that.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startTime } from "../../rehearsal/host/processes";
import { eventually } from "./harness";

/** How long a process may outlive the engine. */
const LINGER_MS = 5000;

/**
 * Kills the run when it has told an event that matches.
 * @returns those of its processes that outlived it
 */
export async function killedRun(folder: string, when: RegExp): Promise<string[]> {
  const run = spawn(process.execPath, ["--import", "tsx", path.join(__dirname, "killable.ts"), folder], {
    cwd: path.resolve(__dirname, "../.."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise((resolve) => run.on("exit", resolve));
  let seen = "";
  run.stdout.on("data", (data) => (seen += data));
  let others: string[] = [];
  try {
    await eventually(() => when.test(seen), `the run to tell ${when}`);
    others = descendants(run.pid!);
    assert.ok(others.length > 0, "the program has a process of its own");
  } finally {
    run.kill("SIGKILL");
    await gone;
  }
  const deadline = Date.now() + LINGER_MS;
  const left = () => others.filter((one) => identityOf(parseInt(one)) === one);
  while (left().length > 0 && Date.now() < deadline) await sleep(50);
  const lingering = left();
  lingering.forEach((one) => process.kill(parseInt(one), "SIGKILL"));
  return lingering;
}

/** A process by its id and its start, since ids are used again; undefined = it has ended. */
function identityOf(pid: number): string | undefined {
  try {
    const start = startTime(pid);
    return start === undefined ? undefined : `${pid} ${path.basename(commandOf(pid))} ${start}`;
  } catch {
    return undefined;
  }
}

const commandOf = (pid: number) => fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim();

function descendants(pid: number): string[] {
  const children = fs.readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    const ids = fs.readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim();
    return ids === "" ? [] : ids.split(" ").map(Number);
  });
  return children.flatMap((child) => [identityOf(child)!, ...descendants(child)]);
}
