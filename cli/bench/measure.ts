// The measurements, one after the other: idle, throughput, latency, new connections with ever more Services.
import { say } from "../connectivity/cleanUp";
import { type Asking, execute } from "../connectivity/exec";
import { until } from "../connectivity/ready";
import { Ended, exit } from "../exit";
import { cores, extraCores, leastSeconds, type NodeUsage, type Pair, type Sample } from "./cpu";
import { type Addresses, makeServices } from "./deploy";
import { newConnections, oneRequest, parseFortio, requests } from "./fortio";
import { activeSeconds, iperf3, parseIperf3, type Protocol } from "./iperf3";
import { clientContainer } from "./manifests";
import { round, titleOf } from "./metrics";
import { type Measurement, type Result, spreadOf } from "./result";

export interface Plan {
  seconds: number;
  runs: number;
  /** How many there are, each time. */
  services: number[];
  /** For pods, and for a new Service to answer, in seconds. */
  patience: number;
}

/** Of one run: by metric. */
type Found = Record<string, number | null | undefined>;

/** Beyond its own time: to begin and to end. */
const graceSeconds = 60;

export class Bench {
  private readonly found = new Map<string, Found[]>();
  private idle: Result["idle"] = null;

  constructor(
    private readonly asking: Asking,
    private readonly addresses: Addresses,
    private readonly usage: NodeUsage | undefined,
    private readonly plan: Plan,
  ) {}

  async run(): Promise<Pick<Result, "idle" | "measurements">> {
    const { pod, service } = this.addresses;
    for (const address of [pod, service]) await this.answers(address);
    if (this.usage) await this.measureIdle(this.usage);
    const { runs, services } = this.plan;
    // What changes in the cluster meanwhile meets all of them.
    for (let run = 0; run < runs; run++)
      for (const protocol of ["tcp", "udp"] as const)
        for (const [name, address] of [
          ["pod", pod],
          ["service", service],
        ])
          this.note(`${name} ${protocol.toUpperCase()}`, await this.throughput(protocol, address));
    for (let run = 0; run < runs; run++) {
      this.note("pod latency", await this.latency(pod));
      this.note("service latency", await this.latency(service));
    }
    let made = 1;
    let last = service;
    for (const count of services) {
      let readySeconds: number | undefined;
      if (count > made) {
        say(`making ${count - made} Services`);
        last = await makeServices(this.asking, made, count);
        readySeconds = await this.answers(last);
        made = count;
      }
      const name = `new connections, ${count.toLocaleString("en")} Services`;
      for (let run = 0; run < runs; run++)
        this.note(name, { ...(await this.connections(last)), ...(run === 0 && { readySeconds }) });
    }
    return { idle: this.idle, measurements: this.measurements() };
  }

  private measurements(): Measurement[] {
    return [...this.found].map(([name, runs]) => {
      const names = Object.keys(runs[0]).filter((metric) => runs[0][metric] !== undefined);
      // What is found once is one number.
      const of = (metric: string) => runs.map((run) => run[metric]).filter((one) => one !== undefined);
      return { name, values: Object.fromEntries(names.map((metric) => [metric, spreadOf(of(metric))])) };
    });
  }

  private note(name: string, found: Found): void {
    const runs = [...(this.found.get(name) ?? []), found];
    this.found.set(name, runs);
    const [metric, value] = Object.entries(found)[0];
    const cpu = typeof found.cores === "number" ? `, ${round(found.cores)} cores` : "";
    say(`${name}, run ${runs.length} of ${this.plan.runs}: ${round(value!)} ${titleOf(metric)}${cpu}`);
  }

  private async measureIdle(usage: NodeUsage): Promise<void> {
    say(`idle, for ${leastSeconds} s`);
    // The first sample may be from before the pods were there.
    const first = await usage.newer(await usage.now());
    const second = await usage.newer(first, first);
    this.idle = {
      server: cores(first.server, second.server),
      client: cores(first.client, second.client),
    };
  }

  private async throughput(protocol: Protocol, address: string): Promise<Found> {
    const { seconds } = this.plan;
    const before = await this.usage?.now();
    const output = await this.inClient(iperf3(protocol, address, seconds), seconds);
    const { gbit, lostPercent, retransmits } = parseIperf3(output, protocol);
    const cpu = await this.cpu(before, activeSeconds(protocol, seconds));
    const coresPerGbit = cpu.cores === null || gbit === 0 ? null : cpu.cores / gbit;
    return { gbit, coresPerGbit, ...cpu, lostPercent, retransmits };
  }

  private async cpu(before: Pair<Sample> | undefined, active: number) {
    const none = { cores: null, serverMiB: null, clientMiB: null };
    if (!this.usage || !before || !this.idle) return none;
    try {
      const end = await this.usage.now();
      const after = await this.usage.newer(end, before);
      const extra = (role: keyof Pair<Sample>) =>
        extraCores(before[role], after[role], this.idle![role], active);
      return {
        cores: extra("server") + extra("client"),
        serverMiB: end.server.memoryMiB,
        clientMiB: end.client.memoryMiB,
      };
    } catch (error) {
      this.asking.signal.throwIfAborted();
      say(`no CPU figures of this run: ${(error as Error).message}`);
      return none;
    }
  }

  private async latency(address: string): Promise<Found> {
    const { seconds } = this.plan;
    const { p50Ms, p99Ms, failedPercent } = parseFortio(
      await this.inClient(requests(address, seconds), seconds),
    );
    return { p50Ms, p99Ms, failedPercent };
  }

  private async connections(address: string): Promise<Found> {
    return { ...parseFortio(await this.inClient(newConnections(address), graceSeconds)) };
  }

  /** Waits until a request gets through. @returns how long that was, in seconds */
  private async answers(address: string): Promise<number> {
    const begun = Date.now();
    const { patience } = this.plan;
    let words = "";
    const answered = await until(patience, this.asking.signal, async () => {
      const { status, output, errors } = await this.execute(oneRequest(address), graceSeconds);
      words = errors.trim() || output.trim() || status?.message || "the connection broke";
      return status?.status === "Success" || undefined;
    });
    if (answered) return (Date.now() - begun) / 1000;
    throw new Ended(
      `${address} does not answer the client within ${patience} s: ${words.slice(0, 300)}`,
      "`aks-calico-ebpf connectivity` tells which way is closed; policies that deny by default must let pods of this namespace speak",
      exit.failed,
    );
  }

  /** What it printed; of a program that failed, too. */
  private async inClient(command: string[], seconds: number): Promise<string> {
    const { status, output, errors } = await this.execute(command, seconds + graceSeconds);
    if (status === undefined) throw broke(command, "the connection broke");
    if (output.trim() === "") throw broke(command, errors.trim() || status.message || "it said nothing");
    return output;
  }

  private execute(command: string[], seconds: number) {
    return execute(this.asking, "client", command, clientContainer, seconds);
  }
}

const broke = ([program]: string[], words: string) =>
  new Ended(
    `${program} in the client's pod: ${words}`,
    "exec must work for as long as a run takes: `kubectl exec` into any pod",
    exit.failed,
  );
