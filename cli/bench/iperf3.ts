// What iperf3 moves, by its JSON.
import { Ended, exit } from "../exit";

export type Protocol = "tcp" | "udp";

/** Of TCP, at the start: while it finds its speed nothing is counted. */
const omittedSeconds = 1;

/** The flags of k8s-bench-suite. UDP omits nothing: iperf3 would count the omitted packets as lost (3.12: 101 %). */
export const iperf3 = (protocol: Protocol, address: string, seconds: number): string[] => [
  ...["iperf3", "-c", address, "-p", String(iperf3Port), "-J", "-t", String(seconds)],
  ...(protocol === "tcp" ? ["-O", String(omittedSeconds)] : ["-u", "-b", "0"]),
];

export const iperf3Port = 5201;

/** How long both nodes work, in seconds. */
export const activeSeconds = (protocol: Protocol, seconds: number): number =>
  protocol === "tcp" ? seconds + omittedSeconds : seconds;

export interface Throughput {
  /** What arrived, in Gbit/s. */
  gbit: number;
  /** UDP: sent and not arrived. */
  lostPercent?: number;
  /** TCP. */
  retransmits?: number;
}

/** @throws Ended in iperf3's own words */
export function parseIperf3(output: string, protocol: Protocol): Throughput {
  const { end, error } = parseJson("iperf3", output);
  if (error !== undefined)
    throw new Ended(
      `iperf3 does not get through: ${error}`,
      "`aks-calico-ebpf connectivity` tells which way is closed",
      exit.failed,
    );
  const bits = end?.sum_received?.bits_per_second;
  if (typeof bits !== "number") throw notUnderstood("iperf3", output);
  const gbit = bits / 1e9;
  return protocol === "udp"
    ? { gbit, lostPercent: end.sum_received.lost_percent }
    : { gbit, retransmits: end.sum_sent?.retransmits };
}

/** @throws Ended */
export function parseJson(program: string, output: string): any {
  try {
    return JSON.parse(output);
  } catch {
    throw notUnderstood(program, output);
  }
}

export const notUnderstood = (program: string, output: string): Ended =>
  new Ended(
    `${program} said something else than a result: ${output.trim().slice(0, 200) || "nothing"}`,
    "an image of your own (--image) must have iperf3 >= 3.9 and fortio; `--keep` leaves the pods to look",
    exit.failed,
  );
