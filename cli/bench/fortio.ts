// New connections and latency, by fortio's JSON.
import { notUnderstood, parseJson } from "./iperf3";

export const fortioPort = 8080;

/** Each is an entry of the node's conntrack table for minutes; kube-proxy makes that for 131,072 of them, or more. */
const connections = 20_000;
const atOnce = 8;
/** What they may take, beyond what any program may. */
export const connectionSeconds = 60;

// By default everything below a millisecond would be one bucket, and its percentiles guessed.
const common = ["fortio", "load", "-quiet", "-json", "-", "-p", "50,99", "-r", "0.00001", "-qps", "0"];

const urlOf = (address: string): string =>
  `http://${address.includes(":") ? `[${address}]` : address}:${fortioPort}/`;

/** As many as it can, one after the other on each of some threads, each with a request. */
export const newConnections = (address: string): string[] => [
  ...common,
  ...["-keepalive=false", "-c", String(atOnce), "-n", String(connections), urlOf(address)],
];

/** One request after the other on one connection. */
export const requests = (address: string, seconds: number): string[] => [
  ...common,
  ...["-c", "1", "-t", `${seconds}s`, urlOf(address)],
];

export const oneRequest = (address: string): string[] => ["fortio", "curl", "-quiet", urlOf(address)];

export const server = ["fortio", "server", "-http-port", String(fortioPort)].concat(
  ["grpc", "tcp", "udp", "redirect"].flatMap((name) => [`-${name}-port`, "disabled"]),
);

export interface Answers {
  perSecond: number;
  /** Of a whole request, in milliseconds; without keep-alive with its connection. */
  p50Ms: number;
  p99Ms: number;
  failedPercent: number;
}

/** @throws Ended */
export function parseFortio(output: string): Answers {
  const { ActualQPS, DurationHistogram, RetCodes } = parseJson("fortio", output);
  const percentile = (wanted: number): number | undefined =>
    DurationHistogram?.Percentiles?.find(({ Percentile }: any) => Percentile === wanted)?.Value;
  const [p50, p99] = [percentile(50), percentile(99)];
  const all = DurationHistogram?.Count;
  if (p50 === undefined || p99 === undefined || !(all > 0) || !(ActualQPS > 0))
    throw notUnderstood("fortio", output);
  const answered = (RetCodes?.["200"] ?? 0) / all;
  return {
    perSecond: ActualQPS * answered,
    p50Ms: p50 * 1000,
    p99Ms: p99 * 1000,
    failedPercent: (1 - answered) * 100,
  };
}
