// What is to go wrong in a cluster: a file in its folder that its daemon follows, so that faults outlive the process
// that set them and reach a daemon that was started before.
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Layout } from "./kwok";

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

interface FaultState {
  readonly names: readonly string[];
  /** Where "node-never-ready" is. */
  readonly stuckNode?: string;
}

const file = (where: Layout) => path.join(where.folder, "faults.json");
const seenFile = (where: Layout) => path.join(where.folder, "faults-seen.json");
const read = (name: string): string => (fs.existsSync(name) ? fs.readFileSync(name, "utf8") : "");

export const readFaults = (where: Layout): FaultState => JSON.parse(read(file(where)) || '{ "names": [] }');

/** @throws Error naming the faults that there are */
export function writeFaults(where: Layout, names: readonly string[], stuckNode: string | undefined): void {
  const unknown = names.find((name) => !(daemonFaults as readonly string[]).includes(name));
  if (unknown) throw new Error(`there is no fault ${unknown}; there are ${daemonFaults.join(", ")}`);
  // Moved to its place whole: the daemon may read at any time.
  fs.writeFileSync(`${file(where)}.new`, JSON.stringify({ names, stuckNode }));
  fs.renameSync(`${file(where)}.new`, file(where));
}

/** True once the daemon goes by what the file says. */
export const faultsSeen = (where: Layout): boolean => read(file(where)) === read(seenFile(where));

/** The daemon's view of the file. */
export class Faults {
  private text = "";
  private names: readonly string[] = [];
  private readonly listeners: (() => Promise<unknown>)[] = [];

  constructor(private readonly where: Layout) {
    this.take(read(file(where)));
    fs.writeFileSync(seenFile(where), this.text);
  }

  private take(text: string): void {
    this.text = text;
    this.names = readFaults(this.where).names;
  }

  has(name: DaemonFault): boolean {
    return this.names.includes(name);
  }

  /** @param listener ends when nothing goes on any more that does not know of the change */
  onChange(listener: () => Promise<unknown>): void {
    this.listeners.push(listener);
  }

  async follow(): Promise<never> {
    for (;;) {
      await pause(100);
      const text = read(file(this.where));
      // An empty text is a folder that is going away this very moment.
      if (text === this.text || text === "") continue;
      this.take(text);
      await Promise.all(this.listeners.map((listener) => listener()));
      fs.writeFileSync(seenFile(this.where), text);
    }
  }
}
