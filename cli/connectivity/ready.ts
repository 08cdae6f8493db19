// Waiting for what was made, and why it does not come.
import { setTimeout as pause } from "node:timers/promises";
import type { KubeObject } from "../cluster";
import { Ended, exit } from "../exit";
import { condition, isReady } from "../status/check";
import type { Asking } from "./exec";

const everyMs = 500;

/**
 * Looks until `found` has something, at least once. @throws what the signal says @returns undefined = it did not come
 */
export async function until<T>(
  seconds: number,
  signal: AbortSignal,
  find: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    signal.throwIfAborted();
    const found = await find();
    if (found !== undefined || Date.now() >= end) return found;
    await pause(Math.min(everyMs, Math.max(0, end - Date.now())), undefined, { signal });
  }
}

function whyNot(pod: KubeObject): string {
  const { reason, message } = pod.status?.containerStatuses?.[0]?.state?.waiting ?? {};
  const unscheduled = condition(pod, "PodScheduled");
  const words =
    reason !== undefined && reason !== "ContainerCreating"
      ? `${reason}${message ? `: ${message}` : ""}`
      : unscheduled?.status === "False"
        ? `not scheduled: ${unscheduled.message}`
        : (condition(pod, "Ready")?.message ?? reason ?? pod.status?.phase ?? "unknown");
  return `${pod.metadata.name} (${pod.spec.nodeName ?? "on no node"}): ${words}`;
}

/** By their names. @throws Ended saying which pods do not get ready, and why */
export async function readyPods(
  { cluster, namespace, signal }: Asking,
  seconds: number,
): Promise<Map<string, KubeObject>> {
  let pods: KubeObject[] = [];
  const ready = await until(seconds, signal, async () => {
    pods = await cluster.list(`/api/v1/namespaces/${namespace}/pods`);
    return pods.every(isReady) || undefined;
  });
  if (ready) return new Map(pods.map((pod) => [pod.metadata.name, pod]));
  throw new Ended(
    `after ${seconds} s these pods are not ready:\n  ${pods
      .filter((pod) => !isReady(pod))
      .map(whyNot)
      .join("\n  ")}`,
    "an image that cannot be pulled: --image; slow nodes: --timeout; to look yourself: --keep",
    exit.failed,
  );
}
