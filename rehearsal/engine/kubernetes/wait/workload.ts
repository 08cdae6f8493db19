// What the awaiters of DaemonSets, StatefulSets and Jobs share: the object is watched, and the pods that it selects.

import { generationOf, type KubeObject } from "../objects";
import type { WatchEvent } from "../watches";
import { neighbours, objectSource, selectorQuery, type Awaiter, type Wait } from "./awaiter";

type Change = Exclude<WatchEvent["type"], "LISTED">;

export interface Workload extends Pick<Awaiter, "done" | "tick" | "failure"> {
  /** As last seen; `changed` sets it. */
  object: KubeObject;
  changed(object: KubeObject, change: Change): void;
  podChanged(pod: KubeObject, change: Change): void;
}

export async function workloadAwaiter(wait: Wait, workload: Workload): Promise<Awaiter> {
  return {
    sources: [
      await objectSource(wait, wait.object),
      neighbours("pods", wait.object, selectorQuery(wait.object)),
    ],
    get object() {
      return workload.object;
    },
    handle({ key, type, object }: WatchEvent) {
      if (type === "LISTED") {
        return;
      }
      if (key === "pods") {
        workload.podChanged(object, type);
      } else {
        workload.changed(object, type);
      }
    },
    done: () => workload.done(),
    tick: () => workload.tick?.(),
    failure: (why) => workload.failure(why),
  };
}

/** Whether the event tells of the object as the operation left it, or later. */
export function isCurrent(wait: Wait, object: KubeObject, change: Change): boolean {
  return change !== "DELETED" && generationOf(object) >= generationOf(wait.object);
}
