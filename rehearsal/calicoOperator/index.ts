// A stand-in for Calico's operator (tigera/operator v1.40.2, the one AKS ships with Kubernetes 1.35): the part of its
// behaviour that decides when a switch to eBPF is through. No packets, no policy, no certificates.
import { setTimeout as pause } from "node:timers/promises";
import { Api, ApiError } from "../host/api";
import { Degraded } from "./felix";
import { type Memory, reconcile } from "./reconcile";
import {
  conditions,
  progressing,
  removeTigeraStatus,
  writeInstallationStatus,
  writeTigeraStatus,
} from "./status";

export interface OperatorOptions {
  /** The Calico that it installs, such as `3.31.2`. */
  readonly calicoVersion: string;
  /**
   * How long after it did something the conditions follow. The real one's status manager writes them by a ticker of
   * 5 s (pkg/controller/status/status.go, Run), so there it is anything up to that.
   */
  readonly statusLagSeconds: number;
  readonly log: (line: string) => void;
}

const watched = [
  "/apis/operator.tigera.io/v1/installations",
  "/apis/operator.tigera.io/v1/tigerastatuses",
  "/apis/crd.projectcalico.org/v1/felixconfigurations",
  "/api/v1/namespaces/tigera-operator/configmaps?fieldSelector=metadata.name%3Dkubernetes-services-endpoint",
  "/apis/apps/v1/namespaces/calico-system/daemonsets",
  "/apis/apps/v1/namespaces/calico-system/deployments",
];
/** Several events of one change make one round. */
const gatherMs = 50;
/** Backstop for an event that was missed (core_controller.go has one of 5 minutes). */
const backstopMs = 10_000;

/** Runs until `signal` fires; survives an API server that goes away and comes back. */
export async function runOperator(api: Api, options: OperatorOptions, signal: AbortSignal): Promise<void> {
  const memory: Memory = {
    release: `v${options.calicoVersion}`,
    endpoint: { host: "10.0.0.1", port: "443" },
  };
  let observedGeneration = 0;
  let degraded: { reason: string; message: string } | undefined;
  let exists = false;
  // The status manager speaks only after a first complete round (ReadyToMonitor), or when degraded.
  let ready = false;
  let wake: () => void = () => undefined;
  let pending = true;
  let statusDue: number | undefined;

  const changed = () => {
    pending = true;
    // Conditions follow what they tell of by the lag, and are not written more often than that.
    statusDue ??= Date.now() + options.statusLagSeconds * 1000;
    wake();
  };

  async function round(): Promise<void> {
    const known = degraded?.message;
    try {
      const { installation, wrote } = await reconcile(api, memory);
      exists = installation !== undefined;
      const generation = installation?.metadata.generation ?? 0;
      // A new deed puts the old conditions' end off: they must be seen for the whole lag.
      if (wrote || generation !== observedGeneration)
        statusDue = Date.now() + options.statusLagSeconds * 1000;
      observedGeneration = generation;
      degraded = undefined;
      ready = true;
      if (installation) await writeInstallationStatus(api, installation, memory.release);
    } catch (error) {
      if (!(error instanceof Degraded)) throw error;
      degraded = { reason: error.reason, message: error.message };
      exists = true;
      observedGeneration =
        (await api.get("/apis/operator.tigera.io/v1/installations/default"))?.metadata.generation ?? 0;
    }
    if (degraded?.message !== known)
      options.log(degraded ? `operator: ${degraded.message}` : "operator: recovered");
  }

  async function status(): Promise<void> {
    if (!exists) return removeTigeraStatus(api);
    if (!ready && !degraded) return undefined;
    return writeTigeraStatus(api, conditions(await progressing(api), degraded, observedGeneration));
  }

  signal.addEventListener("abort", () => wake());
  for (const url of watched) void api.watch(url, changed, signal);
  while (!signal.aborted) {
    try {
      if (pending) {
        pending = false;
        await round();
      }
      if (statusDue !== undefined && Date.now() >= statusDue) {
        statusDue = undefined;
        await status();
      }
    } catch (error) {
      // A conflict, or the API server is away: the next round begins from what is there then.
      if (!(error instanceof ApiError && error.code === 409))
        options.log(`operator: ${(error as Error).message}`);
      pending = true;
      statusDue ??= Date.now() + options.statusLagSeconds * 1000;
      await pause(300, undefined, { signal }).catch(() => undefined);
      continue;
    }
    const rest = Math.min(
      backstopMs,
      statusDue === undefined ? backstopMs : Math.max(0, statusDue - Date.now()),
    );
    if (!pending) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, rest);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    // After a quiet time everything is looked at once more.
    if (rest === backstopMs) pending = true;
    await pause(gatherMs, undefined, { signal }).catch(() => undefined);
  }
}
