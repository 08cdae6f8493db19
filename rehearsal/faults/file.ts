// What is to go wrong in a cluster: a file in its folder that its daemon follows, so that faults outlive the process
// that set them and reach a daemon that was started before.
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Layout } from "../controlPlane/kwok";

export const daemonFaults = [
  /** The addon manager replaces kube-proxy wholly, by PUT, once when `linuxDataplane` has become BPF. */
  "kube-proxy-put-during",
  /** The same, once, 1 s after kube-proxy was looked at again. */
  "kube-proxy-put-after",
  /** The operator calls itself Degraded: a pod of calico-node cannot pull its image. */
  "operator-degraded",
  /** The operator does nothing. */
  "operator-dead",
  /** Another field manager owns kube-proxy's node selector, and takes it back by force whenever it is changed. */
  "foreign-manager",
  /** On one node calico-node's pods do not get ready. */
  "node-never-ready",
] as const;
export type DaemonFault = (typeof daemonFaults)[number];

export interface FaultState {
  /** When each fault was set (milliseconds since 1970). One that is set once more while it is set keeps its time. */
  readonly since: Partial<Record<DaemonFault, number>>;
  /** Where {@link daemonFaults} "node-never-ready" is. */
  readonly stuckNode?: string;
}

const file = (where: Layout) => path.join(where.folder, "faults.json");
const seenFile = (where: Layout) => path.join(where.folder, "faults-seen.json");

const read = (name: string): string => {
  try {
    return fs.readFileSync(name, "utf8");
  } catch {
    return "";
  }
};

export function readFaults(where: Layout): FaultState {
  const text = read(file(where));
  return text ? (JSON.parse(text) as FaultState) : { since: {} };
}

/** @throws Error naming the faults that there are */
export function writeFaults(where: Layout, names: readonly string[], stuckNode: string | undefined): void {
  const unknown = names.find((name) => !(daemonFaults as readonly string[]).includes(name));
  if (unknown) throw new Error(`there is no fault ${unknown}; there are ${daemonFaults.join(", ")}`);
  const { since } = readFaults(where);
  const entries = (names as DaemonFault[]).map((name) => [name, since[name] ?? Date.now()]);
  const state: FaultState = { since: Object.fromEntries(entries), stuckNode };
  // Moved to its place whole: the daemon may read at any time.
  fs.writeFileSync(`${file(where)}.new`, JSON.stringify(state));
  fs.renameSync(`${file(where)}.new`, file(where));
}

/** True once the daemon goes by what the file says. */
export const faultsSeen = (where: Layout): boolean => read(file(where)) === read(seenFile(where));

/** The daemon's view of the file. */
export class Faults {
  private text: string | undefined;
  private state: FaultState = { since: {} };
  private readonly listeners: (() => void | Promise<void>)[] = [];

  constructor(private readonly where: Layout) {
    this.text = read(file(where));
    this.state = readFaults(where);
    fs.writeFileSync(seenFile(where), this.text);
  }

  /** When the fault was set; undefined = it is not set. */
  since(name: DaemonFault): number | undefined {
    return this.state.since[name];
  }

  has(name: DaemonFault): boolean {
    return this.since(name) !== undefined;
  }

  /** @param listener returns when nothing goes on any more that does not know of the change */
  onChange(listener: () => void | Promise<void>): void {
    this.listeners.push(listener);
  }

  private async look(): Promise<void> {
    const text = read(file(this.where));
    if (text === this.text) return;
    this.text = text;
    this.state = readFaults(this.where);
    await Promise.all(this.listeners.map((listener) => listener()));
    fs.writeFileSync(seenFile(this.where), text);
  }

  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // The folder may be going away this very moment; whoever watches over the daemon ends it then.
      if (fs.existsSync(this.where.folder)) await this.look();
      await pause(100, undefined, { signal }).catch(() => undefined);
    }
  }
}
