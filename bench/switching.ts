// What the benchmarks of the switch share: a fresh cluster as AKS makes it, our `up` on it as a user would type it, and
// a look at the table of checks that takes neither's word.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { findBinaries } from "../rehearsal/controlPlane/binaries";
import { localClusters } from "../rehearsal/clusters";
import { layout } from "../rehearsal/controlPlane/kwok";
import { Api } from "../rehearsal/controlPlane/api";
import { verify } from "../rehearsal/verify";

const root = path.dirname(__dirname);
const host = "bench.hcp.westeurope.azmk8s.io";
/** No switch of a benchmark takes longer. */
const limitMs = 20 * 60_000;

export const now = () => performance.now() / 1000;
export const workload = { kind: "Deployment", namespace: "default", name: "web" } as const;

export interface Fresh {
  readonly host: string;
  readonly kubeconfigFile: string;
  /** A client of the cluster; closed by {@link withFreshCluster}. */
  readonly api: Api;
  /** `PATH` on which this cluster's `kubectl` goes first. */
  readonly path: string;
  /** Resolves when all checks of the rehearsal's table are green. */
  green(): Promise<void>;
}

export interface FreshOptions {
  readonly nodes: number;
  /** Seconds that each calico-node pod takes to get ready. */
  readonly rolloutSeconds: number;
  readonly signal: AbortSignal;
}

const say = (line: string) => console.error(line);

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
    const { kubeconfigFile, folder: where } = clusters.status(name)!;
    const programs = await findBinaries({ progress: say, signal });
    const kubectl = programs.find("kubectl") ?? layout(where).binary("kubectl");
    const api = new Api(kubeconfigFile, "bench");
    try {
      const deployments = `/apis/apps/v1/namespaces/${workload.namespace}/deployments`;
      await api.create(deployments, webDeployment);
      while ((await api.get(`${deployments}/${workload.name}`))?.status?.readyReplicas !== 3) {
        await pause(100, undefined, { signal });
      }
      const kubeconfig = await clusters.kubeconfig(name);
      return await work({
        host,
        kubeconfigFile,
        api,
        path: [path.dirname(kubectl), process.env.PATH].join(path.delimiter),
        async green() {
          const rows = () => verify(kubeconfig, { dataplane: "Ebpf" });
          const deadline = Date.now() + limitMs;
          for (let red = await rows(); red.some(({ ok }) => !ok); red = await rows()) {
            if (Date.now() > deadline) {
              const names = red.filter(({ ok }) => !ok).map(({ check, seen }) => `${check} (${seen})`);
              throw new Error(`the table of checks stays red: ${names.join("; ")}`);
            }
            await pause(200, undefined, { signal });
          }
        },
      });
    } finally {
      api.close();
    }
  } finally {
    await clusters.delete(name);
  }
}

/** Runs a command to its end and hands over its lines. @throws Error with its last lines where it fails */
export async function command(
  file: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; signal: AbortSignal; line?: (line: string) => void },
): Promise<void> {
  options.signal.throwIfAborted();
  // A group of its own, so that what the command has started (a shell's `sleep`) ends with it.
  const child = spawn(file, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
    detached: true,
  });
  const end = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGTERM");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  };
  const limit = setTimeout(end, limitMs);
  options.signal.addEventListener("abort", end);
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        last.push(line);
        if (last.length > 30) last.shift();
        options.line?.(line);
      }
    });
  }
  const [code] = await once(child, "close").finally(() => {
    clearTimeout(limit);
    options.signal.removeEventListener("abort", end);
  });
  if (code !== 0) throw new Error(`${path.basename(file)} ended with exit code ${code}:\n${last.join("\n")}`);
}

/** `up` of examples/existing-cluster on the cluster, as a command of its own, from a cold start. */
export function ourUp(
  folder: string,
  cluster: Fresh,
  signal: AbortSignal,
  config: Record<string, unknown> = {},
): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  const all = { kubeconfig: cluster.kubeconfigFile, apiServerHost: cluster.host, ...config };
  const settings = Object.entries(all).flatMap(([key, value]) => [
    "--config",
    `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  ]);
  return command(
    process.execPath,
    [
      ...["--import", "tsx", path.join(root, "rehearsal", "cli.ts"), "up"],
      ...[
        "--cwd",
        path.join(root, "examples", "existing-cluster"),
        "--state-dir",
        folder,
        "--stack",
        "bench",
      ],
      ...settings,
    ],
    { signal },
  );
}
