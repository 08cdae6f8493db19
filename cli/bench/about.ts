// The cluster that is measured: which one, and what of it a result depends on.
import { releaseOf } from "../../components/releases";
import { ApiError, type Cluster, type KubeObject } from "../cluster";
import { chooseNodes } from "../connectivity/nodes";
import { Ended, exit, UsageError } from "../exit";
import { objects, type Read, urlOf } from "../status/reads";
import type { BenchNode, Result } from "./result";

/** A load on the wrong cluster is felt by others. @throws UsageError */
export function assertNamed(cluster: Cluster, named: string | undefined): void {
  const { context, server } = cluster;
  const names = [context, server, new URL(server).hostname];
  if (named !== undefined && names.includes(named)) return;
  throw new UsageError(
    named === undefined
      ? `it loads two nodes for minutes, so it wants to be told which cluster: here it would be ${context} (${server})`
      : `the kubeconfig leads to ${context} (${server}), and not to ${named}`,
    `--cluster ${context}, if that is the one; another one: --context or --kubeconfig`,
  );
}

/** @param named the server's first; undefined = any two */
export async function benchNodes(cluster: Cluster, named: string[] | undefined): Promise<Result["nodes"]> {
  const nodes = named
    ? await Promise.all(named.map((name) => nodeNamed(cluster, name)))
    : chooseNodes(await cluster.list("/api/v1/nodes"));
  if (nodes.length < 2)
    throw new Ended(
      "there is only one Linux node that is Ready and takes pods, and packets must cross from node to node",
      "a pool of two nodes of one VM size",
      exit.failed,
    );
  const [server, client] = nodes.map(aboutNode);
  return { server, client };
}

async function nodeNamed(cluster: Cluster, name: string): Promise<KubeObject> {
  try {
    return await cluster.get(`/api/v1/nodes/${encodeURIComponent(name)}`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new UsageError(`node ${name}: ${error.message}`, "`kubectl get nodes` has their names");
  }
}

const aboutNode = ({ metadata, status }: KubeObject): BenchNode => ({
  name: metadata.name,
  vmSize: metadata.labels?.["node.kubernetes.io/instance-type"] ?? null,
  kernel: status.nodeInfo.kernelVersion,
});

/** Null = it is not there, or may not be looked at. */
export async function aboutCalico(cluster: Cluster): Promise<Pick<Result, "calico" | "dataplane">> {
  const [calicoNode, installation] = await Promise.all(
    [objects.calicoNode, objects.installation].map((one) => look(cluster, one)),
  );
  return {
    calico: releaseOf(calicoNode?.spec.template.spec.containers[0].image) ?? null,
    dataplane: installation?.spec?.calicoNetwork?.linuxDataplane ?? null,
  };
}

async function look(cluster: Cluster, one: Read): Promise<KubeObject | undefined> {
  try {
    return await cluster.get(urlOf(one));
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
