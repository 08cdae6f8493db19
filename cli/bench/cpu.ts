// CPU and memory of nodes, from kubelet's summary API: no privileged pod.
import type { Cluster } from "../cluster";
import { until } from "../connectivity/ready";

/** kubelet looks about every 10 s; over less than this a difference is mostly chance. */
export const leastSeconds = 30;
/** For a sample that is newer. */
const patienceSeconds = 60;

export interface Sample {
  /** When kubelet took it, by its own clock, in seconds. */
  at: number;
  /** What the node has used since it started. */
  coreSeconds: number;
  memoryMiB: number;
}

/** @throws Error where it has not what is needed */
export function parseSummary({ node }: any): Sample {
  const { time, usageCoreNanoSeconds } = node?.cpu ?? {};
  const { workingSetBytes } = node?.memory ?? {};
  const sample = {
    at: Date.parse(time) / 1000,
    coreSeconds: usageCoreNanoSeconds / 1e9,
    memoryMiB: workingSetBytes / 2 ** 20,
  };
  if (Object.values(sample).every(Number.isFinite)) return sample;
  throw new Error("kubelet's summary has no CPU and memory of the node");
}

/** Cores on average. @throws Error for too short a time, or a node that was restarted */
export function cores(before: Sample, after: Sample): number {
  const [seconds, used] = [after.at - before.at, after.coreSeconds - before.coreSeconds];
  if (seconds < leastSeconds) throw new Error(`${seconds} s are too short`);
  if (used < 0) throw new Error("the node's counter began anew");
  return used / seconds;
}

/**
 * Cores that a load used while it ran, beyond those of an idle node. The samples are from before and after the load:
 * what the node does by itself in all that time is taken off, so they need not fit the load.
 */
export function extraCores(before: Sample, after: Sample, idle: number, activeSeconds: number): number {
  return ((cores(before, after) - idle) * (after.at - before.at)) / activeSeconds;
}

export type Pair<T> = { server: T; client: T };

export class NodeUsage {
  constructor(
    private readonly cluster: Cluster,
    private readonly nodes: Pair<string>,
    private readonly signal: AbortSignal,
  ) {}

  now(): Promise<Pair<Sample>> {
    return this.both((node) => this.read(node));
  }

  /** Taken after `from` was read, and long enough after `since`. No clock but kubelet's own is asked. */
  newer(from: Pair<Sample>, since?: Pair<Sample>): Promise<Pair<Sample>> {
    return this.both(async (node, role) => {
      const isNew = ({ at }: Sample) =>
        at > from[role].at && (since === undefined || at - since[role].at >= leastSeconds);
      const found = await until(leastSeconds + patienceSeconds, this.signal, async () => {
        const sample = await this.read(node);
        return isNew(sample) ? sample : undefined;
      });
      if (found === undefined) throw new Error(`kubelet of ${node} gives no newer figures`);
      return found;
    });
  }

  private async read(node: string): Promise<Sample> {
    const url = `/api/v1/nodes/${node}/proxy/stats/summary?only_cpu_and_memory=true`;
    return parseSummary(await this.cluster.get(url));
  }

  private async both<T>(ask: (node: string, role: keyof Pair<T>) => Promise<T>): Promise<Pair<T>> {
    const { server, client } = this.nodes;
    const [one, other] = await Promise.all([ask(server, "server"), ask(client, "client")]);
    return { server: one, client: other };
  }
}
