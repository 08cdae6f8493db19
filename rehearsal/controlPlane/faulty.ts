// A cluster in which things go wrong on purpose, as far as the host brings it about; the daemon does the rest.
import fs from "node:fs";
import type { ClusterSettings } from "./cluster";
import { daemonLives } from "./daemonProcess";
import { Api } from "./api";
import { setStages } from "./components";
import { faultsSeen, readFaults, writeFaults } from "../faults/file";
import type { Layout } from "./kwok";
import type { Stages } from "./stages";
import { until } from "./wait";

export const settingsOf = (where: Layout): ClusterSettings =>
  JSON.parse(fs.readFileSync(where.settings, "utf8"));

/** How kwok is to play this cluster. */
export function stagesOf(where: Layout, { rolloutSeconds, spec }: ClusterSettings): Stages {
  const { stuckNode } = readFaults(where);
  return { rolloutSeconds, bringYourOwnCni: spec.networkPlugin === "none", stuckNode };
}

/** Sets the faults and waits until they are in force. */
export async function setFaults(where: Layout, faults: readonly string[]): Promise<void> {
  const stuckNode = faults.includes("node-never-ready")
    ? (readFaults(where).stuckNode ?? (await lastNode(where)))
    : undefined;
  writeFaults(where, faults, stuckNode);
  await setStages(where, stagesOf(where, settingsOf(where)));
  // A daemon that does not run reads them when it starts.
  await until(
    "the daemon to take note of the faults",
    async () => faultsSeen(where) || !daemonLives(where) || undefined,
    { seconds: 10 },
  );
}

async function lastNode(where: Layout): Promise<string | undefined> {
  const api = new Api(where.kubeconfig, "aks");
  try {
    return (await api.list("/api/v1/nodes"))
      .map(({ metadata }) => metadata.name)
      .sort()
      .at(-1);
  } finally {
    api.close();
  }
}
