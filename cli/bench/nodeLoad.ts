// What a load costs both nodes.
import { wordsOf } from "../cluster";
import { say } from "../connectivity/cleanUp";
import { cores, extraCores, leastSeconds, type NodeUsage, type Pair } from "./cpu";

/** Null = it could not be read. */
export interface Cost {
  /** Of both nodes, beyond idle. */
  cores: number | null;
  serverMiB: number | null;
  clientMiB: number | null;
}

const unknown: Cost = { cores: null, serverMiB: null, clientMiB: null };

export class NodeLoad {
  /** Cores that the nodes use by themselves; null = CPU is not measured. */
  idle: Pair<number> | null = null;
  /** Why not. */
  unread?: string;

  constructor(
    private readonly usage: NodeUsage,
    private readonly signal: AbortSignal,
  ) {}

  /** Without it nothing is known of a load. @param seconds how long a run takes */
  async measureIdle(seconds: number): Promise<void> {
    try {
      if (seconds < leastSeconds)
        throw new Error(`runs of ${seconds} s are too short for it: --seconds ${leastSeconds}`);
      const now = await this.usage.now();
      say(`idle, for ${leastSeconds} s`);
      // The one that is there may be from before the pods were.
      const first = await this.usage.newer(now);
      const last = await this.usage.newer(first, first);
      this.idle = { server: cores(first.server, last.server), client: cores(first.client, last.client) };
    } catch (error) {
      this.signal.throwIfAborted();
      this.unread = wordsOf(error).trim();
      say(`CPU could not be read, so there are no figures of it: ${this.unread}`);
    }
  }

  /** @param activeSeconds how long the load lasts within `work` */
  async around<T>(activeSeconds: number, work: () => Promise<T>): Promise<[T, Cost]> {
    const { usage, idle } = this;
    if (idle === null) return [await work(), unknown];
    // The load is worth something without them.
    const reading = usage.now();
    await reading.catch(() => undefined);
    const found = await work();
    try {
      const [before, end] = [await reading, await usage.now()];
      const after = await usage.newer(end, before);
      const extra = (role: keyof Pair<number>) =>
        extraCores(before[role], after[role], idle[role], activeSeconds);
      const [serverMiB, clientMiB] = [end.server.memoryMiB, end.client.memoryMiB];
      return [found, { cores: extra("server") + extra("client"), serverMiB, clientMiB }];
    } catch (error) {
      this.signal.throwIfAborted();
      say(`no CPU figures of this run: ${wordsOf(error)}`);
      return [found, unknown];
    }
  }
}
