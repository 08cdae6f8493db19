// `report`: the page of `aks-calico-ebpf report` for a stack, from its export, its last event log and its checks.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { UsageError } from "../cli/exit";
import { readRun, type Run } from "../cli/report/events";
import { how, page } from "../cli/report/page";
import { readStack } from "../cli/report/stack";
import type { Report } from "../cli/status";
import { eventLogIn } from "./pulumi/eventLog";
import { type Ready, variables } from "./pulumi/run";

/** @returns the file */
export async function writeReport(ready: Ready, checks: readonly Report[]): Promise<string> {
  const { stack, engine } = ready;
  const text = execFileSync(engine.cli, ["stack", "export"], {
    encoding: "utf8",
    env: variables(ready, "stack"),
    maxBuffer: 1 << 28,
  });
  const run = lastRun(eventLogIn(stack.folder));
  const parts = { stack: readStack({ name: "the export", text, how: how.stack }), run, checks };
  const file = path.join(stack.folder, "report.html");
  fs.writeFileSync(file, await page(parts));
  return file;
}

/** An `up` that was refused in its preview, or answered with no, leaves a log of no run: the page goes without. */
function lastRun(log: string): Run | undefined {
  if (!fs.existsSync(log)) return undefined;
  try {
    return readRun({ name: log, text: fs.readFileSync(log, "utf8"), how: how.events });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`the page has no run: ${error.message}\n`);
    return undefined;
  }
}
