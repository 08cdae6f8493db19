// Kubernetes versions of a living cluster: AKS moves them by its upgrade channels, and an update must not ask for an older
// one: AKS refuses it, or takes it for the control plane and runs something else (Azure/AKS#3476, #3831).
import { isOlder } from "../releases";
import type { Finding } from "../validate/findings";
import type { LiveCluster, LivePool } from "./types";

/**
 * What is sent. A pool that lives keeps its version until the program asks for a newer one; a new one gets the control
 * plane's.
 * @param pool that lives; left out: the control plane
 */
export function sentVersion<Asked extends string | undefined>(
  asked: Asked,
  live: LiveCluster | undefined,
  pool?: LivePool,
): Asked | string {
  const kept = pool === undefined ? live?.kubernetesVersion : pool.orchestratorVersion;
  const runs = pool === undefined ? live?.currentKubernetesVersion : pool.currentOrchestratorVersion;
  const newest = newestOf(kept, runs);
  if (asked === undefined || newest === undefined || isNewer(asked, newest)) return asked;
  return kept !== undefined && covers(kept, newest) ? kept : newest;
}

/** Where the program skips a minor version, which AKS does not upgrade over (azure-aks-docs, upgrade-aks-control-plane). */
export function versionChanges(asked: unknown, live: LiveCluster): Finding[] {
  const newest = newestOf(live.kubernetesVersion, live.currentKubernetesVersion);
  if (typeof asked !== "string" || newest === undefined || minorOf(asked) <= minorOf(newest) + 1) return [];
  return [
    {
      path: "kubernetesVersion",
      wrong: `is ${asked}, and the cluster ${live.name} runs ${newest}`,
      why: "AKS upgrades one minor version after the other",
      write: `"1.${minorOf(newest) + 1}" first, and ${asked} when that is done`,
    },
  ];
}

const minorOf = (version: string): number => Number(version.split(".")[1]);
/** Whether a version is the other one, or its minor version. */
const covers = (version: string, other: string): boolean => `${other}.`.startsWith(`${version}.`);
const isNewer = (version: string, other: string): boolean =>
  !covers(version, other) && isOlder(other, version);
/** @param kept as the API keeps it, perhaps a minor version alone, which asks for no patch of it */
const newestOf = (kept: string | undefined, runs: string | undefined): string | undefined =>
  kept === undefined || (runs !== undefined && (covers(kept, runs) || isNewer(runs, kept))) ? runs : kept;
