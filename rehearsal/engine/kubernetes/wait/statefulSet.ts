// StatefulSets: until all replicas run the current revision (await/statefulset.go).

import { generationOf, isOwnedBy, nameOf, type KubeObject } from "../objects";
import { cancelled, timedOut, type Awaiter, type Wait } from "./awaiter";
import { podReport } from "./podReport";
import { isCurrent, workloadAwaiter } from "./workload";

export function statefulSetAwaiter(wait: Wait): Promise<Awaiter> {
  let progress = { revisionReady: false, replicasReady: false, current: 0, target: 0 };
  const pods = new Map<string, KubeObject>();
  const podWarnings = () => [...pods.values()].flatMap((pod) => podReport(pod).warnings);
  const reasons = ({ status }: KubeObject) => {
    const { currentRevision = "", updateRevision = "" } = status ?? {};
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
  return workloadAwaiter(wait, {
    object: wait.object,
    changed(object, change) {
      if (isCurrent(wait, object, change)) {
        this.object = object;
        progress = progressOf(object);
      }
    },
    podChanged(pod, change) {
      if (change === "DELETED" || !isOwnedBy(pod, this.object)) {
        pods.delete(nameOf(pod));
      } else {
        pods.set(nameOf(pod), pod);
      }
    },
    done() {
      const { replicasReady, revisionReady, current, target } = progress;
      if (replicasReady && revisionReady) {
        wait.say("StatefulSet initialization complete");
        return true;
      }
      if (generationOf(this.object) <= 1) {
        wait.say(`[1/2] Waiting for StatefulSet to create Pods (${current}/${target} Pods ready)`);
      } else if (!replicasReady) {
        wait.say(`[1/3] Waiting for StatefulSet update to roll out (${current}/${target} Pods ready)`);
      } else {
        wait.say("[2/3] Waiting for StatefulSet to update .status.currentRevision");
      }
      return false;
    },
    tick: () => podWarnings().forEach(wait.say),
    failure(why) {
      return (why === "timeout" ? timedOut : cancelled)(this.object, reasons(this.object));
    },
  });
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
