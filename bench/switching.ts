// What the benchmarks of the switch share: a fresh cluster as AKS makes it, our `up` on it as a user would type it, and
// a look at the table of checks that takes neither's word.
import path from "node:path";
import { Cluster } from "../cli/cluster";
import { statusOf } from "../cli/status";
import { isRed } from "../cli/status/check";
import { localClusters } from "../rehearsal/clusters";
import { Api } from "../rehearsal/controlPlane/api";
import { layout } from "../rehearsal/controlPlane/kwok";
import { controlPlane } from "../rehearsal/programs/catalogue";
import { findPrograms } from "../rehearsal/programs/find";
import { until } from "../rehearsal/system/wait";
import { openStack, root, say } from "./command";

const host = "bench.hcp.westeurope.azmk8s.io";
/** No switch of a benchmark takes longer. */
const limitSeconds = 20 * 60;

export const workload = { kind: "Deployment", namespace: "default", name: "web" } as const;

export interface Fresh {
  readonly host: string;
  readonly kubeconfigFile: string;
  /** `PATH` on which this cluster's `kubectl` goes first. */
  readonly path: string;
  /** Resolves when all checks of `status` are green. */
  green(): Promise<void>;
}

export interface FreshOptions {
  readonly nodes: number;
  /** Seconds that each calico-node pod takes to get ready. */
  readonly rolloutSeconds: number;
  readonly signal: AbortSignal;
}

/** Three replicas of something, which connections were made to before the switch. */
const webDeployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: workload.name, namespace: workload.namespace },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: workload.name } },
    template: {
      metadata: { labels: { app: workload.name } },
      spec: { containers: [{ name: "web", image: "registry.k8s.io/pause:3.10" }] },
    },
  },
};

/** Makes a cluster in a folder, lends it to `work`, and takes it away. */
export async function withFreshCluster<T>(
  folder: string,
  options: FreshOptions,
  work: (cluster: Fresh) => Promise<T>,
): Promise<T> {
  const { nodes, rolloutSeconds, signal } = options;
  const workDir = path.join(folder, "clusters");
  const clusters = localClusters({ workDir, rolloutSeconds, progress: say });
  const name = "bench";
  try {
    const pools = [{ name: "system", count: nodes, mode: "System" as const, osSku: "Ubuntu" }];
    await clusters.create({ name, fqdn: host, calico: true, pools }, () => undefined, signal);
    const { folder, kubeconfigFile } = clusters.status(name)!;
    const programs = await findPrograms(controlPlane, { progress: say, signal });
    const api = new Api(layout(folder), "bench");
    try {
      const deployments = `/apis/apps/v1/namespaces/${workload.namespace}/deployments`;
      await api.create(deployments, webDeployment);
      const web = async () => (await api.get(`${deployments}/${workload.name}`))?.status;
      const ready = async () => (await web())?.readyReplicas === 3 || undefined;
      await until("the workload", ready, { seconds: 60, signal });
      return await work({
        host,
        kubeconfigFile,
        path: [path.dirname(programs.path("kubectl")), process.env.PATH].join(path.delimiter),
        async green() {
          let red: string[] = [];
          const look = async () => {
            const { well, checks } = await statusOf(await Cluster.open({ kubeconfig: kubeconfigFile }));
            red = checks.filter(isRed).map(({ check, seen }) => `${check} (${seen})`);
            return well || undefined;
          };
          const detail = () => red.join("; ");
          await until("green checks", look, { seconds: limitSeconds, everyMs: 200, signal, detail });
        },
      });
    } finally {
      api.close();
    }
  } finally {
    await clusters.delete(name);
  }
}

/**
 * A stack of examples/existing-cluster for the cluster.
 * @param folder the stack's own
 * @param config by the paths of `pulumi config set --path`
 * @returns the CLI's `up`, preview included
 */
export async function openOurs(folder: string, cluster: Fresh, config: Record<string, string> = {}) {
  const pulumi = await openStack(path.join(root, "examples", "existing-cluster"), folder);
  const all = { kubeconfig: cluster.kubeconfigFile, apiServerHost: cluster.host, ...config };
  const settings = Object.entries(all).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  return (signal: AbortSignal) => pulumi(["up", "--yes", "--config-path", ...settings], { signal });
}
