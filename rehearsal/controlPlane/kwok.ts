// kwokctl's part: its configuration file, and the one call of it that makes and starts a control plane.
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { dump, load, loadAll } from "js-yaml";
import { kubernetesVersion } from "../programs/catalogue";
import type { Found } from "../programs/find";

/** Where the parts of one cluster lie. `control` is kwokctl's own folder of the cluster. */
export function layout(folder: string) {
  const control = path.join(folder, "clusters", "control-plane");
  return {
    folder,
    control,
    /** Of the certificates that kwokctl made: the authority's, the administrator's, and their keys. */
    pki: (file: string) => path.join(control, "pki", file),
    kubeconfig: path.join(control, "kubeconfig.yaml"),
    kwokConfig: path.join(control, "kwok.yaml"),
    egressConfig: path.join(folder, "egress.yaml"),
    settings: path.join(folder, "settings.json"),
    /** There once the daemon that runs has looked at the cluster. */
    daemonBegun: path.join(folder, "daemon-begun"),
    log: (part: Part) =>
      part === "daemon" ? path.join(folder, "daemon.log") : path.join(control, "logs", `${part}.log`),
    /** What stands in the command line of a part's process, and in no other's. */
    mark: (part: Part) =>
      part === "daemon" ? `daemon.ts ${folder}${path.sep}` : `${path.join(control, "bin", part)} `,
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

/** The daemon plays what runs in the cluster. */
export type Part = Component | "daemon";

/** How kwokctl recorded a component: the very command line to start it with again, same data, same ports. */
export function recorded(where: Layout, component: Component) {
  const [{ components: all }] = loadAll(fs.readFileSync(where.kwokConfig, "utf8")) as any[];
  const { binary, args, envs = [] } = all.find(({ name }: any) => name === component);
  const env = Object.fromEntries(envs.map(({ name, value }: any) => [name, value]));
  return { binary: binary as string, args: args as string[], env };
}

/**
 * Where the API server asks for a connection to a node. In `control`, where the API server runs: a whole path may be too long
 * for a Unix socket (about 100 bytes).
 */
export const egressSocket = "egress.sock";

/** How the API server reaches the cluster (kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity). */
const egress = {
  apiVersion: "apiserver.k8s.io/v1beta1",
  kind: "EgressSelectorConfiguration",
  egressSelections: [
    {
      name: "cluster",
      connection: { proxyProtocol: "HTTPConnect", transport: { uds: { udsName: egressSocket } } },
    },
  ],
};

/** What kwokctl 0.8 is told. It has no flag for the bind address and would listen on 0.0.0.0. */
function configuration(where: Layout, ports: readonly number[], sans: readonly string[]): object {
  const [etcdPort, etcdPeerPort, apiserver, manager, scheduler, kwok] = ports;
  const patch = (name: string, key: string, value: string) => ({ name, extraArgs: [{ key, value }] });
  return {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokctlConfiguration",
    options: {
      bindAddress: "127.0.0.1",
      runtime: "binary",
      kubeVersion: kubernetesVersion,
      etcdPort,
      etcdPeerPort,
      kubeApiserverPort: apiserver,
      kubeControllerManagerPort: manager,
      kubeSchedulerPort: scheduler,
      kwokControllerPort: kwok,
      kubeApiserverCertSANs: sans,
    },
    componentsPatches: [
      // Nothing of a rehearsal has to outlive a power cut; kill -9 it does survive, the kernel has the pages.
      patch("etcd", "unsafe-no-fsync", "true"),
      // AKS's own defaults for Services and (overlay) pods: learn.microsoft.com/azure/aks/azure-cni-overlay.
      patch("kube-apiserver", "service-cluster-ip-range", "10.0.0.0/16"),
      patch("kube-apiserver", "egress-selector-config-file", where.egressConfig),
      // By default it would look up the node's name first.
      patch("kube-apiserver", "kubelet-preferred-address-types", "InternalIP"),
      patch("kwok-controller", "cidr", "10.244.0.1/16"),
      // By default they end themselves where the API server is away for 10 s. Without any election the controller
      // manager would end itself where it is not there within 10 s of its start.
      ...["kube-controller-manager", "kube-scheduler"].flatMap((name) => [
        patch(name, "leader-elect-lease-duration", "20m"),
        patch(name, "leader-elect-renew-deadline", "10m"),
      ]),
    ],
  };
}

/**
 * Runs `kwokctl create cluster`: makes certificates and configuration, starts the components, waits for an answer.
 * @param sans names that the API server's certificate is valid for
 */
export async function kwokctlCreate(
  where: Layout,
  programs: Found,
  ports: readonly number[],
  sans: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const config = path.join(where.folder, "kwokctl.yaml");
  fs.writeFileSync(config, dump(configuration(where, ports, sans)));
  fs.writeFileSync(where.egressConfig, dump(egress));
  const flags = ["--name=control-plane", `-c=${config}`, "create", "cluster"];
  // Its default is the user's own ~/.kube/config, which is none of our business.
  flags.push(`--kubeconfig=${path.join(where.folder, "kubeconfig-of-kwokctl")}`);
  for (const name of ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"])
    flags.push(`--${name}-binary=${programs.path(name)}`);
  flags.push(`--kwok-controller-binary=${programs.path("kwok")}`);
  // It takes kubectl from PATH and would download one if there was none.
  const PATH = [path.dirname(programs.path("kubectl")), process.env.PATH].join(path.delimiter);
  await promisify(execFile)(programs.path("kwokctl"), flags, {
    cwd: where.folder,
    signal,
    env: { ...process.env, KWOK_WORKDIR: where.folder, PATH },
  });
}

export function serverOf(where: Layout): string {
  const config = load(fs.readFileSync(where.kubeconfig, "utf8")) as any;
  return config.clusters[0].cluster.server;
}
