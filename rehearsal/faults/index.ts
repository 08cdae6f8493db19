// What can be made to go wrong in a run (`--fault`), when it begins, and what brings it about.
import { setTimeout as pause } from "node:timers/promises";
import type { LocalClusters } from "../clusters";
import { messageOf } from "../system/refusal";
import type { EngineEvent } from "../pulumi/eventLog";

interface FaultKind {
  /** What goes wrong, in the words of the help text. */
  readonly text: string;
  /** The layer with whose start it begins, by the end of its name; undefined = when the cluster is ready. */
  readonly at?: string;
  /** False = it cannot begin with a layer. */
  readonly layers?: false;
  /** How long it lasts, where it ends by itself. */
  readonly seconds?: number;
  /** The cluster's daemon brings it about, while the run lasts and until the next one. */
  readonly daemon?: true;
}

const daemon = true as const;
const layers = false as const;

export const faultKinds = {
  "kube-proxy-put-during": {
    text: "the addon manager overwrites kube-proxy wholly, by PUT, when the switch has been made",
    daemon,
  },
  "kube-proxy-put-after": {
    text: "the same, when kube-proxy has been looked at again",
    daemon,
  },
  "operator-degraded": { text: "the operator is Degraded", at: "felix", daemon },
  "operator-dead": { text: "the operator does nothing", daemon },
  "foreign-manager": { text: "another field manager owns what is ours, by force", daemon },
  "node-never-ready": { text: "calico-node never gets ready on one node", daemon },
  "api-server-gone": { text: "the API server is away for 20 s", at: "felix", seconds: 20 },
  "crds-late": {
    text: "Calico's CRDs come 30 s after Azure said that the cluster is ready",
    seconds: 30,
    layers,
  },
  "kubeconfig-rotated": { text: "AKS hands out a kubeconfig with other credentials than before", layers },
  "ctrl-c": { text: "Ctrl-C", at: "felix" },
} as const satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof faultKinds;

/** A fault as asked for on the command line: `NAME[=SECONDS][@LAYER]`. */
export interface Fault {
  readonly name: FaultName;
  readonly at?: string;
  readonly seconds?: number;
}

/** @returns undefined where the text is no fault */
export function parseFault(text: string): Fault | undefined {
  const [, name, seconds, layer] = /^([a-z-]+?)(?:=(\d{1,3}))?(?:@([a-z0-9-]+))?$/.exec(text) ?? [];
  if (!Object.hasOwn(faultKinds, name ?? "")) return undefined;
  const kind: FaultKind = faultKinds[name as FaultName];
  if ((seconds !== undefined && kind.seconds === undefined) || (layer !== undefined && kind.layers === false))
    return undefined;
  return {
    name: name as FaultName,
    at: layer ?? kind.at,
    seconds: seconds === undefined ? kind.seconds : Number(seconds),
  };
}

/** Those that the cluster itself brings about, from when it is ready. */
export const fromTheStart = (faults: readonly Fault[]): string[] =>
  faults.filter(({ name, at }) => isDaemon(name) && at === undefined).map(({ name }) => name);

const isDaemon = (name: FaultName) => (faultKinds[name] as FaultKind).daemon === true;

/** The faults of one run that begin with a layer, each let loose by the CLI's event that the layer begins. */
export class Faults {
  private readonly waiting: Set<Fault>;
  private readonly active: string[];
  private readonly underWay: Promise<void>[] = [];

  /** @param signal sends one to the CLI; @param say told when a fault begins and ends */
  constructor(
    faults: readonly Fault[],
    private readonly clusters: LocalClusters,
    private readonly signal: (name: "SIGINT" | "SIGSTOP" | "SIGCONT") => void,
    private readonly say: (line: string) => void,
  ) {
    this.waiting = new Set(faults.filter(({ at }) => at !== undefined));
    this.active = fromTheStart(faults);
  }

  /** Begins those that begin with this step. */
  see({ resourcePreEvent: step }: EngineEvent): void {
    if (!step || step.planning || step.metadata.op === "same") return;
    const name = step.metadata.urn.split("::").at(-1)!;
    for (const fault of [...this.waiting].filter(({ at }) => name.endsWith(`-${at}`))) {
      this.waiting.delete(fault);
      this.say(`fault ${fault.name}: ${faultKinds[fault.name].text}`);
      this.underWay.push(
        this.begin(fault).catch((error) => this.say(`fault ${fault.name}: ${messageOf(error)}`)),
      );
    }
  }

  private async begin(fault: Fault): Promise<void> {
    if (fault.name === "ctrl-c") return this.signal("SIGINT");
    if (fault.name === "api-server-gone") return this.outage(fault);
    this.active.push(fault.name);
    // The layer after this one begins when the fault is in force.
    this.signal("SIGSTOP");
    try {
      await this.ofEach((cluster) => this.clusters.setFaults(cluster, this.active));
    } finally {
      this.signal("SIGCONT");
    }
  }

  private async ofEach(work: (cluster: string) => Promise<unknown>): Promise<void> {
    await Promise.all(this.clusters.names().map(work));
  }

  private async outage(fault: Fault): Promise<void> {
    await this.ofEach((cluster) => this.clusters.killComponent(cluster, "kube-apiserver"));
    await pause(fault.seconds! * 1000);
    await this.ofEach((cluster) => this.clusters.startComponent(cluster, "kube-apiserver"));
    this.say(`fault api-server-gone: the API server is back after ${fault.seconds} s`);
  }

  /** Waits for what must end with the run, and says what never began. */
  async settle(): Promise<void> {
    await Promise.all(this.underWay);
    for (const { name, at } of this.waiting)
      this.say(`fault ${name} never began: no step of …-${at} started`);
  }
}
