// The measurements, one after the other: idle, throughput, latency, new connections with ever more Services.
import { say } from "../connectivity/cleanUp";
import type { Client } from "./client";
import { type Addresses, makeServices } from "./deploy";
import { connectionSeconds, newConnections, parseFortio, requests } from "./fortio";
import { activeSeconds, iperf3, parseIperf3, type Protocol } from "./iperf3";
import { round, titleOf } from "./metrics";
import type { NodeLoad } from "./nodeLoad";
import { type Measurement, spreadOf } from "./result";

export interface Plan {
  seconds: number;
  runs: number;
  /** How many there are, each time. */
  services: number[];
  /** For pods, and for a new Service to answer, in seconds. */
  patience: number;
}

/** How fast a slow cluster writes endpoints of new Services: half of kube-controller-manager's own --kube-api-qps. */
const endpointsASecond = 10;

/** Of one run: by metric. Undefined = it has none of that. */
type Found = Record<string, number | null | undefined>;

export class Measurements {
  private readonly found = new Map<string, Found[]>();

  constructor(
    private readonly client: Client,
    private readonly load: NodeLoad,
    private readonly plan: Plan,
  ) {}

  async run({ pod, service }: Addresses): Promise<Measurement[]> {
    const { runs } = this.plan;
    for (const address of [pod, service]) await this.client.answers(address, this.plan.patience);
    await this.load.measureIdle(this.plan.seconds);
    const targets = { pod, service };
    // What changes in the cluster meanwhile meets all of them.
    for (let run = 0; run < runs; run++)
      for (const protocol of ["tcp", "udp"] as const)
        for (const [name, address] of Object.entries(targets))
          this.note(`${name} ${protocol.toUpperCase()}`, await this.throughput(protocol, address));
    for (let run = 0; run < runs; run++)
      for (const [name, address] of Object.entries(targets))
        this.note(`${name} latency`, await this.latency(address));
    await this.serviceScale(service);
    return [...this.found].map(asOne);
  }

  private note(name: string, found: Found): void {
    const runs = [...(this.found.get(name) ?? []), found];
    this.found.set(name, runs);
    const [metric, value] = Object.entries(found)[0];
    const cpu = typeof found.cores === "number" ? `, ${round(found.cores)} cores` : "";
    say(`${name}, run ${runs.length} of ${this.plan.runs}: ${round(value!)} ${titleOf(metric)}${cpu}`);
  }

  private async throughput(protocol: Protocol, address: string): Promise<Found> {
    const { seconds } = this.plan;
    const [output, cost] = await this.load.around(activeSeconds(protocol, seconds), () =>
      this.client.run(iperf3(protocol, address, seconds), seconds),
    );
    const { gbit, lostPercent, retransmits } = parseIperf3(output, protocol);
    const coresPerGbit = cost.cores === null || gbit === 0 ? null : cost.cores / gbit;
    return { gbit, coresPerGbit, ...cost, lostPercent, retransmits };
  }

  private async latency(address: string): Promise<Found> {
    const { seconds } = this.plan;
    const output = await this.client.run(requests(address, seconds), seconds);
    const { p50Ms, p99Ms, failedPercent } = parseFortio(output);
    return { p50Ms, p99Ms, failedPercent };
  }

  /** @param service the first one */
  private async serviceScale(service: string): Promise<void> {
    let [made, last] = [1, service];
    for (const count of this.plan.services) {
      let readySeconds: number | undefined;
      if (count > made) {
        say(`making ${count - made} Services`);
        last = await makeServices(this.client.asking, made, count);
        const patience = this.plan.patience + (count - made) / endpointsASecond;
        readySeconds = await this.client.answers(last, patience);
        made = count;
      }
      const name = `new connections, ${count === 1 ? "1 Service" : `${count.toLocaleString("en")} Services`}`;
      for (let run = 0; run < this.plan.runs; run++) {
        const output = await this.client.run(newConnections(last), connectionSeconds);
        this.note(name, { ...parseFortio(output), readySeconds: run === 0 ? readySeconds : undefined });
      }
    }
  }
}

/** What only one run has found is one number. */
function asOne([name, runs]: [string, Found[]]): Measurement {
  const metrics = Object.keys(runs[0]).filter((metric) => runs[0][metric] !== undefined);
  const of = (metric: string) => runs.map((run) => run[metric]).filter((one) => one !== undefined);
  return { name, values: Object.fromEntries(metrics.map((metric) => [metric, spreadOf(of(metric))])) };
}
