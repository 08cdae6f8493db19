// kwokctl's part: its configuration file, and the one call of it that makes and starts a control plane.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { dump, load, loadAll } from "js-yaml";
import type { Binaries } from "./binaries";
import { tail } from "./processes";

/** Where the parts of one cluster lie. `control` is kwokctl's own folder of the cluster. */
export function layout(folder: string) {
  const control = path.join(folder, "clusters", "control-plane");
  return {
    folder,
    control,
    kubeconfig: path.join(control, "kubeconfig.yaml"),
    kwokConfig: path.join(control, "kwok.yaml"),
    log: (component: string) => path.join(control, "logs", `${component}.log`),
    binary: (component: string) => path.join(control, "bin", component),
    settings: path.join(folder, "settings.json"),
    daemonLog: path.join(folder, "daemon.log"),
  };
}
export type Layout = ReturnType<typeof layout>;

export const components = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok-controller",
] as const;
export type Component = (typeof components)[number];

interface RecordedComponent {
  name: string;
  binary: string;
  args: string[];
  envs?: { name: string; value: string }[];
}

/** How kwokctl recorded a component: the very command line to start it with again, same data, same ports. */
export function recorded(where: Layout, component: string): RecordedComponent {
  const config = loadAll(fs.readFileSync(where.kwokConfig, "utf8"))[0] as { components: RecordedComponent[] };
  const found = config.components.find(({ name }) => name === component);
  if (!found) throw new Error(`${where.kwokConfig} records no component ${component}`);
  return found;
}

/** Starts one recorded component, detached, its output added to its log. */
export function startRecorded(where: Layout, component: Component): void {
  const { binary, args, envs } = recorded(where, component);
  const log = fs.openSync(where.log(component), "a");
  const child = spawn(binary, args, {
    cwd: where.control,
    detached: true,
    stdio: ["ignore", log, log],
    env: { ...process.env, ...Object.fromEntries((envs ?? []).map(({ name, value }) => [name, value])) },
  });
  fs.closeSync(log);
  child.unref();
  // A process that is not there after all is found by whoever waits for the component; nobody listens here.
  child.on("error", () => undefined);
  if (child.pid) fs.writeFileSync(pidFile(where, component), String(child.pid));
}

const pidFile = (where: Layout, component: Component) => path.join(where.control, "pids", `${component}.pid`);

/** The pid under which a component was started last; 0 = none is recorded. It may have been another's since. */
export function startedAs(where: Layout, component: Component): number {
  const file = pidFile(where, component);
  return fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8")) : 0;
}

/** What kwokctl 0.8 is told. It has no flag for the bind address and would listen on 0.0.0.0. */
export function writeConfig(where: Layout, version: string, ports: number[], sans: string[]): string {
  const file = path.join(where.folder, "kwokctl.yaml");
  const [etcd, peer, apiserver, manager, scheduler, kwok] = ports;
  const config = {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokctlConfiguration",
    options: {
      bindAddress: "127.0.0.1",
      runtime: "binary",
      kubeVersion: version,
      etcdPort: etcd,
      etcdPeerPort: peer,
      kubeApiserverPort: apiserver,
      kubeControllerManagerPort: manager,
      kubeSchedulerPort: scheduler,
      kwokControllerPort: kwok,
      kubeApiserverCertSANs: sans,
    },
    componentsPatches: [
      // Nothing of a rehearsal has to outlive a power cut; kill -9 it does survive, the kernel has the pages.
      { name: "etcd", extraArgs: [{ key: "unsafe-no-fsync", value: "true" }] },
      // AKS's own defaults for Services and (overlay) pods: learn.microsoft.com/azure/aks/azure-cni-overlay.
      { name: "kube-apiserver", extraArgs: [{ key: "service-cluster-ip-range", value: "10.0.0.0/16" }] },
      { name: "kwok-controller", extraArgs: [{ key: "cidr", value: "10.244.0.1/16" }] },
    ],
  };
  fs.writeFileSync(file, dump(config));
  return file;
}

/** Runs `kwokctl create cluster`: makes certificates and configuration, starts the components, waits for an answer. */
export async function kwokctlCreate(
  where: Layout,
  config: string,
  binaries: Binaries,
  signal?: AbortSignal,
): Promise<void> {
  const flags: string[] = [
    "--name",
    "control-plane",
    "-c",
    config,
    "create",
    "cluster",
    "--runtime",
    "binary",
  ];
  // Its default is the user's own ~/.kube/config, which is none of our business.
  flags.push("--kubeconfig", path.join(where.folder, "kubeconfig-of-kwokctl"));
  for (const name of ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const) {
    const binary = binaries.find(name);
    if (binary) flags.push(`--${name}-binary`, binary);
  }
  const kwok = binaries.find("kwok");
  if (kwok) flags.push("--kwok-controller-binary", kwok);
  const log = path.join(where.folder, "kwokctl.log");
  const output = fs.openSync(log, "a");
  const child = spawn(binaries.path("kwokctl"), flags, {
    stdio: ["ignore", output, output],
    cwd: where.folder,
    signal,
    env: {
      ...process.env,
      KWOK_WORKDIR: where.folder,
      // It takes kubectl from PATH and would download one if there was none.
      PATH: [binaries.folder, process.env.PATH].filter(Boolean).join(path.delimiter),
    },
  });
  fs.closeSync(output);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", resolve);
  });
  if (code !== 0) throw new Error(`kwokctl ended with exit code ${code}; the end of ${log}:\n${tail(log)}`);
}

/** The API server's port, as recorded. */
export function serverOf(where: Layout): string {
  const config = load(fs.readFileSync(where.kubeconfig, "utf8")) as any;
  return config.clusters[0].cluster.server;
}
