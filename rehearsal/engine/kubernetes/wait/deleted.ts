// Waiting until an object is gone (await/condition/deleted.go).

import { WaitError } from "../errors";
import type { KubeObject } from "../objects";
import type { WatchEvent } from "../watches";
import { objectSource, type Awaiter, type Wait } from "./awaiter";
import { genericStatus } from "./kstatus";

/** Kinds where `skipAwait` holds for the delete too; an old habit of the provider that it keeps (overrides.go). */
const skippable = new Set([
  "v1/Namespace",
  "v1/Pod",
  "v1/ReplicationController",
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "batch/v1/Job",
]);

export function maySkipDeletion(object: KubeObject): boolean {
  return skippable.has(`${object.apiVersion}/${object.kind}`);
}

export async function deletedAwaiter(wait: Wait): Promise<Awaiter> {
  let seen: KubeObject = wait.object;
  let exists = true;
  let listed = false;
  let found = false;
  const source = await objectSource(wait, wait.object);
  return {
    sources: [source],
    get object() {
      return seen;
    },
    handle({ type, object }: WatchEvent) {
      if (type === "LISTED") {
        // It may have gone before the watch began; later lists tell what they miss.
        exists = exists && (listed || found);
        listed = true;
        return;
      }
      // Another object may bear the name by now.
      if (object.metadata.uid !== wait.object.metadata.uid) {
        return;
      }
      found = true;
      seen = object;
      exists = type !== "DELETED";
      if (exists) {
        wait.say(genericStatus(object)?.message ?? "");
      }
    },
    done: () => !exists,
    failure(why) {
      const finalizers: string[] = seen.metadata.finalizers ?? [];
      wait.op.log("warning", `finalizers might be preventing deletion (${finalizers.join(", ")})`);
      const message = why === "timeout" ? "timed out waiting for the condition" : "context canceled";
      return new WaitError(message, seen);
    },
  };
}
