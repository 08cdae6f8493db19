// One process for each cluster of a rehearsal, beside its control plane: AKS's addon manager and Calico's operator.
// Started detached by controlPlane.ts with the cluster's folder; ends when the folder is gone or the API server has
// been away for ten minutes, so that nothing is left behind by a rehearsal that was forgotten.
import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { runAddonManager } from "../aks/addonManager";
import { calicoCrds, installCrds } from "../aks/crds";
import { runLateCrds } from "../aks/lateCrds";
import { addons } from "../aks/manifests";
import { runMisdeeds } from "../faults/misdeeds";
import { runNodeNetwork } from "../aks/nodeNetwork";
import { runOperator } from "../calicoOperator";
import { bringsCrds, releaseOf } from "../calicoOperator/releases";
import type { ClusterSettings } from "./cluster";
import { Api, type KubeObject } from "./api";
import { Faults } from "../faults/file";
import { kubernetesVersion } from "./goBuild";
import { layout } from "./kwok";

const giveUpAfterMs = 10 * 60_000;

async function main(folder: string): Promise<void> {
  const where = layout(folder.replace(/\/$/, ""));
  const settings = JSON.parse(fs.readFileSync(where.settings, "utf8")) as ClusterSettings;
  const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`);
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop.abort());
  log(`daemon of ${settings.spec.name}, operator stand-in ${settings.operator ? "on" : "off"}`);

  const aks = new Api(where.kubeconfig, "aks");
  const faults = new Faults(where);
  const manifests = addons(kubernetesVersion, settings.spec);
  const kubeProxy = manifests.find(({ metadata }) => metadata.name === "kube-proxy");
  const work: Promise<void>[] = [
    watchOver(where.folder, aks, stop, log),
    runAddonManager(
      aks,
      manifests,
      {
        kubectl: settings.kubectl,
        kubeconfigFile: where.kubeconfig,
        folder: where.folder,
        everySeconds: settings.addonSeconds,
        log,
      },
      stop.signal,
    ),
  ];
  work.push(faults.follow(stop.signal), runMisdeeds(aks, kubeProxy, faults, log, stop.signal));
  const { spec, operator, calicoVersion, statusLagSeconds } = settings;
  if (spec.calico) work.push(runLateCrds(aks, where, calicoVersion, log, stop.signal));
  if (spec.networkPlugin === "none") work.push(runNodeNetwork(aks, log, stop.signal));
  if (operator) {
    const api = new Api(where.kubeconfig, "operator");
    // AKS says which Calico it brings; elsewhere the operator's own image does.
    const release = (deployment: KubeObject) =>
      (spec.calico ? undefined : releaseOf(deployment)) ?? calicoVersion;
    const bootstrapCrds = async (version: string) => {
      if (bringsCrds(version)) await installCrds(api, await calicoCrds(log, version), stop.signal);
    };
    const own = spec.calico ? undefined : bootstrapCrds;
    work.push(runOperator(api, { release, bootstrapCrds: own, statusLagSeconds, faults, log }, stop.signal));
  }
  await Promise.all(work);
}

/** Ends the daemon when there is nothing left to be a daemon of. */
async function watchOver(
  folder: string,
  api: Api,
  stop: AbortController,
  log: (line: string) => void,
): Promise<void> {
  let lastSeen = Date.now();
  while (!stop.signal.aborted) {
    if (await api.ready()) lastSeen = Date.now();
    if (!fs.existsSync(folder) || Date.now() - lastSeen > giveUpAfterMs) {
      log("the cluster is gone, so am I");
      stop.abort();
    }
    await pause(2000, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}

main(process.argv[2]).then(
  // Keep-alive connections would hold the process for a while.
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
