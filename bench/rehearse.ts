// The whole of `npm run rehearse` by phases, in seconds and against the one thing that no program can shorten: the
// start of the very control plane (etcd, API server, controllers, kwok) with nothing in it. Then what comes after a
// first `up`: preview, a second `up`, `destroy`. State lies in a folder of its own and goes in every case.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { findBinaries } from "../rehearsal/controlPlane/binaries";
import { localClusters } from "../rehearsal/clusters";
import type { EngineEvent, Result } from "../rehearsal/engine";
import { bringUp } from "../rehearsal/controlPlane/components";
import { layout } from "../rehearsal/controlPlane/kwok";
import { openSession } from "../rehearsal/session";
import { machine, median, ratio, seconds, table } from "./numbers";

const root = path.dirname(__dirname);
const controlPlaneType = "azure-native:containerservice:ManagedCluster";
const dataplaneType = "aks-calico-ebpf:index:CalicoEbpfDataplane";

type Phases = Record<string, number>;

const now = () => performance.now() / 1000;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = now();
  await work();
  return now() - start;
}

/** Seconds until a control plane with nothing in it serves and is healthy. */
async function bareControlPlane(folder: string, signal: AbortSignal): Promise<number> {
  const progress = (line: string) => console.error(line);
  const workDir = path.join(folder, "bare");
  const clusters = localClusters({ workDir, progress });
  try {
    const programs = await findBinaries({ progress, signal });
    const where = layout(path.join(fs.realpathSync(workDir), "bare"));
    return await timed(() => bringUp(where, programs, ["bare.hcp.westeurope.azmk8s.io"], () => {}, signal));
  } finally {
    await clusters.delete("bare");
  }
}

/** When the resources of one `up` began and ended, in seconds of the clock of {@link now}. */
class Stopwatch {
  private readonly begun: { type: string; parent?: string; at: number }[] = [];
  private readonly ended: { type: string; at: number }[] = [];

  event(event: EngineEvent): void {
    if (event.kind === "step-started") this.begun.push({ ...event, at: now() });
    if (event.kind === "step-done") this.ended.push({ ...event, at: now() });
  }

  private at(list: { type: string; at: number }[], what: string, fits: (one: any) => boolean): number {
    const found = list.find(fits);
    if (!found) throw new Error(`the program declared no ${what}: there are no phases to show`);
    return found.at;
  }

  phases(start: number, end: number): Phases {
    const first = this.at(this.begun, "resource", ({ type }) => type !== "pulumi:pulumi:Stack");
    const made = this.at(this.begun, "AKS cluster", ({ type }) => type === controlPlaneType);
    const ready = this.at(this.ended, "AKS cluster", ({ type }) => type === controlPlaneType);
    const layer = this.at(this.begun, "layer", ({ parent }) => parent?.includes(`${dataplaneType}::`));
    return {
      "start of the program": first - start,
      "resource group, names": made - first,
      "control plane + AKS": ready - made,
      "kubeconfig, provider": layer - ready,
      "layers, to eBPF on": end - layer,
    };
  }
}

function succeeded(what: string, result: Result): void {
  if (result.ok) return;
  const reasons = result.failures.map(({ message }) => message);
  throw new Error(`${what} failed:\n${reasons.join("\n")}`);
}

/** Seconds that npm, tools/run.mjs and the loading of the rehearsal take before it does anything. */
function commandStart(signal: AbortSignal): Promise<number> {
  return timed(async () => {
    const child = spawn("npm", ["run", "--silent", "rehearse", "--", "--help"], {
      cwd: root,
      stdio: "ignore",
      timeout: 60_000,
      signal,
      shell: process.platform === "win32",
    });
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`npm run rehearse -- --help ended with exit code ${code}`);
  });
}

async function rehearse(folder: string, signal: AbortSignal): Promise<Phases> {
  const watch = new Stopwatch();
  const session = openSession({
    projectDir: root,
    stack: "dev",
    stateRoot: path.join(folder, "state"),
    events: (event) => watch.event(event),
    progress: (line) => console.error(line),
    signal,
  });
  const verb = (name: "up" | "preview" | "destroy") =>
    timed(async () => succeeded(name, await session.engine[name]()));
  try {
    const command = await commandStart(signal);
    const start = now();
    await verb("up");
    const phases: Phases = { "start of the command": command, ...watch.phases(start, now()) };
    const verify = await timed(async () => {
      const tables = await session.verify();
      const red = [...tables.values()].flat().filter(({ ok }) => !ok);
      if (red.length > 0) throw new Error(`checks are red: ${red.map(({ check }) => check).join(", ")}`);
    });
    return {
      ...phases,
      verify,
      "npm run rehearse, in all": Object.values(phases).reduce((sum, one) => sum + one, verify),
      preview: await verb("preview"),
      "second up": await verb("up"),
      destroy: await verb("destroy"),
    };
  } finally {
    await session.down();
  }
}

export async function benchRehearse(runs: number, signal: AbortSignal): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-rehearse-"));
  try {
    await findBinaries({ progress: (line) => console.error(line), signal });
    console.log(`${machine()}; ${runs} round${runs === 1 ? "" : "s"}, binaries cached\n`);
    const bare: number[] = [];
    const rounds: Phases[] = [];
    for (let round = 0; round < runs; round++) {
      bare.push(await bareControlPlane(folder, signal));
      rounds.push(await rehearse(folder, signal));
      console.error(`round ${round + 1} of ${runs} is done`);
    }
    const base = median(bare);
    const rows = Object.keys(rounds[0]).map((phase) => {
      const values = rounds.map((one) => one[phase]);
      return [phase, seconds(Math.min(...values)), seconds(median(values)), ratio(median(values), base)];
    });
    rows.unshift(["bare control plane", seconds(Math.min(...bare)), seconds(base), ratio(base, base)]);
    console.log(table(["phase", "min", "median", "/ bare"], rows));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
