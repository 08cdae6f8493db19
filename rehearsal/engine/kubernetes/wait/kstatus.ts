// The readiness of an object, with the texts of kstatus (sigs.k8s.io/cli-utils pkg/kstatus/status).

import { generationOf, type KubeObject } from "../objects";

export interface Status {
  readonly current: boolean;
  readonly message: string;
}

const inProgress = (message: string): Status => ({ current: false, message });

/** What holds for every kind; undefined = the kind's own rules decide. */
export function genericStatus(object: KubeObject): Status | undefined {
  if (object.metadata.deletionTimestamp) {
    return inProgress("Resource scheduled for deletion");
  }
  const generation = generationOf(object);
  const observed = object.status?.observedGeneration;
  if (observed !== undefined && observed !== generation) {
    return inProgress(
      `${object.kind} generation is ${generation}, but latest observed generation is ${observed}`,
    );
  }
  const conditions: KubeObject[] = object.status?.conditions ?? [];
  const abnormal = conditions.find((c) => ["Reconciling", "Stalled"].includes(c.type) && c.status === "True");
  return abnormal && inProgress(abnormal.message ?? "");
}

export function daemonSetStatus(object: KubeObject): Status {
  const generic = genericStatus(object);
  if (generic) {
    return generic;
  }
  const status = object.status ?? {};
  if (status.observedGeneration === undefined) {
    return inProgress("DaemonSet status.observedGeneration not found");
  }
  const desired: number | undefined = status.desiredNumberScheduled;
  if (desired === undefined) {
    return inProgress("Missing .status.desiredNumberScheduled");
  }
  const steps: [string, number | undefined][] = [
    ["Current", status.currentNumberScheduled],
    ["Updated", status.updatedNumberScheduled],
    ["Available", status.numberAvailable],
    ["Ready", status.numberReady],
  ];
  for (const [name, count = 0] of steps) {
    if (desired > count) {
      return inProgress(`${name}: ${count}/${desired}`);
    }
  }
  return { current: true, message: `All replicas scheduled as expected. Replicas: ${desired}` };
}
