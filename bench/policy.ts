// What the policy pack adds to a preview: seconds, and by the growth of the stack milliseconds a resource.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openStack, root, say } from "./command";
import { fleetProgram, type Preview, preview } from "./fleet";
import { machine, median, ms, ratio, seconds, table } from "./numbers";
import { cpuOf } from "./processes";

/** CPU of those who work when a resource is judged: the pack and the CLI, which hands it over. */
const judging = ({ uses }: Preview): number =>
  (uses.get("policy pack")?.cpu ?? 0) + (uses.get("CLI")?.cpu ?? 0);

export async function benchPolicy(
  runs: number,
  signal: AbortSignal,
  sizes: readonly number[],
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-policy-"));
  try {
    console.log(`${machine()}; ${runs} round${runs === 1 ? "" : "s"}`);
    const pulumi = await openStack(fleetProgram, path.join(folder, "policy"));
    const pack = ["--policy-pack", path.join(root, "policy")];
    // As advice: the program does not keep to all of them, and its preview would fail.
    const all = path.join(folder, "all.json");
    fs.writeFileSync(all, JSON.stringify({ all: "advisory" }));
    const configurations: Record<string, string[]> = {
      without: [],
      "the pack's own levels": pack,
      "every policy": [...pack, "--policy-pack-config", all],
    };
    const rows: string[][] = [];
    const added = new Map<string, { resources: number; cpu: number }[]>();
    for (const clusters of sizes) {
      const seen = new Map(Object.keys(configurations).map((name): [string, Preview[]] => [name, []]));
      // The round before the first fills the caches.
      for (let round = 0; round <= runs; round++) {
        const turns = Object.entries(configurations);
        // The one that goes later finds warmer caches.
        for (const [name, args] of round % 2 === 0 ? turns : turns.reverse()) {
          const one = await preview(pulumi, { kind: "ours", count: clusters }, signal, args);
          if (round > 0) seen.get(name)!.push(one);
        }
        say(`${clusters} clusters: round ${round} of ${runs} is done`);
      }
      const middle = (name: string, of: (one: Preview) => number) => median(seen.get(name)!.map(of));
      const compared = (name: string, of: (one: Preview) => number) => [
        seconds(middle(name, of), 2),
        ratio(middle(name, of), middle("without", of)),
      ];
      for (const name of Object.keys(configurations)) {
        const { resources } = seen.get(name)![0];
        const cpu = middle(name, judging);
        const point = { resources, cpu: cpu - middle("without", judging) };
        added.set(name, [...(added.get(name) ?? []), point]);
        const wall = compared(name, (one) => one.seconds);
        const used = compared(name, ({ uses }) => cpuOf(uses));
        rows.push([`${resources} resources, ${name}`, ...wall, ...used, seconds(cpu, 2)]);
      }
    }
    console.log(
      `\n${table(["preview", "median", "/ without", "CPU", "/ without", "CPU of pack and CLI"], rows)}`,
    );
    for (const [name, points] of added) {
      const [first, last] = [points[0], points.at(-1)!];
      if (name === "without" || first === last) continue;
      const each = (last.cpu - first.cpu) / (last.resources - first.resources);
      const start = first.cpu - each * first.resources;
      console.log(`${name}: ${ms(1000 * start)} of CPU once, ${(1000 * each).toFixed(2)} ms a resource`);
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
