// The conditions: tigera/operator v1.40.2 pkg/controller/status/status.go.
import type { Api, KubeObject } from "../controlPlane/api";
import { namespace } from "./render";

export interface Condition {
  type: string;
  status: "True" | "False";
  reason: string;
  message: string;
  observedGeneration: number;
  lastTransitionTime?: string;
}

const tigeraStatuses = "/apis/operator.tigera.io/v1/tigerastatuses";
const apps = `/apis/apps/v1/namespaces/${namespace}`;

/** syncState, the part about a DaemonSet: its roll-out as one sentence, or nothing when it is through. */
function daemonSetProgress(set: KubeObject): string | undefined {
  const name = `DaemonSet "${namespace}/${set.metadata.name}"`;
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberUnavailable = 0 } = set.status ?? {};
  const { numberAvailable = 0, observedGeneration = 0 } = set.status ?? {};
  const generation = set.metadata.generation ?? 0;
  if (updatedNumberScheduled < desiredNumberScheduled)
    return `${name} update is rolling out (${updatedNumberScheduled} out of ${desiredNumberScheduled} updated)`;
  if (numberUnavailable > 0) return `${name} is not available (awaiting ${numberUnavailable} nodes)`;
  if (numberAvailable === 0 && desiredNumberScheduled !== 0)
    return `${name} is not yet scheduled on any nodes`;
  if (generation > observedGeneration)
    return `${name} update is being processed (generation ${generation}, observed generation ${observedGeneration})`;
  return undefined;
}

/** syncState, the part about a Deployment. */
function deploymentProgress(one: KubeObject): string | undefined {
  const name = `Deployment "${namespace}/${one.metadata.name}"`;
  const { unavailableReplicas = 0, availableReplicas = 0, observedGeneration = 0 } = one.status ?? {};
  const generation = one.metadata.generation ?? 0;
  if (unavailableReplicas > 0) return `${name} is not available (awaiting ${unavailableReplicas} replicas)`;
  if (availableReplicas === 0) return `${name} is not yet scheduled on any nodes`;
  if (observedGeneration < generation)
    return `${name} update is being processed (generation ${generation}, observed generation ${observedGeneration})`;
  return undefined;
}

/** What is still under way. */
export async function progressing(api: Api): Promise<string[]> {
  const [node, controllers] = await Promise.all([
    api.get(`${apps}/daemonsets/calico-node`),
    api.get(`${apps}/deployments/calico-kube-controllers`),
  ]);
  return [node && daemonSetProgress(node), controllers && deploymentProgress(controllers)].filter(
    (line): line is string => Boolean(line),
  );
}

/** updateStatus: the three conditions, with the operator's own reasons and messages (the odd capital is its own). */
export function conditions(
  underWay: readonly string[],
  degraded: { reason: string; message: string } | undefined,
  observedGeneration: number,
): Condition[] {
  const available = underWay.length === 0 && !degraded;
  const one = (type: string, status: boolean, reason: string, message: string): Condition => ({
    type,
    status: status ? "True" : "False",
    reason,
    message,
    observedGeneration,
  });
  const fine: [string, string] = available
    ? ["AllObjectsAvailable", "All Objects Available"]
    : ["Unknown", ""];
  return [
    available
      ? one("Available", true, "AllObjectsAvailable", "All objects available")
      : one("Available", false, "Unknown", ""),
    underWay.length > 0
      ? one("Progressing", true, "ResourceNotReady", underWay.join("\n"))
      : one("Progressing", false, ...fine),
    degraded ? one("Degraded", true, degraded.reason, degraded.message) : one("Degraded", false, ...fine),
  ];
}

/** Keeps the time of the last change of each status, as `set` does; undefined = all is as it was. */
export function merged(old: readonly Condition[] | undefined, next: Condition[]): Condition[] | undefined {
  const before = old ?? [];
  const result = next.map((condition) => {
    const known = before.find(({ type }) => type === condition.type);
    const same = known?.status === condition.status;
    return {
      ...condition,
      lastTransitionTime: same ? known?.lastTransitionTime : new Date().toISOString().replace(/\.\d+Z/, "Z"),
    };
  });
  const kept = before.filter(({ type }) => !next.some((condition) => condition.type === type));
  const all = [...result, ...kept];
  const text = (list: readonly Condition[]) =>
    JSON.stringify(
      list.map((one) => [one.type, one.status, one.reason, one.message ?? "", one.observedGeneration]).sort(),
    );
  return text(before) === text(all) ? undefined : all;
}

/** The controllers that speak: the one of the Installation and the one of its IP pools. */
export type Controller = "calico" | "ippools";

/** Writes a TigeraStatus, creating it if need be. Others' annotations stay: only the status is written. */
export async function writeTigeraStatus(api: Api, name: Controller, next: Condition[]): Promise<void> {
  const tigera = await api.get(`${tigeraStatuses}/${name}`);
  if (!tigera) {
    await api.ensure(tigeraStatuses, {
      apiVersion: "operator.tigera.io/v1",
      kind: "TigeraStatus",
      metadata: { name },
      spec: {},
    });
  }
  const changed = merged(tigera?.status?.conditions, next);
  if (changed)
    await api.patch(`${tigeraStatuses}/${name}/status`, "merge", { status: { conditions: changed } });
}

/**
 * UpdateStatusCondition: the same conditions on the Installation, where Available is called Ready; written when the
 * operator sees its own TigeraStatus change. And the release that it installs (core_controller.go).
 */
export async function writeInstallationStatus(
  api: Api,
  installation: KubeObject,
  calicoVersion: string,
): Promise<void> {
  const tigera = await api.get(`${tigeraStatuses}/calico`);
  const from = (tigera?.status?.conditions ?? []) as Condition[];
  const next = from.map((one) => ({ ...one, type: one.type === "Available" ? "Ready" : one.type }));
  const changed = merged(installation.status?.conditions, next);
  if (changed || installation.status?.calicoVersion !== calicoVersion) {
    const conditions = (changed ?? next).map((one) => ({ ...one, message: one.message ?? "" }));
    await api.patch("/apis/operator.tigera.io/v1/installations/default/status", "merge", {
      status: { calicoVersion, ...(changed ? { conditions } : {}) },
    });
  }
}

export async function removeTigeraStatuses(api: Api): Promise<void> {
  for (const name of ["calico", "ippools"] satisfies Controller[])
    await api.delete(`${tigeraStatuses}/${name}`);
}

/**
 * A pod of calico-node that cannot pull its image, as a fault that can be set: the words of containerErrorMessage.
 * Undefined while there is no pod to say it of.
 */
export async function failingPod(api: Api): Promise<{ reason: string; message: string } | undefined> {
  const selector = encodeURIComponent("k8s-app=calico-node");
  const pods = await api.list(`/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}`);
  const names = pods.map(({ metadata }) => metadata.name).sort();
  if (names.length === 0) return undefined;
  const message = `Pod ${namespace}/${names[0]} failed to pull container image for: calico-node`;
  return { reason: "PodFailure", message };
}
