// `aks-calico-ebpf diags`: one archive with what support asks for, without secrets.
import { stripVTControlCharacters } from "node:util";
import { version } from "../../package.json";
import { Cluster, type ClusterOptions, type KubeObject } from "../cluster";
import { exit } from "../exit";
import { statusOf } from "../status";
import { lists, type Read } from "../status/reads";
import { formats } from "../status/report";
import { Archive } from "./archive";
import { collectLogs, collectObjects, Gaps } from "./collect";
import { chosen } from "./logs";
import { operatorPods } from "./reads";
import { contents, screen, type Taken, unread, versions } from "./words";

export interface DiagsOptions extends ClusterOptions {
  /** The archive's file. */
  output?: string;
  /** How many last lines of each log. */
  logLines: number;
  /** Of how many calico-node pods the logs are taken. */
  pods: number;
}

/** Runs the command. @returns its exit code */
export async function diags(options: DiagsOptions): Promise<number> {
  const cluster = await Cluster.open(options);
  const at = new Date();
  const archive = new Archive(options.output ?? fileName(cluster.context, at));
  const gaps = new Gaps();
  const [report, taken] = await Promise.all([statusOf(cluster), take(cluster, archive, gaps, options)]);
  archive.text("status.txt", `${stripVTControlCharacters(formats.table(report))}\n`);
  archive.text("status.json", formats.json(report));
  archive.text("unread.txt", unread(gaps));
  archive.text("contents.txt", contents(cluster, at, taken));
  process.stdout.write(screen(archive, await archive.write(), taken, gaps));
  return exit.ok;
}

async function take(cluster: Cluster, archive: Archive, gaps: Gaps, limits: DiagsOptions): Promise<Taken> {
  const kubernetes = cluster.get("/version").catch((error) => gaps.add("the API server's version", error));
  const found = await collectObjects(cluster, archive, gaps);
  const itemsOf = (read: Read): KubeObject[] => found.get(read)?.items ?? [];
  const [calico, operator] = [lists.calicoPods, operatorPods].map(itemsOf);
  const calicoNode = calico.filter(({ metadata }) => metadata.labels?.["k8s-app"] === "calico-node");
  const pods = chosen(calicoNode, limits.pods);
  const ofPods = [...operator, ...pods.map(({ pod }) => pod)];
  const logs = await collectLogs(cluster, archive, gaps, ofPods, limits.logLines);
  archive.object("versions.yaml", {
    "aks-calico-ebpf": version,
    kubernetes: await kubernetes,
    ...versions(itemsOf(lists.nodes), [...calico, ...operator, ...itemsOf(lists.kubeProxyPods)]),
  });
  return { objects: found.size, logs, pods, allPods: calicoNode.length };
}

/** In the current folder; of the context what every file system takes. */
function fileName(context: string, at: Date): string {
  const safe = context.replace(/[^\w.-]+/g, "-").slice(0, 100);
  const [date, time] = at
    .toISOString()
    .replace(/[-:]|\..*/g, "")
    .split("T");
  return `calico-ebpf-diags-${safe}-${date}-${time}.tar.gz`;
}
