// `aks-calico-ebpf report`: what a stack is made of, how its last run went, and what was found, as one HTML page.
import fs from "node:fs";
import { Ended, exit, UsageError } from "../exit";
import { readChecks } from "./checks";
import { readRun } from "./events";
import { readSource } from "./input";
import { how, page } from "./page";
import { placeOf, readStack } from "./stack";

export interface ReportOptions {
  /** A file that `pulumi stack export` has written; `-` = standard input, as for the others. */
  stack: string;
  /** An event log. */
  events?: string;
  /** Files of `status -o json` and `connectivity -o json`. */
  status?: readonly string[];
  /** `-` = standard output. */
  output: string;
}

/** Runs the command. @returns its exit code. @throws Ended where a file is not what it is meant to be, or cannot be written */
export async function report({ stack: file, events, status = [], output }: ReportOptions): Promise<number> {
  if ([file, events, ...status].filter((one) => one === "-").length > 1)
    throw new UsageError("standard input holds one of the files, not several", "write the others into files");
  const stack = readStack(readSource(file, how.stack));
  const run = events === undefined ? undefined : readRun(readSource(events, how.events));
  const checks = status.map((one) => readChecks(readSource(one, how.status)));
  const [ours, theirs] = [placeOf(stack.resources), run && placeOf(run.steps)];
  if (ours && theirs && ours.join() !== theirs.join())
    throw new UsageError(
      `${events} is a log of the stack ${theirs.join(", project ")}, and ${file} holds ${ours.join(", project ")}`,
      "give the log of a run of the same stack",
    );
  if (run && run.result === undefined)
    process.stderr.write(`${events} breaks off: the page has what is there\n`);
  const text = await page({ stack, run, checks });
  if (output === "-") process.stdout.write(text);
  else write(output, text);
  return exit.ok;
}

function write(file: string, text: string): void {
  try {
    fs.writeFileSync(file, text);
  } catch (error) {
    const advice = "name another file: `-o FILE`, or `-o -` for standard output";
    throw new Ended(`the page cannot be written: ${(error as Error).message}`, advice, exit.failed);
  }
  process.stderr.write(`${file} is written\n`);
}
