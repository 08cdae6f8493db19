// The managed clusters of a rehearsal: for each a real etcd, API server, controller manager and scheduler on
// 127.0.0.1, nodes and pods by kwok, and a daemon that does what AKS and Calico's operator do.
import fs from "node:fs";
import path from "node:path";
import { type Binaries, findBinaries } from "./binaries";
import { calicoCrds } from "../aks/crds";
import type {
  ClusterSettings,
  ClusterSpec,
  ComponentStatus,
  LocalClusters,
  LocalClustersOptions,
} from "./cluster";
import { waitForPlatform } from "../aks/ready";
import { dueCrds } from "../aks/lateCrds";
import { endDaemon, startDaemon } from "./daemonProcess";
import { setFaults, settingsOf, stagesOf } from "./faulty";
import { Api, type KubeObject } from "./api";
import {
  alive,
  bringUp,
  killComponent,
  revive,
  setStages,
  startComponent,
  stopComponent,
} from "./components";
import { rotate, userKubeconfig } from "./credentials";
import { kubernetesVersion } from "./goBuild";
import { components, layout, type Layout, serverOf } from "./kwok";
import { type NodePool, setNodes } from "./nodes";
import { end, processesWith } from "./processes";
import { Refusal } from "../refusal";

export type * from "./cluster";
export type { NodePool } from "./nodes";
export type { Component } from "./kwok";

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
    await setStages(where, stagesOf(where, settings));
    const before = fs.existsSync(where.settings) ? fs.readFileSync(where.settings, "utf8") : "";
    const text = JSON.stringify(settings, undefined, 2);
    if (before !== text) await endDaemon(where);
    fs.writeFileSync(where.settings, text);

    const api = apiOf(where);
    try {
      status("making nodes");
      await setPools(api, spec, limited(spec.pools));
      startDaemon(where);
      const late = await lateCrds(api, crds);
      await waitForPlatform(api, where, settings, late ? undefined : crds, status, signal);
      if (late) dueCrds(where, options.crdsLateSeconds!);
    } finally {
      api.close();
    }
  }

  const setPools = (api: Api, spec: ClusterSpec, pools: readonly NodePool[]) =>
    Promise.all(pools.map((pool) => setNodes(api, pool, kubernetesVersion, spec.networkPlugin === "none")));

  /** Only where they are not there yet: a cluster that is found again keeps them. */
  const lateCrds = async (api: Api, crds: KubeObject[]) =>
    crds.length > 0 &&
    options.crdsLateSeconds !== undefined &&
    (await api.get("/apis/operator.tigera.io/v1")) === undefined;

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
      const before = settingsOf(where);
      if (calicoVersion !== before.calicoVersion && options.calicoVersion !== undefined) {
        throw new Refusal(
          `cluster ${name} has Calico ${before.calicoVersion}, not ${calicoVersion}`,
          "its CRDs and its operator were made for that version",
          "end it with `down` and begin anew, or take another --stack",
        );
      }
      if (!(await revive(where, status, signal))) return;
      const { rolloutSeconds, statusLagSeconds, operator } = { ...before, ...given(options) };
      const after = { ...before, rolloutSeconds, statusLagSeconds, operator };
      await setStages(where, stagesOf(where, after));
      if (JSON.stringify(after) !== JSON.stringify(before)) {
        await endDaemon(where);
        fs.writeFileSync(where.settings, JSON.stringify(after, undefined, 2));
      }
      startDaemon(where);
      if (options.nodes === undefined) return;
      const api = apiOf(where);
      try {
        await setPools(api, before.spec, limited(before.spec.pools));
      } finally {
        api.close();
      }
    },

    async setPool(name, pool) {
      const where = found(name);
      const api = apiOf(where);
      try {
        await setPools(api, settingsOf(where).spec, [pool]);
      } finally {
        api.close();
      }
    },

    kubeconfig: async (name) => userKubeconfig(found(name), name),
    rotateCredentials: async (name) => rotate(found(name)),
    setFaults: (name, faults) => setFaults(found(name), faults),

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
