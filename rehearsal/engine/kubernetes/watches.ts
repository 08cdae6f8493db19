// Watches on the API server that outlive it: list, watch from there, and again with a growing pause after a failure,
// as client-go's reflector does. All watches of one wait feed one queue.

import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "./client";
import { ApiError, messageOf } from "./errors";
import type { KubeObject } from "./objects";

export interface WatchSource {
  /** Comes back in each event, to tell the sources apart. */
  readonly key: string;
  /** A collection, narrowed by `query` (`fieldSelector`, `labelSelector`). */
  readonly path: string;
  readonly query?: Record<string, string>;
  /** Only for messages: a user who may not read it does without. */
  readonly optional?: boolean;
}

export interface WatchEvent {
  readonly key: string;
  /** LISTED: all objects that exist now have been told. */
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "LISTED";
  readonly object: KubeObject;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;
const MAX_TIMER_MS = 2 ** 31 - 1;

export class Watches {
  private readonly queue: WatchEvent[] = [];
  private readonly stopped = new AbortController();
  private wake?: () => void;

  /** @param trouble told once an outage that a needed source cannot be read, and why. */
  constructor(
    private readonly api: ApiClient,
    private readonly trouble: (message: string) => void,
  ) {}

  add(source: WatchSource): void {
    void this.follow(source);
  }

  /** The next event; undefined when `until` (as `performance.now()` counts) has come or `signal` has fired. */
  async next(until: number, signal: AbortSignal): Promise<WatchEvent | undefined> {
    if (this.queue.length === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const finish = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", finish);
          this.wake = undefined;
          resolve();
        };
        const wait = Math.min(Math.max(until - performance.now(), 0), MAX_TIMER_MS);
        const timer = setTimeout(finish, wait);
        signal.addEventListener("abort", finish);
        this.wake = finish;
      });
    }
    return this.queue.shift();
  }

  /** Ends all watches; nothing keeps the process alive afterwards. */
  close(): void {
    this.stopped.abort();
  }

  private emit(event: WatchEvent): void {
    this.queue.push(event);
    this.wake?.();
  }

  private async follow(source: WatchSource): Promise<void> {
    const { signal } = this.stopped;
    const known = new Map<string, KubeObject>();
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        const version = await this.list(source, known);
        pause = FIRST_PAUSE_MS;
        // A watch that breaks off says little; the next list says whether the server is there.
        await this.watch(source, known, version).catch(() => undefined);
      } catch (error) {
        if (source.optional && error instanceof ApiError && error.code === 403) {
          return;
        }
        if (!source.optional && pause === FIRST_PAUSE_MS && !signal.aborted) {
          this.trouble(`cannot watch, trying again: ${messageOf(error)}`);
        }
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Tells what exists, and what has gone since the last list. Returns the version to watch from. */
  private async list(source: WatchSource, known: Map<string, KubeObject>): Promise<string> {
    const { signal } = this.stopped;
    const list = await this.api.request("GET", source.path, { query: source.query, signal });
    const items: KubeObject[] = (list.items ?? []).map((item: KubeObject) => ({
      // Items of a list come without them.
      apiVersion: list.apiVersion,
      kind: String(list.kind ?? "").replace(/List$/, ""),
      ...item,
    }));
    const uids = new Set(items.map((item) => item.metadata.uid));
    for (const [uid, object] of known) {
      if (!uids.has(uid)) {
        known.delete(uid);
        this.emit({ key: source.key, type: "DELETED", object });
      }
    }
    for (const object of items) {
      const before = known.get(object.metadata.uid);
      known.set(object.metadata.uid, object);
      if (before?.metadata.resourceVersion !== object.metadata.resourceVersion) {
        this.emit({ key: source.key, type: before ? "MODIFIED" : "ADDED", object });
      }
    }
    this.emit({ key: source.key, type: "LISTED", object: {} });
    return list.metadata?.resourceVersion ?? "";
  }

  /** Follows changes; returns when the version has grown too old to go on from, throws on a failure. */
  private async watch(source: WatchSource, known: Map<string, KubeObject>, version: string): Promise<void> {
    for (let from = version; !this.stopped.signal.aborted;) {
      const query = { ...source.query, watch: "true", allowWatchBookmarks: "true", resourceVersion: from };
      for await (const { type, object } of this.api.stream(source.path, query, this.stopped.signal)) {
        if (type === "ERROR") {
          if (object.code === 410) {
            return;
          }
          throw new ApiError(object.message ?? "watch failed", object.code ?? 0, object.reason ?? "");
        }
        from = object.metadata.resourceVersion;
        if (type === "DELETED") {
          known.delete(object.metadata.uid);
        } else if (type !== "BOOKMARK") {
          known.set(object.metadata.uid, object);
        }
        if (type !== "BOOKMARK") {
          this.emit({ key: source.key, type, object });
        }
      }
    }
  }
}
