// What others do to kube-proxy while a data plane is switched, as faults that can be set: an addon manager that does not
// merge but replaces, and a second owner of the same field.
import { setTimeout as pause } from "node:timers/promises";
import type { Api, KubeObject } from "../controlPlane/api";
import type { DaemonFault, Faults } from "../controlPlane/faults";

const kubeProxy = "/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy";
const installation = "/apis/operator.tigera.io/v1/installations/default";
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** The annotation by which our last layer tells that it has looked (components/layers/kubeProxy.ts). */
const lookedAgain = "aks-calico-ebpf/looked-again";

/** A tool that keeps what it has in its repository in the cluster, as Argo CD does. */
const foreignManager = "argocd-controller";
const foreignSelector = { "kubernetes.io/os": "linux" };

const ours = ["kube-proxy-put-during", "kube-proxy-put-after", "foreign-manager"] as const;

export class Misdeeds {
  /** One look at a time. */
  private looking: Promise<void> = Promise.resolve();
  private readonly done = new Set<DaemonFault>();
  private bpf?: boolean;
  private looked?: boolean;
  private foreignOwner = true;

  /** @param manifest the platform's kube-proxy */
  constructor(
    private readonly api: Api,
    private readonly manifest: KubeObject,
    private readonly faults: Faults,
    private readonly log: (line: string) => void,
  ) {
    // How things stand when a fault is set is what they change from.
    faults.onChange(() => this.look());
  }

  async run(): Promise<never> {
    for (;;) {
      if (this.foreignOwner || ours.some((fault) => this.faults.has(fault))) await this.look();
      await pause(100);
    }
  }

  private look(): Promise<void> {
    const turn = async () => {
      for (const fault of this.done) if (!this.faults.has(fault)) this.done.delete(fault);
      const [switched, proxy] = await Promise.all([this.api.get(installation), this.api.get(kubeProxy)]);
      await this.replaceIfDue(switched, proxy);
      if (proxy) await this.ownForeign(proxy);
    };
    return (this.looking = this.looking
      .then(turn)
      .catch((error: Error) => this.log(`addon manager: ${error.message}`)));
  }

  /** Replaces kube-proxy once for each time that a fault is set, when what it waits for has come about since. */
  private async replaceIfDue(switched?: KubeObject, proxy?: KubeObject): Promise<void> {
    const bpf = switched?.spec?.calicoNetwork?.linuxDataplane === "BPF";
    const looked = proxy?.metadata.annotations?.[lookedAgain] !== undefined;
    // Remembered only when the deed is done: a failed one is tried again.
    if (this.bpf === false && bpf) await this.replace("kube-proxy-put-during", proxy, 0);
    if (this.looked === false && looked) await this.replace("kube-proxy-put-after", proxy, 1000);
    this.bpf = bpf;
    this.looked = looked;
  }

  private async replace(fault: DaemonFault, current: KubeObject | undefined, delayMs: number): Promise<void> {
    if (!this.faults.has(fault) || this.done.has(fault)) return;
    await pause(delayMs);
    const { metadata } = this.manifest;
    // What its own `kubectl apply` needs to go on from here.
    const annotations = { [lastApplied]: current?.metadata.annotations?.[lastApplied] };
    await this.api.replace(kubeProxy, { ...this.manifest, metadata: { ...metadata, annotations } });
    this.done.add(fault);
    this.log(`addon manager: replaced kube-proxy wholly (fault ${fault})`);
  }

  /** Takes kube-proxy's node selector, or lets go of it. */
  private async ownForeign(proxy: KubeObject): Promise<void> {
    const wanted = this.faults.has("foreign-manager");
    const owns = proxy.metadata.managedFields?.some((one: any) => one.manager === foreignManager) ?? false;
    const selector = JSON.stringify(proxy.spec.template.spec.nodeSelector);
    this.foreignOwner = wanted || owns;
    if (wanted ? owns && selector === JSON.stringify(foreignSelector) : !owns) return;
    const spec = { template: { spec: { nodeSelector: foreignSelector } } };
    const { apiVersion, kind, metadata } = this.manifest;
    const { name, namespace } = metadata;
    // Applying nothing gives back what was applied.
    const applied = { apiVersion, kind, metadata: { name, namespace }, ...(wanted ? { spec } : {}) };
    await this.api.apply(kubeProxy, applied, foreignManager);
    this.log(`${foreignManager}: ${wanted ? "took kube-proxy's node selector" : "let go of kube-proxy"}`);
  }
}
