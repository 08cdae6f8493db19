// What a cluster was made with, kept in its folder: the daemon is started with it, now and by later processes.
import fs from "node:fs";
import path from "node:path";
import type { ClusterSpec, LocalClustersOptions } from "../controlPlane/cluster";
import { alive, killPart, setStages, untilPart } from "../controlPlane/components";
import type { ClusterFault } from "../controlPlane/faults";
import type { Layout } from "../controlPlane/kwok";
import { nodeName } from "../controlPlane/nodes";
import { startDetached } from "../system/processes";

type Kept = Omit<LocalClustersOptions, "workDir" | "nodes" | "crdsLateSeconds" | "progress">;

export interface ClusterSettings extends Required<Kept> {
  spec: ClusterSpec;
  kubectl: string;
  faults: readonly ClusterFault[];
  /** When the daemon brings Calico's CRDs (milliseconds since 1970), as a fault; undefined = they are there. */
  crdsDue?: number;
}

/** Undefined = the cluster's creation has not come that far. */
export function readSettings(where: Layout): ClusterSettings | undefined {
  return fs.existsSync(where.settings) ? JSON.parse(fs.readFileSync(where.settings, "utf8")) : undefined;
}

export async function playNodes(where: Layout, settings: ClusterSettings): Promise<void> {
  const { rolloutSeconds, spec, faults } = settings;
  const first = (fault: ClusterFault) => (faults.includes(fault) ? nodeName(spec.pools[0], 0) : undefined);
  const [stuckNode, deadNode] = [first("node-never-ready"), first("node-not-ready")];
  const bringYourOwnCni = spec.networkPlugin === "none";
  await setStages(where, { rolloutSeconds, bringYourOwnCni, stuckNode, deadNode });
}

/** Keeps the settings and has kwok and a daemon go by them. */
export async function applySettings(where: Layout, settings: ClusterSettings): Promise<void> {
  await playNodes(where, settings);
  if (JSON.stringify(settings) !== JSON.stringify(readSettings(where))) {
    await killPart(where, "daemon");
    fs.writeFileSync(where.settings, JSON.stringify(settings, undefined, 2));
  }
  await startDaemon(where);
}

/** Starts the cluster's daemon unless it runs, and waits until it is at work. Its folder marks its command line. */
export async function startDaemon(where: Layout): Promise<void> {
  if (!alive(where, "daemon")) {
    fs.rmSync(where.daemonBegun, { force: true });
    const args = ["--require", "tsx/cjs", path.join(__dirname, "daemon.ts"), `${where.folder}${path.sep}`];
    startDetached(process.execPath, args, where.log("daemon"), __dirname);
  }
  const begun = () => fs.existsSync(where.daemonBegun);
  await untilPart(where, "daemon", "the daemon to begin", begun, { seconds: 60 });
}
