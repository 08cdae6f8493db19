// `aks-calico-ebpf status`: is Calico's eBPF data plane on, everywhere, and well?
import { setTimeout as pause } from "node:timers/promises";
import { Cluster, type ClusterOptions } from "../cluster";
import { exit } from "../exit";
import { type Check, type CheckResult, type Dataplane, isRed } from "./check";
import { endpoint, operator, rolledOut, switched, versions, wireguard } from "./dataplane";
import { drift, expectedBy, readStack, type StackOptions } from "./drift";
import { healthPorts, kubeProxy, loadBalancers } from "./kubeProxy";
import { kernels, oldConnections, proof, windows } from "./nodes";
import { probe } from "./probe";
import { formats, type Format, isWell, type Report as AnyReport } from "./report";
import { type Snapshot, takeSnapshot } from "./reads";

/** In the order of the layers. */
const all: Check[] = [
  endpoint,
  kubeProxy,
  switched,
  operator,
  rolledOut,
  proof,
  kernels,
  windows,
  healthPorts,
  versions,
  wireguard,
  loadBalancers,
  oldConnections,
];

export interface Report extends AnyReport {
  expected: Dataplane;
}

export interface StatusOptions extends StackOptions {
  expected?: Dataplane;
  /** Ask every node, through the API server (`nodes/proxy`). */
  probe?: boolean;
}

export const judged = (snapshot: Snapshot, expected: Dataplane): CheckResult[] =>
  all.flatMap((check) => check(snapshot, expected) ?? []);

/** @throws CannotReach */
export async function statusOf(cluster: Cluster, options: StatusOptions = {}): Promise<Report> {
  const stack = await readStack(options);
  const snapshot = await takeSnapshot(cluster);
  if (options.probe) snapshot.probed = await probe(cluster, snapshot);
  const expected = options.expected ?? (stack && expectedBy(stack)) ?? "Ebpf";
  const checks = judged(snapshot, expected);
  if (stack) checks.push(await drift(cluster, stack));
  const { context, server } = cluster;
  const at = snapshot.at.toISOString();
  return { command: "status", context, server, at, expected, well: isWell(checks), checks };
}

export interface CommandOptions extends ClusterOptions, StatusOptions {
  output: Format;
  wait?: boolean;
  /** Of `wait`, in seconds. */
  timeout: number;
  watch?: boolean;
}

const everySeconds = 5;

/** Runs the command. @returns its exit code */
export async function status(options: CommandOptions): Promise<number> {
  const cluster = await Cluster.open(options);
  const print = (report: Report) => process.stdout.write(`${formats[options.output](report)}\n`);
  if (options.watch) {
    for (;;) {
      const report = await statusOf(cluster, options);
      if (process.stdout.isTTY) process.stdout.write("\u001b[2J\u001b[H");
      print(report);
      await pause(everySeconds * 1000);
    }
  }
  const begun = Date.now();
  for (;;) {
    const report = await statusOf(cluster, options);
    const waited = (Date.now() - begun) / 1000;
    if (report.well || !options.wait || waited >= options.timeout) {
      print(report);
      return report.well ? exit.ok : exit.failed;
    }
    progress(report, waited, options.timeout);
    await pause(Math.min(everySeconds, options.timeout - waited) * 1000);
  }
}

/** One line, on the other stream: what is printed stays the report alone. */
function progress({ checks }: Report, waited: number, timeout: number): void {
  const [first, ...others] = checks.filter(isRed);
  const more = others.length > 0 ? ` (and ${others.length} more)` : "";
  const clock = `${Math.round(waited)} of ${timeout} s`;
  process.stderr.write(`waiting, ${clock}: ${first.check}: ${first.seen}${more}\n`);
}
