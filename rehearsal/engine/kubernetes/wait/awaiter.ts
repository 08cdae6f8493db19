// Waiting for one object: an awaiter knows when it is ready and what to say meanwhile; `run` feeds it events.

import type { Operation } from "../../provider";
import type { ApiClient } from "../client";
import type { Discovery } from "../discovery";
import { WaitError } from "../errors";
import { namespaceOf, nameOf, type KubeObject } from "../objects";
import { Watches, type WatchEvent, type WatchSource } from "../watches";

/** What an awaiter starts from. */
export interface Wait {
  readonly op: Operation;
  readonly api: ApiClient;
  readonly discovery: Discovery;
  readonly inputs: KubeObject;
  /** The object as the create or update returned it. */
  readonly object: KubeObject;
  /** As it was before the update; undefined on a create. */
  readonly before?: KubeObject;
  /** Shows a message once; the same text again is not repeated (logging.DedupLogger). */
  readonly say: (message: string) => void;
}

export interface Awaiter {
  /** What to watch. The sources must be narrow: one object, or the pods of one. */
  readonly sources: WatchSource[];
  /** As last seen. */
  readonly object: KubeObject;
  /** Bounds the wait instead of the operation's timeout, where the real provider has a fixed one. */
  readonly timeoutMs?: number;
  /** When to call `done` again without an event, as `performance.now()` counts. */
  readonly wakeAt?: number;
  handle(event: WatchEvent): void | Promise<void>;
  done(): boolean;
  /** Says now and then what is wrong with the pods. */
  tick?(): void;
  /** Time is up, or the user gave up; undefined = it is good enough after all. */
  failure(why: "timeout" | "cancelled"): WaitError | undefined;
}

const TICK_MS = 10_000;

/** @throws WaitError with the object as last seen. */
export async function run(wait: Wait, awaiter: Awaiter, timeoutMs: number): Promise<KubeObject> {
  const { signal } = wait.op;
  const deadline = performance.now() + (awaiter.timeoutMs ?? timeoutMs);
  const watches = new Watches(wait.api, (message) => wait.op.status(message));
  let tick = performance.now() + TICK_MS;
  try {
    for (const source of [...awaiter.sources, eventsAbout(wait.object)]) {
      watches.add(source);
    }
    while (!awaiter.done()) {
      if (signal.aborted || performance.now() >= deadline) {
        const failure = awaiter.failure(signal.aborted ? "cancelled" : "timeout");
        if (failure) {
          throw failure;
        }
        return awaiter.object;
      }
      const event = await watches.next(Math.min(deadline, tick, awaiter.wakeAt ?? Infinity), signal);
      if (event?.key === "events") {
        sayWarning(wait, event);
      } else if (event) {
        await awaiter.handle(event);
      }
      if (performance.now() >= tick) {
        awaiter.tick?.();
        tick = performance.now() + TICK_MS;
      }
    }
    return awaiter.object;
  } finally {
    watches.close();
  }
}

/** The source that follows one object. */
export async function objectSource(
  wait: Pick<Wait, "discovery" | "op">,
  object: KubeObject,
): Promise<WatchSource> {
  const path = await wait.discovery.collection(object, wait.op.signal);
  return { key: "object", path, query: { fieldSelector: `metadata.name=${nameOf(object)}` } };
}

/** A built-in kind beside the object, in its namespace. */
export function neighbours(key: string, object: KubeObject, query?: Record<string, string>): WatchSource {
  const root = ["replicasets"].includes(key) ? "/apis/apps/v1" : "/api/v1";
  return { key, path: `${root}/namespaces/${namespaceOf(object)}/${key}`, query, optional: true };
}

/** `spec.selector` as a query; none = all, where it cannot be written in one. */
export function selectorQuery(object: KubeObject): Record<string, string> | undefined {
  const { matchLabels = {}, matchExpressions = [] } = object.spec?.selector ?? {};
  const terms = [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values }: KubeObject) =>
      operator === "Exists"
        ? key
        : operator === "DoesNotExist"
          ? `!${key}`
          : `${key} ${operator === "In" ? "in" : "notin"} (${(values ?? []).join(",")})`,
    ),
  ];
  return terms.length > 0 ? { labelSelector: terms.join(",") } : undefined;
}

export function timedOut(object: KubeObject, subErrors: string[]): WaitError {
  return new WaitError(`'${nameOf(object)}' timed out waiting to be Ready`, object, subErrors);
}

export function cancelled(object: KubeObject, subErrors: string[]): WaitError {
  return new WaitError(`Resource operation was cancelled for "${nameOf(object)}"`, object, subErrors);
}

function eventsAbout(object: KubeObject): WatchSource {
  const namespace = namespaceOf(object);
  const path = namespace === "" ? "/api/v1/events" : `/api/v1/namespaces/${namespace}/events`;
  return {
    key: "events",
    path,
    query: { fieldSelector: `involvedObject.uid=${object.metadata.uid}` },
    optional: true,
  };
}

function sayWarning(wait: Wait, { type, object }: WatchEvent): void {
  if (type !== "LISTED" && object.type === "Warning") {
    wait.say(`${object.reason}: ${object.message}`);
  }
}
