// The conditions: tigera/operator v1.40.2 pkg/controller/status/status.go.
import type { Api, KubeObject } from "../controlPlane/api";
import { installationUrl } from "./ipPools";
import { namespace } from "./render";

/** What makes the operator Degraded or Progressing. */
export interface Trouble {
  readonly reason: string;
  readonly message: string;
}

export interface Condition extends Trouble {
  readonly type: string;
  readonly status: "True" | "False";
  readonly observedGeneration: number;
  readonly lastTransitionTime?: string;
}

const tigeraStatuses = "/apis/operator.tigera.io/v1/tigerastatuses";
const apps = `/apis/apps/v1/namespaces/${namespace}`;

/** syncState: what is still under way with a workload, as one sentence; undefined = it is through. */
export function progressOf({ kind, metadata, status = {} }: KubeObject): string | undefined {
  const name = `${kind} "${metadata.namespace}/${metadata.name}"`;
  const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled: updated = 0 } = status;
  const { numberAvailable, numberUnavailable = 0, availableReplicas, unavailableReplicas = 0 } = status;
  const { observedGeneration = 0 } = status;
  const { generation } = metadata;
  if (updated < wanted) return `${name} update is rolling out (${updated} out of ${wanted} updated)`;
  if (numberUnavailable > 0) return `${name} is not available (awaiting ${numberUnavailable} nodes)`;
  if (unavailableReplicas > 0) return `${name} is not available (awaiting ${unavailableReplicas} replicas)`;
  if (kind === "DaemonSet" ? wanted > 0 && !numberAvailable : !availableReplicas)
    return `${name} is not yet scheduled on any nodes`;
  if (generation > observedGeneration)
    return `${name} update is being processed (generation ${generation}, observed generation ${observedGeneration})`;
  return undefined;
}

export async function progressing(api: Api): Promise<Trouble | undefined> {
  const workloads = await Promise.all([
    api.get(`${apps}/daemonsets/calico-node`),
    api.get(`${apps}/deployments/calico-kube-controllers`),
  ]);
  const message = workloads.flatMap((one) => (one && progressOf(one)) ?? []).join("\n");
  return message ? { reason: "ResourceNotReady", message } : undefined;
}

/** updateStatus: the three conditions, with the operator's own reasons and messages (the odd capital is its own). */
export function conditions(
  progress: Trouble | undefined,
  degraded: Trouble | undefined,
  observedGeneration: number,
): Condition[] {
  const available = !progress && !degraded;
  const one = (type: string, is: boolean, { reason, message }: Trouble): Condition => {
    return { type, status: is ? "True" : "False", reason, message, observedGeneration };
  };
  const calm = (message: string) =>
    available ? { reason: "AllObjectsAvailable", message } : { reason: "Unknown", message: "" };
  return [
    one("Available", available, calm("All objects available")),
    one("Progressing", Boolean(progress), progress ?? calm("All Objects Available")),
    one("Degraded", Boolean(degraded), degraded ?? calm("All Objects Available")),
  ];
}

/** Keeps the time of each status's last change, as `set` does. Not a new version where all is as it was. */
async function writeStatus(api: Api, url: string, known: KubeObject, next: Condition[], more: object = {}) {
  const before: Condition[] = known.status?.conditions ?? [];
  const now = new Date().toISOString().replace(/\.\d+Z/, "Z");
  const conditions = next.map((one) => {
    const unchanged = before.find(({ type, status }) => type === one.type && status === one.status);
    return { ...one, lastTransitionTime: unchanged?.lastTransitionTime ?? now };
  });
  await api.patch(`${url}/status`, { status: { ...more, conditions } });
}

/** Writes a TigeraStatus, creating it if need be. Others' annotations stay: only the status is written. */
export async function writeTigeraStatus(api: Api, name: string, next: Condition[]): Promise<void> {
  const url = `${tigeraStatuses}/${name}`;
  const none = { apiVersion: "operator.tigera.io/v1", kind: "TigeraStatus", metadata: { name }, spec: {} };
  await writeStatus(api, url, (await api.get(url)) ?? (await api.create(tigeraStatuses, none)), next);
}

/**
 * UpdateStatusCondition: the same conditions on the Installation, where Available is called Ready; written when the
 * operator sees its own TigeraStatus change. And the release that it installs (core_controller.go).
 */
export async function writeInstallationStatus(api: Api, installation: KubeObject, calicoVersion: string) {
  const from: Condition[] = (await api.get(`${tigeraStatuses}/calico`))?.status?.conditions ?? [];
  const next = from.map((one) => ({ ...one, type: one.type === "Available" ? "Ready" : one.type }));
  await writeStatus(api, installationUrl, installation, next, { calicoVersion });
}

export async function removeTigeraStatuses(api: Api): Promise<void> {
  for (const name of ["calico", "ippools"]) await api.delete(`${tigeraStatuses}/${name}`);
}

/**
 * A pod of calico-node that cannot pull its image, as a fault that can be set: the words of containerErrorMessage.
 * Undefined while there is no pod to say it of.
 */
export async function failingPod(api: Api): Promise<Trouble | undefined> {
  const pods = await api.list(`/api/v1/namespaces/${namespace}/pods?labelSelector=k8s-app%3Dcalico-node`);
  const [name] = pods.map(({ metadata }) => metadata.name).sort();
  const message = `Pod ${namespace}/${name} failed to pull container image for: calico-node`;
  return name ? { reason: "PodFailure", message } : undefined;
}
