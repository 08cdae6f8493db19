// One process for each cluster of a rehearsal, beside its control plane: AKS's addon manager and load balancers, its way
// to the nodes and what answers there, and Calico's operator.
// Started detached with the cluster's folder; ends when the folder is gone or the API server has been away for ten
// minutes, so that nothing is left behind by a rehearsal that was forgotten.
import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { runAddonManager } from "../aks/addonManager";
import { calicoCrds, installCrds } from "../aks/crds";
import { runEgress } from "../aks/egress";
import { runLoadBalancers } from "../aks/loadBalancers";
import { addons } from "../aks/manifests";
import { runMisdeeds } from "../aks/misdeeds";
import { runNodeNetwork } from "../aks/nodeNetwork";
import { NodePorts } from "../aks/nodePorts";
import { runProbes } from "../aks/probes";
import { runOperator } from "../calicoOperator";
import { Api } from "../controlPlane/api";
import { layout } from "../controlPlane/kwok";
import { kubernetesVersion } from "../programs/catalogue";
import { messageOf } from "../system/refusal";
import { until } from "../system/wait";
import { readSettings } from "./settings";

const giveUpAfterMs = 10 * 60_000;

const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`);

async function main(folder: string): Promise<void> {
  const where = layout(folder.replace(/\/$/, ""));
  const { spec, operator, calicoVersion, calicoApi, crdsDue, faults, statusLagSeconds, kubectl } =
    readSettings(where)!;
  log(`daemon of ${spec.name}, operator stand-in ${operator ? "on" : "off"}`);
  const aks = new Api(where, "aks");
  const manifests = addons(kubernetesVersion, spec, faults);
  const kubeProxy = manifests.find(({ metadata }) => metadata.name === "kube-proxy");
  const begun = () => fs.writeFileSync(where.daemonBegun, "");

  const nodePorts = new NodePorts(aks, {
    fallsBack: faults.includes("felix-falls-back"),
    lateSeconds: faults.includes("felix-late") ? 40 : 0,
  });
  runEgress(where, nodePorts);
  const work: Promise<unknown>[] = [
    watchOver(where.folder, aks),
    runProbes(aks, nodePorts, log),
    runLoadBalancers(aks, log),
    runAddonManager(manifests, where, kubectl, log),
  ];
  if (kubeProxy) work.push(runMisdeeds(aks, kubeProxy, faults, begun, log));
  else begun();
  if (crdsDue !== undefined) {
    // The API server may be away.
    const bring = async () => installCrds(aks, await calicoCrds(log, calicoVersion, calicoApi));
    const brought = () =>
      bring().then(
        () => true,
        (error) => log(messageOf(error)),
      );
    const due = pause(Math.max(0, crdsDue - Date.now()));
    work.push(due.then(() => until("Calico's CRDs", brought, { seconds: Infinity })));
  }
  if (spec.networkPlugin === "none") work.push(runNodeNetwork(aks, log));
  if (operator && !faults.includes("operator-dead")) {
    const api = new Api(where, "operator");
    const degraded = faults.includes("operator-degraded");
    work.push(
      runOperator(api, { statusLagSeconds, byAks: spec.calico, calicoVersion, calicoApi, degraded, log }),
    );
  }
  await Promise.all(work);
}

/** Ends the daemon when there is nothing left to be a daemon of. */
async function watchOver(folder: string, api: Api): Promise<void> {
  for (let lastSeen = Date.now(); ; await pause(2000)) {
    if (await api.ready()) lastSeen = Date.now();
    if (!fs.existsSync(folder) || Date.now() - lastSeen > giveUpAfterMs) {
      log("the cluster is gone, so am I");
      process.exit();
    }
  }
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
