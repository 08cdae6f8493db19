// DaemonSets, and patches of them: until the roll-out is complete by kstatus (await/daemonset.go).

import { WaitError } from "../errors";
import { generationOf, isOwnedBy, type KubeObject } from "../objects";
import type { WatchEvent } from "../watches";
import { neighbours, objectSource, selectorQuery, type Awaiter, type Wait } from "./awaiter";
import { daemonSetStatus } from "./kstatus";
import { podReport } from "./podReport";

export async function daemonSetAwaiter(wait: Wait): Promise<Awaiter> {
  let seen: KubeObject = wait.object;
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
        if (isOwnedBy(object, seen)) {
          podReport(object).warnings.forEach(wait.say);
        }
      } else if (type !== "DELETED" && generationOf(object) >= generationOf(wait.object)) {
        seen = object;
      }
    },
    done() {
      const { current, message } = daemonSetStatus(seen);
      wait.say(message);
      return current;
    },
    // The real provider says the same for a cancelled wait.
    failure: () => new WaitError("timed out waiting for the condition", seen),
  };
}
