// DaemonSets, and patches of them: until the roll-out is complete by kstatus (await/daemonset.go).

import { WaitError } from "../errors";
import { isOwnedBy } from "../objects";
import type { Awaiter, Wait } from "./awaiter";
import { daemonSetStatus } from "./kstatus";
import { podReport } from "./podReport";
import { isCurrent, workloadAwaiter } from "./workload";

export function daemonSetAwaiter(wait: Wait): Promise<Awaiter> {
  return workloadAwaiter(wait, {
    object: wait.object,
    changed(object, change) {
      if (isCurrent(wait, object, change)) {
        this.object = object;
      }
    },
    podChanged(pod) {
      if (isOwnedBy(pod, this.object)) {
        podReport(pod).warnings.forEach(wait.say);
      }
    },
    done() {
      const { current, message } = daemonSetStatus(this.object);
      wait.say(message);
      return current;
    },
    failure() {
      // The real provider says the same for a cancelled wait.
      return new WaitError("timed out waiting for the condition", this.object);
    },
  });
}
