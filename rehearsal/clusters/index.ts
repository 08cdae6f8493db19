// The managed clusters of a rehearsal: for each a real etcd, API server, controller manager and scheduler on
// 127.0.0.1, nodes and pods by kwok, and a daemon that does what AKS and Calico's operator do.
import fs from "node:fs";
import path from "node:path";
import { calicoCrds } from "../aks/crds";
import { type Api, withApi } from "../controlPlane/api";
import type { ClusterSpec, LocalClustersOptions } from "../controlPlane/cluster";
import { alive, bringUp, killAll, killPart, revive, startComponent } from "../controlPlane/components";
import { rotate, userKubeconfig } from "../controlPlane/credentials";
import type { ClusterFault } from "../controlPlane/faults";
import { components, layout, type Layout, type Part, serverOf } from "../controlPlane/kwok";
import { type NodePool, setNodes } from "../controlPlane/nodes";
import { controlPlane, kubernetesVersion } from "../programs/catalogue";
import { findPrograms } from "../programs/find";
import { Refusal } from "../system/refusal";
import { waitForPlatform } from "./ready";
import { applySettings, type ClusterSettings, playNodes, readSettings, startDaemon } from "./settings";

export type * from "../controlPlane/cluster";

/** What AKS brings with Kubernetes 1.35 and 1.36 (azure-aks-docs, supported-kubernetes-versions). */
export const defaultCalicoVersion = "3.31.2";

/** A host on this machine, with what tests and the command line need beyond what Azure needs. */
export type LocalClusters = ReturnType<typeof localClusters>;
export type ClusterHost = Pick<LocalClusters, "create" | "setPool" | "kubeconfig" | "delete">;

export function localClusters(options: LocalClustersOptions) {
  // `living`: those that change what a living cluster does.
  const {
    workDir: given,
    progress,
    nodes,
    crdsLateSeconds,
    calicoVersion: asked,
    calicoApi = "crd.projectcalico.org/v1",
    ...living
  } = options;
  const calicoVersion = asked ?? defaultCalicoVersion;
  fs.mkdirSync(given, { recursive: true });
  // Command lines bear the resolved path, and that is how processes are known to be ours.
  const workDir = fs.realpathSync(given);
  const at = (name: string) => layout(path.join(workDir, name));
  const exists = (where: Layout) => fs.existsSync(where.kwokConfig);
  const found = (name: string): Layout => {
    const where = at(name);
    if (!exists(where)) throw new Error(`there is no cluster ${name} in ${workDir}`);
    return where;
  };

  /** Starts (or finds running) a control plane with everything AKS brings; resolves when it is ready. Idempotent. */
  async function create(spec: ClusterSpec, status: (message: string) => void, signal?: AbortSignal) {
    const where = at(spec.name);
    const [program, crds] = await Promise.all([
      findPrograms(controlPlane, { progress, signal }),
      spec.calico ? calicoCrds(progress, calicoVersion, calicoApi) : [],
    ]);
    if (spec.kubernetesVersion && !kubernetesVersion.startsWith(`v${spec.kubernetesVersion}`)) {
      status(`Kubernetes ${spec.kubernetesVersion} is asked for; the rehearsal's is ${kubernetesVersion}`);
    }
    await bringUp(where, program, [spec.fqdn], status, signal);
    const settings: ClusterSettings = {
      spec,
      rolloutSeconds: 0,
      statusLagSeconds: 1,
      operator: true,
      ...living,
      calicoVersion,
      calicoApi,
      faults: readSettings(where)?.faults ?? [],
      kubectl: program.path("kubectl"),
    };
    await playNodes(where, settings);
    await withApi(where, async (api) => {
      status("making nodes");
      await setPools(api, spec, limited(spec.pools));
      await applySettings(where, settings);
      // Only where they are not there yet: a cluster that is found again keeps them.
      const late =
        spec.calico && crdsLateSeconds !== undefined && !(await api.get("/apis/operator.tigera.io/v1"));
      await waitForPlatform(api, where, settings, late ? undefined : crds, status, signal);
      if (late) await applySettings(where, { ...settings, crdsDue: Date.now() + crdsLateSeconds * 1000 });
    });
  }

  const setPools = (api: Api, spec: ClusterSpec, pools: readonly NodePool[]) =>
    Promise.all(pools.map((pool) => setNodes(api, pool, spec.networkPlugin === "none")));

  /** Spreads `nodes` over the pools: each keeps its share, the first one takes the rest. */
  function limited(pools: readonly NodePool[]): readonly NodePool[] {
    if (nodes === undefined) return pools;
    const share = Math.floor(nodes / pools.length);
    const first = nodes - share * (pools.length - 1);
    return pools.map((pool, index) => ({ ...pool, count: index === 0 ? first : share }));
  }

  return {
    create,

    names: () =>
      fs.readdirSync(workDir).filter((name) => fs.existsSync(path.join(workDir, name, "kwokctl.yaml"))),

    /**
     * Starts what runs no more of a cluster that was whole once, such as after a restart of the machine, and gives it
     * those of the host's options that were given now. @throws Refusal for one that a living cluster cannot take
     */
    async resume(name: string, status: (message: string) => void, signal?: AbortSignal): Promise<void> {
      const where = at(name);
      const before = readSettings(where);
      // Nothing to go on with, perhaps no more than what kwokctl was to read: the next creation begins it anew.
      if (!before) return;
      if (asked !== undefined && calicoVersion !== before.calicoVersion) {
        throw new Refusal(
          `cluster ${name} has Calico ${before.calicoVersion}, not ${calicoVersion}`,
          "its CRDs and its operator were made for that version",
          "end it with `down` and begin anew, or take another --stack",
        );
      }
      if (!(await revive(where, status, signal))) return;
      await applySettings(where, { ...before, ...living });
      if (nodes !== undefined) {
        const { spec } = before;
        await withApi(where, (api) => setPools(api, spec, limited(spec.pools)));
      }
    },

    /** Adds, rescales or removes a pool's nodes (count 0 = removed). */
    async setPool(name: string, pool: NodePool): Promise<void> {
      const where = found(name);
      await withApi(where, (api) => setPools(api, readSettings(where)!.spec, [pool]));
    },

    /** YAML, certificates inside, whose server is https://127.0.0.1:PORT. */
    kubeconfig: async (name: string) => userKubeconfig(found(name), name),

    /** The next kubeconfig bears another client certificate of the same authority. */
    rotateCredentials: async (name: string) => rotate(found(name)),

    /**
     * Makes exactly these things go wrong in the cluster from now on; none = all is well again. Resolves when they are
     * in force.
     */
    async setFaults(name: string, faults: readonly ClusterFault[]): Promise<void> {
      const where = at(name);
      const settings = readSettings(where);
      // Not made yet: its faults begin when it is ready.
      if (settings) await applySettings(where, { ...settings, faults });
    },

    /** Ends the cluster's processes and removes its folder. Nothing happens where there is no such cluster. */
    async delete(name: string): Promise<void> {
      const where = at(name);
      await killPart(where, "daemon");
      await killAll(where);
      fs.rmSync(where.folder, { recursive: true, force: true, maxRetries: 5 });
    },

    /** Undefined = there is no such cluster. */
    status(name: string) {
      const where = at(name);
      if (!exists(where)) return undefined;
      const parts = [...components, "daemon"] as const;
      const all = parts.map((part) => ({ name: part, pid: alive(where, part)?.pid, log: where.log(part) }));
      return {
        folder: where.folder,
        server: serverOf(where),
        kubeconfigFile: where.kubeconfig,
        /** True = every component and the daemon run. */
        running: all.every(({ pid }) => pid !== undefined),
        components: all,
      };
    },

    /** kill -9; it stays down until it is started. */
    killComponent: (name: string, component: Part) => killPart(found(name), component),

    /** Starts a component again on the same data and ports and waits until it serves. */
    async startComponent(name: string, component: Part): Promise<void> {
      if (component === "daemon") await startDaemon(found(name));
      else await startComponent(found(name), component);
    },
  };
}
