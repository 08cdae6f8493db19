// The whole of `npm run rehearse` against what nobody can take from it: the CLI's own `up` of the same program with the
// control plane running already, and the start of a control plane. In pairs, so that whatever slows the machine down
// for a while slows both. Then what comes after a first `up`. State lies in a folder of its own and goes in every case.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type ClusterSpec, localClusters } from "../rehearsal/clusters";
import { bringUp } from "../rehearsal/controlPlane/components";
import { layout } from "../rehearsal/controlPlane/kwok";
import { controlPlane } from "../rehearsal/programs/catalogue";
import { findPrograms } from "../rehearsal/programs/find";
import { now, openStack, rehearsal, root, say } from "./command";
import { machine, median, ratio, seconds, table } from "./numbers";

type Times = Record<string, number>;

/** As a user types them, one after the other; the first ends with a green table of checks, or fails. */
async function typed(folder: string, signal: AbortSignal): Promise<{ times: Times; spec: ClusterSpec }> {
  const run = (...args: string[]) => rehearsal(folder, args, { signal });
  try {
    const whole = await run();
    const clusters = path.join(folder, "dev", "clusters");
    const [name] = localClusters({ workDir: clusters, progress: say }).names();
    const { spec } = JSON.parse(fs.readFileSync(layout(path.join(clusters, name)).settings, "utf8"));
    const preview = await run("preview");
    const again = await run("up", "--yes");
    return { spec, times: { whole, preview, again, destroy: await run("destroy", "--yes") } };
  } finally {
    await rehearsal(folder, ["down"], { signal: new AbortController().signal });
  }
}

/** Seconds until such a cluster's control plane serves with nothing in it, and until AKS would hand it over. */
async function started(folder: string, spec: ClusterSpec, signal: AbortSignal): Promise<Times> {
  const clusters = localClusters({ workDir: folder, progress: say });
  const programs = await findPrograms(controlPlane, { progress: say, signal });
  const where = layout(path.join(fs.realpathSync(folder), spec.name));
  try {
    const start = now();
    await bringUp(where, programs, [spec.fqdn], () => undefined, signal);
    const empty = now() - start;
    await clusters.create(spec, () => undefined, signal);
    return { empty, handedOver: now() - start };
  } finally {
    await clusters.delete(spec.name);
  }
}

/** Seconds of the CLI's own `up --yes`, preview included, by which only the layers are missing. */
async function upAlone(folder: string, signal: AbortSignal): Promise<number> {
  const interrupted = (error: Error) => {
    if (!/cancell?ed/.test(error.message)) throw error;
  };
  try {
    const first = ["--fault", "ctrl-c@calico-found", "up", "--yes", "--skip-preview"];
    await rehearsal(folder, first, { signal }).catch(interrupted);
    const pulumi = await openStack(root, path.join(folder, "dev"));
    return await pulumi(["up", "--yes"], { signal });
  } finally {
    await rehearsal(folder, ["down"], { signal: new AbortController().signal });
  }
}

export async function benchRehearse(runs: number, signal: AbortSignal): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-rehearse-"));
  try {
    console.log(`${machine()}; ${runs} round${runs === 1 ? "" : "s"}, programs and caches there\n`);
    const rounds: Times[] = [];
    // The round before the first fills the caches.
    for (let round = 0; round <= runs; round++) {
      const { times, spec } = await typed(path.join(folder, "typed"), signal);
      const up = await upAlone(path.join(folder, "alone"), signal);
      const start = await started(path.join(folder, "control-planes"), spec, signal);
      if (round > 0) rounds.push({ ...times, up, ...start });
      say(`round ${round} of ${runs} is done`);
    }
    const row = (text: string, of: (one: Times) => number, show: (value: number) => string) => {
      const values = rounds.map(of);
      return [text, ...[median(values), Math.min(...values), Math.max(...values)].map((one) => show(one))];
    };
    const times = (value: number) => ratio(value, 1);
    const rows = [
      row("npm run rehearse, to the green table", (one) => one.whole, seconds),
      row("pulumi up --yes, control plane running", (one) => one.up, seconds),
      row("start of a control plane, empty", (one) => one.empty, seconds),
      row("start of a control plane, as AKS hands it over", (one) => one.handedOver, seconds),
      row("rehearse / (up + empty)", ({ whole, up, empty }) => whole / (up + empty), times),
      row("rehearse / (up + as AKS hands it over)", (one) => one.whole / (one.up + one.handedOver), times),
      row("preview typed through npm, of what runs", (one) => one.preview, seconds),
      row("up --yes through npm, unchanged", (one) => one.again, seconds),
      row("destroy --yes through npm", (one) => one.destroy, seconds),
    ];
    console.log(table(["", "median", "min", "max"], rows));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
