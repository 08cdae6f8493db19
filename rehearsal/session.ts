// One rehearsal stack: its folder, its clusters, and an engine whose providers lead to them.
import fs from "node:fs";
import path from "node:path";
import { type ClusterHost, type LocalClusters, localClusters } from "./controlPlane";
import { type Analyzer, Engine, type EngineEvent } from "./engine";
import { azureProvider } from "./azure";
import { writeKubeloginShim } from "./azure/kubelogin";
import { kubernetesProvider } from "./engine/kubernetes";
import { lockStack } from "./engine/lock";
import { randomProvider } from "./random";
import { type Fault, Faults } from "./faults";
import { type PackChoice, policyPacks } from "./policy/packs";
import { Refusal } from "./refusal";
import { type CheckResult, type Expected, verify } from "./verify";

export interface SessionOptions {
  /** Folder with the program's Pulumi.yaml. */
  readonly projectDir: string;
  readonly stack: string;
  /** Everything of this stack stands in a folder of its name in here. */
  readonly stateRoot: string;
  readonly events: (event: EngineEvent) => void;
  readonly progress: (line: string) => void;
  readonly nodes?: number;
  /** Default 0: calico-node pods are ready at once. */
  readonly rolloutSeconds?: number;
  /** Default 1. */
  readonly statusLagSeconds?: number;
  /** The Calico that AKS brings. Default 3.31.2. */
  readonly calicoVersion?: string;
  /** Default true; false = no operator stand-in. */
  readonly operator?: boolean;
  readonly refresh?: boolean;
  readonly parallel?: number;
  readonly config?: Record<string, string>;
  /** The policy packs that judge `up` and `preview`. */
  readonly policyPacks?: readonly PackChoice[];
  /** Judges that run already, for measurements. */
  readonly analyzers?: readonly Analyzer[];
  /** What goes wrong in this run. */
  readonly faults?: readonly Fault[];
  /** What Ctrl-C does; the fault of that name calls it. */
  readonly interrupt?: () => void;
  readonly signal?: AbortSignal;
}

export interface Session {
  readonly folder: string;
  readonly engine: Engine;
  readonly clusters: LocalClusters;
  /** Where the Azure of this stack keeps what it holds. */
  readonly azure: { readonly clusters: ClusterHost; readonly store: string };
  /**
   * Starts again what runs no more of the stack's control planes: the machine was restarted, or somebody ended them.
   * While another run holds the stack its clusters are left alone, and `changing` verbs are refused.
   */
  resume(verb: string, changing: boolean): Promise<void>;
  /** The table of checks of every cluster of the stack, against the data plane that the stack asked for. */
  verify(): Promise<Map<string, CheckResult[]>>;
  /** Waits for faults that have not ended yet. */
  settle(): Promise<void>;
  /** Ends every process of the stack and removes its folder. */
  down(): Promise<void>;
}

/**
 * A cluster with Entra is reached through `kubelogin`, which here answers with the administrator's certificate: there
 * is no Entra. It goes first on this process's PATH, where the Kubernetes client looks for it.
 */
function withKubelogin(clusters: LocalClusters, folder: string): ClusterHost {
  process.env.PATH = [folder, process.env.PATH].join(path.delimiter);
  return {
    ...clusters,
    async kubeconfig(name) {
      const files = clusters.names().map((one) => [one, clusters.status(one)!.kubeconfigFile]);
      writeKubeloginShim(folder, Object.fromEntries(files));
      return clusters.kubeconfig(name);
    },
  };
}

interface Known {
  readonly urn: string;
  readonly inputs?: { spec?: { calicoNetwork?: { linuxDataplane?: string } } };
}

/** What the stack's own state says that its clusters should look like; also after an update that failed half way. */
function expectedOf(engine: Engine): Expected {
  const known = (engine.exportStack()?.deployment.resources ?? []) as unknown as Known[];
  const named = (suffix: string) => known.find(({ urn }) => urn.endsWith(suffix));
  const wanted = (named("-dataplane-switch") ?? named("-installation"))?.inputs?.spec?.calicoNetwork;
  const dataplane = wanted?.linuxDataplane === "Iptables" ? "Iptables" : "Ebpf";
  // eBPF is on, and nothing has put kube-proxy aside.
  return { dataplane, kubeProxyKept: wanted !== undefined && !named("-kube-proxy-off") };
}

export function openSession(options: SessionOptions): Session {
  const folder = path.join(options.stateRoot, options.stack);
  fs.mkdirSync(folder, { recursive: true });
  const given = options.faults ?? [];
  const clusters = localClusters({
    workDir: path.join(folder, "clusters"),
    rolloutSeconds: options.rolloutSeconds,
    statusLagSeconds: options.statusLagSeconds,
    operator: options.operator,
    calicoVersion: options.calicoVersion,
    nodes: options.nodes,
    crdsLateSeconds: given.find(({ name }) => name === "crds-late")?.seconds,
    progress: options.progress,
  });
  const faults = new Faults(given, clusters, options.interrupt ?? (() => undefined), options.progress);
  const azure = {
    clusters: withKubelogin(clusters, path.join(folder, "bin")),
    store: path.join(folder, "azure.json"),
  };
  const engine = new Engine({
    projectDir: options.projectDir,
    stack: options.stack,
    stateDir: folder,
    providers: [
      azureProvider(azure),
      // A chart's relative path starts there.
      kubernetesProvider({ folder: options.projectDir }),
      randomProvider(),
    ],
    parallel: options.parallel,
    events: options.events,
    beforeStep: (step) => faults.before(step),
    signal: options.signal,
    config: options.config,
    refresh: options.refresh,
    analyzers: options.analyzers,
    policyPacks: options.policyPacks?.length ? policyPacks(options.policyPacks, options.progress) : undefined,
  });

  return {
    folder,
    engine,
    clusters,
    azure,

    async resume(verb, changing) {
      const names = clusters.names();
      if (names.length === 0) return;
      let unlock;
      try {
        unlock = lockStack(folder, options.stack, verb);
      } catch (error) {
        if (changing || !(error instanceof Refusal)) throw error;
        return;
      }
      try {
        for (const name of names) {
          await clusters.resume(name, options.progress, options.signal);
          // Those of an earlier run end with the next one.
          if (changing) await clusters.setFaults(name, []);
          if (given.some((one) => one.name === "kubeconfig-rotated")) await clusters.rotateCredentials(name);
        }
      } finally {
        unlock();
      }
    },

    async verify() {
      const expected = expectedOf(engine);
      const names = clusters.names();
      const tables = await Promise.all(
        names.map(async (name) => verify(await clusters.kubeconfig(name), expected)),
      );
      return new Map(names.map((name, index) => [name, tables[index]]));
    },

    settle: () => faults.settle(),

    async down() {
      // Refused while a run is under way: it would lose the ground under its feet.
      lockStack(folder, options.stack, "down");
      for (const name of clusters.names()) await clusters.delete(name);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
