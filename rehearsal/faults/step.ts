// One command of the CLI in a run: what goes wrong in it is let loose by its event log.
import fs from "node:fs";
import path from "node:path";
import { type Fault, Faults } from ".";
import { clustersOf } from "../stack";
import { withAbsoluteFiles } from "../pulumi/arguments";
import { eventLogVariable, followEvents } from "../pulumi/eventLog";
import { type Ready, run } from "../pulumi/run";

export async function runStep(
  ready: Ready,
  projectDir: string,
  args: readonly string[],
  { faults }: { readonly faults: readonly Fault[] },
  say: (line: string) => void,
): Promise<number> {
  const words = withAbsoluteFiles(args, projectDir);
  if (!faults.some(({ at }) => at !== undefined)) return run(ready, words);
  let pid: number | undefined;
  const clusters = await clustersOf(ready.stack, say);
  const active = new Faults(faults, clusters, (signal) => pid && process.kill(pid, signal), say);
  const log = path.join(ready.stack.folder, "events.jsonl");
  fs.rmSync(log, { force: true });
  const end = followEvents(log, (event) => active.see(event));
  try {
    const started = (child: number) => (pid = child);
    return await run(ready, [...words, "--event-log", log], { started, env: eventLogVariable });
  } finally {
    end();
    await active.settle();
  }
}
