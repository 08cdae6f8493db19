// Kinds whose own status says in one field that they are ready (await/awaiters.go). The real provider polls these with
// a fixed time limit of their own; here the same limit, without polling.

import { isDeepStrictEqual } from "node:util";
import { WaitError } from "../errors";
import { nameOf, type KubeObject } from "../objects";
import type { WatchEvent } from "../watches";
import { objectSource, type Awaiter, type Wait } from "./awaiter";

type Ready = (object: KubeObject, wait: Wait) => boolean;

const MINUTES = 60_000;

async function fieldAwaiter(wait: Wait, timeoutMs: number, ready: Ready): Promise<Awaiter> {
  let seen: KubeObject = wait.object;
  return {
    sources: [await objectSource(wait, wait.object)],
    timeoutMs,
    get object() {
      return seen;
    },
    handle({ type, object }: WatchEvent) {
      seen = type === "ADDED" || type === "MODIFIED" ? object : seen;
    },
    done: () => ready(seen, wait),
    failure: (why) =>
      new WaitError(
        why === "timeout"
          ? `Timeout occurred polling for '${nameOf(seen)}'`
          : `Resource operation was cancelled for '${nameOf(seen)}'`,
        seen,
      ),
  };
}

export const persistentVolumeAwaiter = (wait: Wait): Promise<Awaiter> =>
  fieldAwaiter(wait, 5 * MINUTES, (object) => {
    const phase = object.status?.phase;
    const said: Record<string, string> = {
      Available: "✅ PV marked available",
      Bound: "✅ PV has been bound",
    };
    if (said[phase]) {
      wait.say(said[phase]);
    }
    return said[phase] !== undefined;
  });

export async function persistentVolumeClaimAwaiter(wait: Wait): Promise<Awaiter> {
  const bindsLate = (await bindMode(wait)) === "WaitForFirstConsumer";
  return fieldAwaiter(wait, 5 * MINUTES, (object) => {
    const phase = object.status?.phase;
    if (wait.before && phase === "Bound") {
      return true;
    }
    return phase === (bindsLate ? "Pending" : "Bound");
  });
}

async function bindMode(wait: Wait): Promise<string | undefined> {
  const name = wait.object.spec?.storageClassName;
  if (!name) {
    wait.say(`no storage class found for "${nameOf(wait.object)}"`);
    return undefined;
  }
  const path = `/apis/storage.k8s.io/v1/storageclasses/${name}`;
  try {
    return (await wait.api.request("GET", path, { signal: wait.op.signal })).volumeBindingMode;
  } catch (error) {
    wait.say(`getting storagclass "${name}": ${(error as Error).message}`);
    return undefined;
  }
}

export const replicationControllerAwaiter = (wait: Wait): Promise<Awaiter> =>
  fieldAwaiter(
    wait,
    10 * MINUTES,
    ({ spec, status }) =>
      status?.availableReplicas !== undefined && status.availableReplicas === spec?.replicas,
  );

export const resourceQuotaAwaiter = (wait: Wait): Promise<Awaiter> =>
  fieldAwaiter(
    wait,
    1 * MINUTES,
    ({ spec, status }) => status?.hard !== undefined && isDeepStrictEqual(spec?.hard, status.hard),
  );

/** A token Secret is empty until a controller has filled it; all others are ready at once. */
export const secretAwaiter = (wait: Wait): Promise<Awaiter> =>
  fieldAwaiter(
    wait,
    5000,
    ({ type, data }) => type !== "kubernetes.io/service-account-token" || Object.keys(data ?? {}).length > 0,
  );
