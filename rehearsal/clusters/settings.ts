// What a cluster was made with, kept in its folder: the daemon is started with it, now and by later processes.
import fs from "node:fs";
import path from "node:path";
import { setStages } from "../controlPlane/components";
import { alive, killPart } from "../controlPlane/components";
import type { ClusterSpec } from "../controlPlane/cluster";
import { readFaults } from "../controlPlane/faults";
import type { Layout } from "../controlPlane/kwok";
import { startDetached } from "../system/processes";

export interface ClusterSettings {
  spec: ClusterSpec;
  rolloutSeconds: number;
  statusLagSeconds: number;
  operator: boolean;
  calicoVersion: string;
  addonSeconds: number;
  kubectl: string;
  /** When the daemon brings Calico's CRDs (milliseconds since 1970), as a fault; undefined = they are there. */
  crdsDue?: number;
}

/** Undefined = the cluster's creation has not come that far. */
export function readSettings(where: Layout): ClusterSettings | undefined {
  return fs.existsSync(where.settings) ? JSON.parse(fs.readFileSync(where.settings, "utf8")) : undefined;
}

/** Has kwok play the cluster as the settings and the faults say. */
export async function playNodes(where: Layout, { rolloutSeconds, spec }: ClusterSettings): Promise<void> {
  const { stuckNode } = readFaults(where);
  await setStages(where, { rolloutSeconds, bringYourOwnCni: spec.networkPlugin === "none", stuckNode });
}

/** Keeps the settings and has kwok and a daemon go by them. */
export async function applySettings(where: Layout, settings: ClusterSettings): Promise<void> {
  await playNodes(where, settings);
  if (JSON.stringify(settings) !== JSON.stringify(readSettings(where))) {
    await killPart(where, "daemon");
    fs.writeFileSync(where.settings, JSON.stringify(settings, undefined, 2));
  }
  startDaemon(where);
}

/** Starts the cluster's daemon unless it runs. Its folder stands in its command line, which marks it. */
export function startDaemon(where: Layout): void {
  if (alive(where, "daemon")) return;
  const script = path.join(__dirname, "daemon.ts");
  const args = ["--import", "tsx", script, `${where.folder}${path.sep}`];
  startDetached(process.execPath, args, where.log("daemon"), __dirname);
}
