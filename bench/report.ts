// How long `aks-calico-ebpf report` takes to make a page, and Chromium to load it. A rehearsed stack is the material; its
// cluster is multiplied until there are as many resources as asked for.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { readStack } from "../cli/report/stack";
import { eventLogIn } from "../rehearsal/pulumi/eventLog";
import { openBrowser } from "../test/cli/chromium";
import { manyClusters } from "../test/cli/manyClusters";
import { now, rehearsal, say } from "./command";
import { machine, median, seconds, table } from "./numbers";
import { bundle } from "./status";

export async function benchReport(
  runs: number,
  signal: AbortSignal,
  sizes: readonly number[],
): Promise<void> {
  const browser = await openBrowser();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-report-"));
  const file = (name: string) => path.join(folder, name);
  try {
    console.log(`${machine()}; ${runs} rounds\n`);
    const run = (...args: string[]) => rehearsal(folder, ["--stack", "report", ...args], { signal });
    await run("up", "--yes");
    await run("pulumi", "stack", "export", "--file", file("one.json"));
    const one = {
      stack: fs.readFileSync(file("one.json"), "utf8"),
      events: fs.readFileSync(eventLogIn(file("report")), "utf8"),
    };
    const cli = bundle(folder);
    const rows: string[][] = [];
    for (const size of sizes) {
      const many = manyClusters(one, size);
      fs.writeFileSync(file("stack.json"), many.stack);
      fs.writeFileSync(file("events.json"), many.events);
      const files = ["--stack", file("stack.json"), "--events", file("events.json")];
      const rounds: { made: number; loaded: number }[] = [];
      for (let round = 0; round < runs; round++) {
        signal.throwIfAborted();
        const start = now();
        const args = [cli, "report", ...files, "-o", file("page.html")];
        execFileSync(process.execPath, args, { stdio: "ignore" });
        const made = now() - start;
        const page = await browser.newPage();
        const opened = now();
        await page.goto(`file://${file("page.html")}`, { waitUntil: "load" });
        rounds.push({ made, loaded: now() - opened });
        await page.close();
      }
      say(`${size} resources: ${runs} rounds are done`);
      const told = (of: "made" | "loaded") => {
        const all = rounds.map((each) => each[of]);
        return [seconds(median(all), 2), seconds(Math.max(...all), 2)];
      };
      const kilobytes = `${Math.round(fs.statSync(file("page.html")).size / 1000)} kB`;
      // Whole clusters, so not exactly as many as asked for.
      const { resources } = readStack({ name: "the export", text: many.stack, how: "" });
      const count = resources.filter(({ isComponent }) => !isComponent).length;
      rows.push([String(count), kilobytes, ...told("made"), ...told("loaded")]);
    }
    console.log(table(["resources", "page", "made", "max", "loaded", "max"], rows));
  } finally {
    await browser.close();
    await rehearsal(folder, ["down", "--stack", "report"], { signal: new AbortController().signal });
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
