// What the policy pack adds to a preview: its share of the time, and milliseconds of CPU a resource.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openStack, root, say } from "./command";
import { fleetProgram, type Preview, preview } from "./fleet";
import { machine, median, ratio, seconds, table } from "./numbers";
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
        const beyond = (of: (one: Preview) => number) => middle(name, of) - middle("without", of);
        const wall = compared(name, (one) => one.seconds);
        const used = compared(name, ({ uses }) => cpuOf(uses));
        const share = `${Math.round((100 * beyond((one) => one.seconds)) / middle(name, (one) => one.seconds))} %`;
        const added = `${((1000 * beyond(judging)) / resources).toFixed(2)} ms`;
        rows.push([`${resources} resources, ${name}`, ...wall, share, ...used, added]);
      }
    }
    const head = [
      "preview",
      "median",
      "/ without",
      "share of the pack",
      "CPU",
      "/ without",
      "pack's CPU a resource",
    ];
    console.log(`\n${table(head, rows)}`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
