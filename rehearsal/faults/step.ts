// One command of the CLI in a run. Its event log lets loose what is to go wrong in it, and stays for `report`.
import fs from "node:fs";
import { type Fault, Faults } from ".";
import { clustersOf } from "../stack";
import { withAbsoluteFiles } from "../pulumi/arguments";
import { eventLogIn, eventLogVariable, followEvents } from "../pulumi/eventLog";
import { type Ready, run } from "../pulumi/run";

const logged = ["up", "refresh", "destroy"];

export async function runStep(
  ready: Ready,
  projectDir: string,
  args: readonly string[],
  { faults }: { readonly faults: readonly Fault[] },
  say: (line: string) => void,
): Promise<number> {
  const words = withAbsoluteFiles(args, projectDir);
  if (!logged.includes(args[0])) return run(ready, words);
  const log = eventLogIn(ready.stack.folder);
  fs.rmSync(log, { force: true });
  if (!faults.some(({ at }) => at !== undefined)) {
    const hasOwn = words.some((word) => /^--event-log(=|$)/.test(word));
    return run(ready, hasOwn ? words : [...words, "--event-log", log], { env: eventLogVariable });
  }
  let pid: number | undefined;
  const clusters = await clustersOf(ready.stack, say);
  const active = new Faults(faults, clusters, (signal) => pid && process.kill(pid, signal), say);
  const end = followEvents(log, (event) => active.see(event));
  try {
    const started = (child: number) => (pid = child);
    return await run(ready, [...words, "--event-log", log], { started, env: eventLogVariable });
  } finally {
    end();
    await active.settle();
  }
}
