// The managed clusters of a rehearsal: for each a real etcd, API server, controller manager and scheduler on
// 127.0.0.1, nodes and pods by kwok, and a daemon that does what AKS and Calico's operator do.
import fs from "node:fs";
import path from "node:path";
import { dump, load } from "js-yaml";
import { type Binaries, findBinaries } from "./binaries";
import { calicoCrds } from "./aks/crds";
import { waitForPlatform } from "./aks/ready";
import { endDaemon, startDaemon } from "./daemonProcess";
import { Api } from "./host/api";
import { kubernetesVersion } from "./host/goBuild";
import { type Component, components, layout, type Layout, serverOf } from "./host/kwok";
import { type NodePool, setNodes } from "./host/nodes";
import { end, processesWith } from "./host/processes";
import type { Progress } from "./host/progress";
import { Refusal } from "./refusal";
import {
  alive,
  bringUp,
  killComponent,
  restartKwok,
  revive,
  startComponent,
  stopComponent,
} from "./host/components";

export type { NodePool } from "./host/nodes";
export type { Component } from "./host/kwok";

/** What a managed cluster is made of, as far as a control plane on this machine can show it. */
export interface ClusterSpec {
  /** Azure's name of the cluster; also the name of its folder. */
  readonly name: string;
  /** What the program asks for. The control plane is the pinned version whatever stands here; a status says so. */
  readonly kubernetesVersion?: string;
  /** Host name of the API server in Azure; the certificate is valid for it, but nothing resolves it. */
  readonly fqdn: string;
  /** True = `networkPolicy: calico`: AKS brings Calico and its operator. */
  readonly calico: boolean;
  readonly pools: readonly NodePool[];
}

export interface ComponentStatus {
  readonly name: Component | "daemon";
  readonly pid?: number;
  readonly log: string;
}

export interface ClusterStatus {
  readonly folder: string;
  readonly server: string;
  readonly kubeconfigFile: string;
  /** True = every component and the daemon run. */
  readonly running: boolean;
  readonly components: readonly ComponentStatus[];
}

export interface ClusterHost {
  /** Starts (or finds running) the control plane of one managed cluster with everything AKS brings; resolves when it is ready. Idempotent. */
  create(spec: ClusterSpec, status: (message: string) => void, signal?: AbortSignal): Promise<void>;
  /** Adds, rescales or removes a pool's nodes (count 0 = removed). */
  setPool(name: string, pool: NodePool): Promise<void>;
  /** Kubeconfig YAML, certificates inside, whose server is https://127.0.0.1:PORT. */
  kubeconfig(name: string): Promise<string>;
  /** Ends the cluster's processes and removes its folder. Nothing happens where there is no such cluster. */
  delete(name: string): Promise<void>;
}

/** A host on this machine, with what tests and the command line need beyond {@link ClusterHost}. */
export interface LocalClusters extends ClusterHost {
  /** Names of the clusters that have a folder. */
  names(): string[];
  /**
   * Starts what runs no more of a cluster that was whole once, such as after a restart of the machine, and gives it
   * those of the host's options that were given now. @throws Refusal for one that a living cluster cannot take
   */
  resume(name: string, status: (message: string) => void, signal?: AbortSignal): Promise<void>;
  /** Undefined = there is no such cluster. */
  status(name: string): ClusterStatus | undefined;
  /** Ends a component in good order; it stays down until {@link startComponent}. */
  stopComponent(name: string, component: Component | "daemon"): Promise<void>;
  /** kill -9; it stays down until {@link startComponent}. */
  killComponent(name: string, component: Component | "daemon"): Promise<void>;
  /** Starts a component again on the same data and ports and waits until it serves. */
  startComponent(name: string, component: Component | "daemon"): Promise<void>;
}

export interface LocalClustersOptions {
  /** Each cluster gets a folder here. */
  readonly workDir: string;
  /** Time that each calico-node pod takes to get ready when it is rolled. Default 0: at once. */
  readonly rolloutSeconds?: number;
  /** How far the operator's conditions lag behind what it did. Default 1 (the real one: 0 to 5, its ticker's period). */
  readonly statusLagSeconds?: number;
  /** The Calico that AKS brings: which fields its CRDs have, and what the operator installs. Default 3.31.2. */
  readonly calicoVersion?: string;
  /** False = no stand-in for the operator, so that a real one can be run. Default true. */
  readonly operator?: boolean;
  /** Number of nodes of all pools together, whatever the program asks for. */
  readonly nodes?: number;
  /** How often the addon manager applies its manifests. Default 5 (the real one: 60). */
  readonly addonSeconds?: number;
  readonly progress: Progress;
}

/** What the daemon is started with; kept in the cluster's folder so that a later process can start it again. */
export interface ClusterSettings {
  spec: ClusterSpec;
  rolloutSeconds: number;
  statusLagSeconds: number;
  operator: boolean;
  calicoVersion: string;
  addonSeconds: number;
  kubectl: string;
}

/** Those of the options that change what a living cluster does, without the ones that were left out. */
function given({
  rolloutSeconds,
  statusLagSeconds,
  operator,
}: LocalClustersOptions): Partial<ClusterSettings> {
  const all = { rolloutSeconds, statusLagSeconds, operator };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** What AKS brings with Kubernetes 1.35 and 1.36 (azure-aks-docs, supported-kubernetes-versions). */
const defaultCalicoVersion = "3.31.2";

export function localClusters(options: LocalClustersOptions): LocalClusters {
  fs.mkdirSync(options.workDir, { recursive: true });
  // Command lines bear the resolved path, and that is how processes are known to be ours.
  const workDir = fs.realpathSync(options.workDir);
  const at = (name: string) => layout(path.join(workDir, name));
  const exists = (where: Layout) => fs.existsSync(where.kwokConfig);
  const apiOf = (where: Layout) => new Api(where.kubeconfig, "aks");
  let binaries: Promise<Binaries> | undefined;

  const found = (name: string): Layout => {
    const where = at(name);
    if (!exists(where)) throw new Error(`there is no cluster ${name} in ${workDir}`);
    return where;
  };

  const calicoVersion = options.calicoVersion ?? defaultCalicoVersion;

  async function create(spec: ClusterSpec, status: (message: string) => void, signal?: AbortSignal) {
    const where = at(spec.name);
    // One search for all clusters; a failed one is tried again by the next call.
    binaries ??= findBinaries({ progress: options.progress, signal }).catch((error) => {
      binaries = undefined;
      throw error;
    });
    const [programs, crds] = await Promise.all([
      binaries,
      spec.calico ? calicoCrds(options.progress, calicoVersion) : [],
    ]);
    if (spec.kubernetesVersion && !kubernetesVersion.startsWith(`v${spec.kubernetesVersion}`)) {
      status(`Kubernetes ${spec.kubernetesVersion} is asked for; the rehearsal's is ${kubernetesVersion}`);
    }

    await bringUp(where, programs, [spec.fqdn], status, signal);
    const settings: ClusterSettings = {
      spec,
      rolloutSeconds: options.rolloutSeconds ?? 0,
      statusLagSeconds: options.statusLagSeconds ?? 1,
      operator: options.operator ?? true,
      calicoVersion,
      addonSeconds: options.addonSeconds ?? 5,
      kubectl: programs.find("kubectl") ?? where.binary("kubectl"),
    };
    await restartKwok(where, settings.rolloutSeconds);
    const before = fs.existsSync(where.settings) ? fs.readFileSync(where.settings, "utf8") : "";
    const text = JSON.stringify(settings, undefined, 2);
    if (before !== text) await endDaemon(where);
    fs.writeFileSync(where.settings, text);

    const api = apiOf(where);
    try {
      status("making nodes");
      await Promise.all(limited(spec.pools).map((pool) => setNodes(api, pool, kubernetesVersion)));
      startDaemon(where);
      await waitForPlatform(api, where, settings, crds, status, signal);
    } finally {
      api.close();
    }
  }

  /** Spreads `options.nodes` over the pools: each keeps its share, the first one takes the rest. */
  function limited(pools: readonly NodePool[]): readonly NodePool[] {
    if (options.nodes === undefined) return pools;
    const share = Math.floor(options.nodes / pools.length);
    return pools.map((pool, index) => ({
      ...pool,
      count: index === 0 ? options.nodes! - share * (pools.length - 1) : share,
    }));
  }

  return {
    create,
    names: () =>
      fs.readdirSync(workDir).filter((name) => fs.existsSync(path.join(workDir, name, "kwokctl.yaml"))),

    async resume(name, status, signal) {
      const where = found(name);
      // Nothing to go on with: the next creation begins it anew.
      if (!fs.existsSync(where.settings)) return;
      const before = JSON.parse(fs.readFileSync(where.settings, "utf8")) as ClusterSettings;
      if (calicoVersion !== before.calicoVersion && options.calicoVersion !== undefined) {
        throw new Refusal(
          `cluster ${name} has Calico ${before.calicoVersion}, not ${calicoVersion}`,
          "its CRDs and its operator were made for that version",
          "end it with `down` and begin anew, or take another --stack",
        );
      }
      if (!(await revive(where, status, signal))) return;
      const { rolloutSeconds, statusLagSeconds, operator } = { ...before, ...given(options) };
      if (rolloutSeconds !== before.rolloutSeconds) await restartKwok(where, rolloutSeconds);
      const after = { ...before, rolloutSeconds, statusLagSeconds, operator };
      if (JSON.stringify(after) !== JSON.stringify(before)) {
        await endDaemon(where);
        fs.writeFileSync(where.settings, JSON.stringify(after, undefined, 2));
      }
      startDaemon(where);
      if (options.nodes === undefined) return;
      const api = apiOf(where);
      try {
        await Promise.all(limited(before.spec.pools).map((pool) => setNodes(api, pool, kubernetesVersion)));
      } finally {
        api.close();
      }
    },

    async setPool(name, pool) {
      const where = found(name);
      const api = apiOf(where);
      try {
        await setNodes(api, pool, kubernetesVersion);
      } finally {
        api.close();
      }
    },

    async kubeconfig(name) {
      const where = found(name);
      const pki = (file: string) => fs.readFileSync(path.join(where.control, "pki", file)).toString("base64");
      const config = load(fs.readFileSync(where.kubeconfig, "utf8")) as any;
      const user = `clusterUser_${name}`;
      return dump({
        apiVersion: "v1",
        kind: "Config",
        clusters: [
          {
            name,
            cluster: {
              server: config.clusters[0].cluster.server,
              "certificate-authority-data": pki("ca.crt"),
            },
          },
        ],
        users: [
          {
            name: user,
            user: { "client-certificate-data": pki("admin.crt"), "client-key-data": pki("admin.key") },
          },
        ],
        contexts: [{ name, context: { cluster: name, user } }],
        "current-context": name,
      });
    },

    async delete(name) {
      const where = at(name);
      await endDaemon(where);
      await end(() => processesWith(`${where.control}${path.sep}`), 0);
      fs.rmSync(where.folder, { recursive: true, force: true, maxRetries: 5 });
    },

    status(name) {
      const where = at(name);
      if (!exists(where)) return undefined;
      const parts: ComponentStatus[] = [
        ...components.map((part) => ({ name: part, pid: alive(where, part)?.pid, log: where.log(part) })),
        { name: "daemon" as const, pid: alive(where, "daemon")?.pid, log: where.daemonLog },
      ];
      return {
        folder: where.folder,
        server: serverOf(where),
        kubeconfigFile: where.kubeconfig,
        running: parts.every(({ pid }) => pid !== undefined),
        components: parts,
      };
    },

    stopComponent: (name, component) =>
      component === "daemon" ? endDaemon(found(name)) : stopComponent(found(name), component),
    killComponent: (name, component) =>
      component === "daemon" ? endDaemon(found(name), 0) : killComponent(found(name), component),
    startComponent: async (name, component) => {
      if (component === "daemon") startDaemon(found(name));
      else await startComponent(found(name), component);
    },
  };
}
