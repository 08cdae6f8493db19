// StatefulSets: until all replicas run the current revision (await/statefulset.go).

import { generationOf, isOwnedBy, nameOf, type KubeObject } from "../objects";
import type { WatchEvent } from "../watches";
import {
  cancelled,
  neighbours,
  objectSource,
  selectorQuery,
  timedOut,
  type Awaiter,
  type Wait,
} from "./awaiter";
import { podReport } from "./podReport";

export async function statefulSetAwaiter(wait: Wait): Promise<Awaiter> {
  let seen: KubeObject = wait.object;
  let progress = { revisionReady: false, replicasReady: false, current: 0, target: 0 };
  const pods = new Map<string, KubeObject>();
  const podWarnings = () => [...pods.values()].flatMap((pod) => podReport(pod).warnings);
  const reasons = () => {
    const { currentRevision = "", updateRevision = "" } = seen.status ?? {};
    return [
      ...(progress.replicasReady
        ? []
        : [`${progress.current} out of ${progress.target} replicas succeeded readiness checks`]),
      ...(progress.revisionReady
        ? []
        : [
            `StatefulSet controller failed to advance from revision "${currentRevision}" to revision "${updateRevision}"`,
          ]),
      ...podWarnings(),
    ];
  };
  return {
    sources: [
      await objectSource(wait, wait.object),
      neighbours("pods", wait.object, selectorQuery(wait.object)),
    ],
    get object() {
      return seen;
    },
    handle({ key, type, object }: WatchEvent) {
      if (type === "LISTED") {
        return;
      }
      if (key === "pods") {
        if (type === "DELETED" || !isOwnedBy(object, seen)) {
          pods.delete(nameOf(object));
        } else {
          pods.set(nameOf(object), object);
        }
      } else if (type !== "DELETED" && generationOf(object) >= generationOf(wait.object)) {
        seen = object;
        progress = progressOf(object);
      }
    },
    done() {
      const { replicasReady, revisionReady, current, target } = progress;
      if (replicasReady && revisionReady) {
        wait.say("StatefulSet initialization complete");
        return true;
      }
      if (generationOf(seen) <= 1) {
        wait.say(`[1/2] Waiting for StatefulSet to create Pods (${current}/${target} Pods ready)`);
      } else if (!replicasReady) {
        wait.say(`[1/3] Waiting for StatefulSet update to roll out (${current}/${target} Pods ready)`);
      } else {
        wait.say("[2/3] Waiting for StatefulSet to update .status.currentRevision");
      }
      return false;
    },
    tick: () => podWarnings().forEach(wait.say),
    failure: (why) => (why === "timeout" ? timedOut : cancelled)(seen, reasons()),
  };
}

function progressOf(object: KubeObject) {
  const { spec = {}, status = {} } = object;
  const target: number = spec.replicas ?? 0;
  if ((status.observedGeneration ?? 0) < generationOf(object)) {
    return { revisionReady: false, replicasReady: false, current: 0, target };
  }
  const count = (name: string): number => status[name] ?? 0;
  const present = target === count("replicas") && target === count("readyReplicas");
  // With OnDelete the user takes the old pods away himself, whenever that may be.
  const byHand = generationOf(object) > 1 && spec.updateStrategy?.type === "OnDelete";
  const revisionReady =
    byHand || (Boolean(status.currentRevision) && status.currentRevision === status.updateRevision);
  return {
    revisionReady,
    replicasReady: present && (byHand || target === count("currentReplicas")),
    current: revisionReady
      ? count("readyReplicas")
      : Math.min(count("readyReplicas"), count("updatedReplicas")),
    target,
  };
}
