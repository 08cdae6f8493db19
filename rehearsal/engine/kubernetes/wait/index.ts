// Which awaiter an object gets: the user's `pulumi.com/waitFor` before the kind's own, and none for kinds that are
// there as soon as they are made (await/awaiters.go, metadata/overrides.go).

import { annotation, annotations, type KubeObject } from "../objects";
import { run, type Awaiter, type Wait } from "./awaiter";
import { daemonSetAwaiter } from "./daemonSet";
import { deletedAwaiter, maySkipDeletion } from "./deleted";
import { deploymentAwaiter } from "./deployment";
import { ingressAwaiter } from "./ingress";
import {
  persistentVolumeAwaiter,
  persistentVolumeClaimAwaiter,
  replicationControllerAwaiter,
  resourceQuotaAwaiter,
  secretAwaiter,
} from "./phases";
import { jobAwaiter, podAwaiter } from "./podAndJob";
import { serviceAwaiter } from "./service";
import { statefulSetAwaiter } from "./statefulSet";
import { waitForAwaiter } from "./waitFor";

const byKind: Record<string, (wait: Wait) => Promise<Awaiter>> = {
  "apps/v1/DaemonSet": daemonSetAwaiter,
  "apps/v1/Deployment": deploymentAwaiter,
  "apps/v1/StatefulSet": statefulSetAwaiter,
  "batch/v1/Job": jobAwaiter,
  "networking.k8s.io/v1/Ingress": ingressAwaiter,
  "v1/PersistentVolume": persistentVolumeAwaiter,
  "v1/PersistentVolumeClaim": persistentVolumeClaimAwaiter,
  "v1/Pod": podAwaiter,
  "v1/ReplicationController": replicationControllerAwaiter,
  "v1/ResourceQuota": resourceQuotaAwaiter,
  "v1/Secret": secretAwaiter,
  "v1/Service": serviceAwaiter,
};

const DEFAULT_TIMEOUT_S = 10 * 60;

/** Waits until the object is ready. @throws WaitError where it does not get there. */
export async function awaitReady(wait: Wait): Promise<KubeObject> {
  if (annotation(wait.inputs, annotations.skipAwait) === "true") {
    wait.say("Skipping await logic");
    return wait.object;
  }
  // Read from the live object, as the real provider does: another Patch of the same object may have put it there.
  const custom = annotation(wait.object, annotations.waitFor);
  const kind = byKind[`${wait.object.apiVersion}/${wait.object.kind}`];
  if (custom === "" && !kind) {
    return wait.object;
  }
  const awaiter = custom === "" ? await kind(wait) : await waitForAwaiter(wait, custom);
  return run(wait, awaiter, timeoutMs(wait));
}

/** Waits until the object is gone. @throws WaitError where it stays. */
export async function awaitDeleted(wait: Wait): Promise<void> {
  if (annotation(wait.inputs, annotations.skipAwait) === "true" && maySkipDeletion(wait.inputs)) {
    wait.say("Skipping await logic");
    return;
  }
  await run(wait, await deletedAwaiter(wait), timeoutMs(wait));
}

/** `customTimeouts` before the annotation before ten minutes. */
function timeoutMs({ op, inputs }: Wait): number {
  const annotated = annotation(inputs, annotations.timeoutSeconds);
  const seconds = op.timeoutSeconds || (/^[+-]?\d+$/.test(annotated) ? Number(annotated) : DEFAULT_TIMEOUT_S);
  return seconds * 1000;
}
