// `aks-calico-ebpf connectivity`: do packets go where they should, and does the server see who asked?
import type { CalicoApi } from "../../components/layers/calicoApi";
import { ApiError, Cluster, type ClusterOptions } from "../cluster";
import { exit } from "../exit";
import type { CheckResult } from "../status/check";
import { apiOf, objects, urlOf } from "../status/reads";
import { formats, type Format, isWell, type Report as AnyReport } from "../status/report";
import { nameLeftovers, onInterrupt, removal, remove, say } from "./cleanUp";
import { deploy, type DeployOptions } from "./deploy";
import { runLoadBalancer } from "./loadBalancer";
import { namespaceName } from "./manifests";
import { chooseNodes } from "./nodes";
import { checkRights } from "./rights";
import { runCases, runPolicies } from "./run";

export interface CommandOptions extends ClusterOptions, DeployOptions {
  output: Format;
  /** How long a case may take to come right, in seconds. */
  patience: number;
  /** This machine's, as the cluster sees it. */
  myAddress?: string;
  keep?: boolean;
}

interface Report extends AnyReport {
  namespace: string;
  nodes: string[];
}

/** Undefined = no Calico, or none that may be looked at, which the check of rights tells. */
async function calicoApi(cluster: Cluster): Promise<CalicoApi | undefined> {
  try {
    return apiOf(await cluster.get(urlOf(objects.calicoNode)));
  } catch (error) {
    if (error instanceof ApiError && [403, 404].includes(error.code)) return undefined;
    throw error;
  }
}

/** Runs the command. @returns its exit code */
export async function connectivity(options: CommandOptions): Promise<number> {
  const cluster = await Cluster.open(options);
  await cluster.version();
  const api = await calicoApi(cluster);
  await checkRights(cluster, api);
  await nameLeftovers(cluster);
  const all = await cluster.list("/api/v1/nodes");
  const nodes = chooseNodes(all);
  const namespace = namespaceName("test");
  const signal = onInterrupt(namespace, options.keep ?? false);
  try {
    const names = nodes.map(({ metadata }) => metadata.name);
    say(`namespace ${namespace}, pods on ${names.join(" and ")}`);
    if (options.loadBalancer)
      say(
        "--load-balancer: Azure makes a public address and rules of a load balancer, which cost money while they are there",
      );
    const asking = { cluster, namespace, signal };
    const place = await deploy(asking, all, nodes, api, options);
    say("the pods are ready, asking");
    const setting = { asking, place, nodes, patience: options.patience };
    const checks: CheckResult[] = await runCases(setting);
    if (options.loadBalancer)
      checks.push(await runLoadBalancer(asking, place, options.myAddress, options.timeout));
    checks.push(...(await runPolicies(setting, api)));
    const { context, server } = cluster;
    const well = isWell(checks);
    const report: Report = {
      command: "connectivity",
      context,
      server,
      at: new Date().toISOString(),
      well,
      checks,
      namespace,
      nodes: names,
    };
    process.stdout.write(`${formats[options.output](report)}\n`);
    return well ? exit.ok : exit.failed;
  } finally {
    if (options.keep) say(`kept: \`${removal(namespace)}\` removes it`);
    else await remove(cluster, namespace);
  }
}
