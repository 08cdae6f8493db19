// `aks-calico-ebpf bench`: what the data plane moves, and what CPU that costs. The method is k8s-bench-suite's
// (docs/bench.md).
import fs from "node:fs";
import path from "node:path";
import { version } from "../../package.json";
import { Cluster, type ClusterOptions } from "../cluster";
import { nameLeftovers, onInterrupt, removal, remove, say } from "../connectivity/cleanUp";
import { namespace as namespaceOf, namespaceName } from "../connectivity/manifests";
import { exit, UsageError } from "../exit";
import { plainTable } from "../status/report";
import { aboutCalico, assertNamed, benchNodes } from "./about";
import { bars, chartOf } from "./chart";
import { assertComparable, compare, labelOf, otherDifferences, table, withSpread } from "./compare";
import { Client } from "./client";
import { NodeUsage } from "./cpu";
import { deploy, make } from "./deploy";
import { Measurements, type Plan } from "./measure";
import { round, titleOf } from "./metrics";
import { capWarnings } from "./networkCap";
import { NodeLoad } from "./nodeLoad";
import { readResult, type Result, schemaVersion } from "./result";

export interface RunOptions extends ClusterOptions, Plan {
  /** The context or server that the kubeconfig must lead to. */
  cluster?: string;
  /** The server's first. */
  nodes?: string[];
  image: string;
  /** The file of the result. */
  output?: string;
  keep?: boolean;
}

/** In seconds, for the namespace to go; and how fast a slow cluster removes what it has many of. */
const [leastPatience, servicesRemovedASecond] = [300, 10];

/** Runs the command. @returns its exit code */
export async function benchRun(options: RunOptions): Promise<number> {
  const { seconds, runs, image } = options;
  const cluster = await Cluster.open(options);
  assertNamed(cluster, options.cluster);
  const kubernetes = await cluster.version();
  const nodes = await benchNodes(cluster, options.nodes);
  const calico = await aboutCalico(cluster);
  const at = new Date().toISOString();
  const output = options.output ?? defaultFile(calico.dataplane, at);
  assertWritable(output);
  await nameLeftovers(cluster);
  for (const warning of capWarnings(vmSizes(nodes))) say(`warning: ${warning}`);

  const namespace = namespaceName("bench");
  const signal = onInterrupt(namespace, options.keep ?? false);
  const asking = { cluster, namespace, signal };
  const names = { server: nodes.server.name, client: nodes.client.name };
  say(`namespace ${namespace}, server on ${names.server}, client on ${names.client}`);
  await make(cluster, undefined, namespaceOf(namespace, "restricted"));
  try {
    const addresses = await deploy(asking, names, image, options.patience);
    const load = new NodeLoad(new NodeUsage(cluster, names, signal), signal);
    const measurements = await new Measurements(new Client(asking), load, options).run(addresses);
    const result: Result = {
      schema: schemaVersion,
      at,
      version,
      cluster: { context: cluster.context, server: cluster.server },
      kubernetes,
      ...calico,
      nodes,
      settings: { seconds, runs, image },
      idle: load.idle,
      ...(load.unread !== undefined && { cpuUnread: load.unread }),
      measurements,
    };
    fs.writeFileSync(output, `${JSON.stringify(result, undefined, 2)}\n`);
    process.stdout.write(`${measured(result)}\n\nwritten: ${output}\n`);
    return exit.ok;
  } finally {
    if (options.keep) say(`kept: \`${removal(namespace)}\` removes it`);
    else {
      const most = Math.max(...options.services);
      if (most > 1000) say(`removing up to ${most} Services, which takes the cluster minutes`);
      await remove(cluster, namespace, leastPatience + most / servicesRemovedASecond);
    }
  }
}

const vmSizes = ({ server, client }: Result["nodes"]) => [server.vmSize, client.vmSize];

/** Of before and after, so that the second does not take the first one's place. */
const defaultFile = (dataplane: string | null, at: string) =>
  `bench-${(dataplane ?? "unknown").toLowerCase()}-${at.slice(0, 19).replaceAll(":", "")}.json`;

function assertWritable(file: string): void {
  try {
    fs.accessSync(path.dirname(path.resolve(file)), fs.constants.W_OK);
  } catch (error) {
    throw new UsageError(`${file} could not be written: ${(error as Error).message}`, "another -o FILE");
  }
}

function measured(result: Result): string {
  const rows = result.measurements.flatMap(({ name, values }) =>
    Object.entries(values)
      .filter(([metric, spread]) => spread !== null || metric === "coresPerGbit")
      .map(([metric, spread], index) => [
        index === 0 ? name : "",
        titleOf(metric),
        spread === null ? "not measured" : withSpread(spread),
      ]),
  );
  const { idle } = result;
  const idleCores = idle === null ? "not measured" : round(idle.server + idle.client);
  const { runs, seconds } = result.settings;
  const how = `median of ${runs} runs of ${seconds} s (least to most)`;
  return `${labelOf(result)} on ${result.cluster.context}: ${how}\n\n${plainTable([["idle", titleOf("cores"), idleCores], ...rows])}`;
}

/** Runs the command. @param file where the chart goes, as SVG @returns its exit code */
export async function benchCompare(
  beforeFile: string,
  afterFile: string,
  file: string | undefined,
): Promise<number> {
  const [before, after] = [readResult(beforeFile), readResult(afterFile)];
  assertComparable(before, after);
  const rows = compare(before, after);
  const chart = chartOf(rows, [labelOf(before), labelOf(after)]);
  if (chart.rows.length === 0)
    throw new UsageError("the two have no measurement in common", "run both with the same version");
  const differences = otherDifferences(before, after).map((one) => `not the same: ${one}`);
  const noCpu =
    chart.metric === "gbit" ? ["without CPU figures in both, the chart shows what was moved"] : [];
  const notes = [...differences, ...noCpu, ...capWarnings(vmSizes(before.nodes))];
  const parts = [table(rows, before, after), bars(chart), notes.join("\n")];
  process.stdout.write(`${parts.filter(Boolean).join("\n\n")}\n`);
  if (file !== undefined) {
    assertWritable(file);
    const { svg } = await import("./picture.js");
    fs.writeFileSync(file, svg(chart));
  }
  return exit.ok;
}
