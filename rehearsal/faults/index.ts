// What can be made to go wrong in a run (`--fault`), when it begins, and what brings it about.
import { setTimeout as pause } from "node:timers/promises";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { LocalClusters } from "../clusters";
import { type ClusterFault, clusterFaults } from "../controlPlane/faults";
import { messageOf } from "../system/refusal";

export const faultKinds = {
  ...clusterFaults,
  "api-server-gone": "the API server is away for 20 s",
  "crds-late": "Calico's CRDs come 30 s after Azure said that the cluster is ready",
  "kubeconfig-rotated": "AKS hands out a kubeconfig with other credentials than before",
  "ctrl-c": "Ctrl-C",
} as const;

type FaultName = keyof typeof faultKinds;

/** The layer with whose start a fault begins, by the end of its name; the others begin when the cluster is ready. */
const startLayers: Partial<Record<FaultName, string>> = {
  "operator-degraded": "felix",
  "api-server-gone": "felix",
  "ctrl-c": "felix",
};
/** How long those last that end by themselves. */
const durations: Partial<Record<FaultName, number>> = { "api-server-gone": 20, "crds-late": 30 };
const neverWithLayer: readonly FaultName[] = ["crds-late", "kubeconfig-rotated"];

/** A fault as asked for on the command line: `NAME[=SECONDS][@LAYER]`. */
export interface Fault {
  readonly name: FaultName;
  readonly at?: string;
  readonly seconds?: number;
}

export function parseFault(text: string): Fault | undefined {
  const [, word, seconds, layer] = /^([a-z-]+?)(?:=(\d{1,3}))?(?:@([a-z0-9-]+))?$/.exec(text) ?? [];
  if (!Object.hasOwn(faultKinds, word ?? "")) return undefined;
  const name = word as FaultName;
  if ((seconds && !durations[name]) || (layer && neverWithLayer.includes(name))) return undefined;
  return { name, at: layer ?? startLayers[name], seconds: seconds ? Number(seconds) : durations[name] };
}

const isClusterFault = (name: FaultName): name is ClusterFault => Object.hasOwn(clusterFaults, name);

/** Those that the cluster itself brings about, from when it is ready. */
export const fromTheStart = (faults: readonly Fault[]): ClusterFault[] =>
  faults.flatMap(({ name, at }) => (isClusterFault(name) && at === undefined ? [name] : []));

/** The faults of one run that begin with a layer, each let loose by the CLI's event that the layer begins. */
export class Faults {
  private readonly waiting: Set<Fault>;
  private readonly active: ClusterFault[];
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

  see({ resourcePreEvent: step }: EngineEvent): void {
    // `planning`: in a preview, also in the one that comes before an update.
    if (!step || step.planning || step.metadata.op === "same") return;
    const name = step.metadata.urn.split("::").at(-1)!;
    for (const fault of [...this.waiting].filter(({ at }) => name.endsWith(`-${at}`))) {
      this.waiting.delete(fault);
      this.say(`fault ${fault.name}: ${faultKinds[fault.name]}`);
      this.underWay.push(
        this.begin(fault).catch((error) => this.say(`fault ${fault.name}: ${messageOf(error)}`)),
      );
    }
  }

  private async begin({ name, seconds }: Fault): Promise<void> {
    if (name === "ctrl-c") return this.signal("SIGINT");
    if (!isClusterFault(name)) return this.outage(seconds!);
    this.active.push(name);
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

  private async outage(seconds: number): Promise<void> {
    await this.ofEach((cluster) => this.clusters.killComponent(cluster, "kube-apiserver"));
    await pause(seconds * 1000);
    await this.ofEach((cluster) => this.clusters.startComponent(cluster, "kube-apiserver"));
    this.say(`fault api-server-gone: the API server is back after ${seconds} s`);
  }

  /** Waits for what must end with the run, and says what never began. */
  async settle(): Promise<void> {
    await Promise.all(this.underWay);
    for (const { name, at } of this.waiting)
      this.say(`fault ${name} never began: no step of …-${at} started`);
  }
}
