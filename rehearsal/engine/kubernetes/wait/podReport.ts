// What is wrong with a pod (await/checker/pod/check.go).

import { shownName, type KubeObject } from "../objects";

export interface Report {
  readonly ready: boolean;
  /** "Waiting for Pod ..." for each step up to the first that is not done. */
  readonly steps: string[];
  readonly warnings: string[];
}

export function podReport(pod: KubeObject): Report {
  const name = shownName(pod);
  const conditions: KubeObject[] = pod.status?.conditions ?? [];
  const find = (type: string) => conditions.find((c) => c.type === type);
  const steps: string[] = [];
  for (const [type, words] of [
    ["PodScheduled", "scheduled"],
    ["Initialized", "initialized"],
    ["Ready", "ready"],
  ]) {
    steps.push(`Waiting for Pod "${name}" to be ${words}`);
    const condition = find(type);
    const succeeded = type === "Ready" && pod.status?.phase === "Succeeded";
    if (condition && (condition.status === "True" || succeeded)) {
      continue;
    }
    return { ready: false, steps, warnings: type === "PodScheduled" ? [] : warningsOf(pod, name, condition) };
  }
  return { ready: true, steps, warnings: [] };
}

function warningsOf(pod: KubeObject, name: string, condition: KubeObject | undefined): string[] {
  if (!condition) {
    return [];
  }
  const errors = (pod.status?.containerStatuses ?? []).flatMap(containerErrors);
  const said = condition.reason && condition.message ? condition.message : "";
  return errors.length > 0 || condition.message ? [`[Pod ${name}]: ${said}${errors.join("\n")}`] : [];
}

function containerErrors(status: KubeObject): string[] {
  if (status.ready) {
    return [];
  }
  const errors: string[] = [];
  const { waiting, terminated } = status.state ?? {};
  if (waiting && waiting.reason !== "ContainerCreating") {
    errors.push(`[${waiting.reason ?? ""}] ${trimmed(waiting.message)}`);
  }
  if (terminated?.reason) {
    errors.push(
      terminated.message
        ? `[${terminated.reason}] ${trimmed(terminated.message)}`
        : `container "${status.name}" completed with exit code ${terminated.exitCode}`,
    );
  }
  const last = status.lastState?.terminated;
  if (last) {
    errors.push(
      `container "${status.name}" terminated at ${last.finishedAt} (${last.reason}: exit code ${last.exitCode})`,
    );
    errors.push(...(last.message ? [last.message] : []));
  }
  return errors;
}

/** Takes away what an image pull error says around its point. */
function trimmed(message = ""): string {
  return message
    .replace(/^rpc error: code = Unknown desc = Error response from daemon: /, "")
    .replace(/: manifest unknown$/, "");
}
