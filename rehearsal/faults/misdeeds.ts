// What others do to kube-proxy while a data plane is switched, as faults that can be set: an addon manager that does not
// merge but replaces, and a second owner of the same field.
import { setTimeout as pause } from "node:timers/promises";
import type { Api, KubeObject } from "../controlPlane/api";
import type { DaemonFault, Faults } from "./file";

const kubeProxy = "/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy";
const installation = "/apis/operator.tigera.io/v1/installations/default";
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** The annotation by which our last layer tells that it has looked (components/layers/kubeProxy.ts). */
const lookedAgain = "aks-calico-ebpf/looked-again";

/** A tool that keeps what it has in its repository in the cluster, as Argo CD does. */
const foreignManager = "argocd-controller";
const foreignSelector = { "kubernetes.io/os": "linux" };

/** Runs until `signal` fires. @param manifest the platform's kube-proxy; undefined = the cluster has none */
export async function runMisdeeds(
  api: Api,
  manifest: KubeObject | undefined,
  faults: Faults,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!manifest) return;
  let wake: () => void = () => undefined;
  let pending = true;
  const changed = () => {
    pending = true;
    wake();
  };
  const urls = [
    "/apis/operator.tigera.io/v1/installations",
    "/apis/apps/v1/namespaces/kube-system/daemonsets?fieldSelector=metadata.name%3Dkube-proxy",
  ];
  for (const url of urls) void api.watch(url, changed, signal);
  faults.onChange(changed);
  signal.addEventListener("abort", () => wake());

  const replacer = new Replacer(api, manifest, faults, log);
  while (!signal.aborted) {
    if (!pending) await new Promise<void>((resolve) => (wake = resolve));
    pending = false;
    try {
      await replacer.look();
      await foreignOwner(api, faults, log);
    } catch (error) {
      log(`addon manager: ${(error as Error).message}`);
      pending = true;
      await pause(300, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Replaces kube-proxy once for each time that a fault is set, when what it waits for has come about since. */
class Replacer {
  private readonly done = new Set<string>();
  private bpf?: boolean;
  private looked?: boolean;

  constructor(
    private readonly api: Api,
    private readonly manifest: KubeObject,
    private readonly faults: Faults,
    private readonly log: (line: string) => void,
  ) {}

  async look(): Promise<void> {
    const [switched, proxy] = await Promise.all([this.api.get(installation), this.api.get(kubeProxy)]);
    const bpf = switched?.spec?.calicoNetwork?.linuxDataplane === "BPF";
    const looked = proxy?.metadata.annotations?.[lookedAgain] !== undefined;
    const [switchedNow, lookedNow] = [this.bpf === false && bpf, this.looked === false && looked];
    // Remembered only when the deed is done: a failed one is tried again.
    if (switchedNow) await this.replace("kube-proxy-put-during", proxy, 0);
    if (lookedNow) await this.replace("kube-proxy-put-after", proxy, 1000);
    this.bpf = bpf;
    this.looked = looked;
  }

  private async replace(fault: DaemonFault, current: KubeObject | undefined, delayMs: number): Promise<void> {
    const deed = `${fault} ${this.faults.since(fault)}`;
    if (!this.faults.has(fault) || this.done.has(deed)) return;
    await pause(delayMs);
    const { metadata } = this.manifest;
    // What its own `kubectl apply` needs to go on from here.
    const annotations = { [lastApplied]: current?.metadata.annotations?.[lastApplied] };
    await this.api.replace(kubeProxy, { ...this.manifest, metadata: { ...metadata, annotations } });
    this.done.add(deed);
    this.log(`addon manager: replaced kube-proxy wholly (fault ${fault})`);
  }
}

async function foreignOwner(api: Api, faults: Faults, log: (line: string) => void): Promise<void> {
  const proxy = await api.get(kubeProxy);
  if (!proxy) return;
  const owns = proxy.metadata.managedFields?.some((one: any) => one.manager === foreignManager);
  const selector = JSON.stringify(proxy.spec.template.spec.nodeSelector);
  const applied = (spec: object) => ({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "kube-proxy", namespace: "kube-system" },
    ...spec,
  });
  if (faults.has("foreign-manager")) {
    if (owns && selector === JSON.stringify(foreignSelector)) return;
    const spec = { template: { spec: { nodeSelector: foreignSelector } } };
    await api.apply(kubeProxy, applied({ spec }), foreignManager);
    log(`${foreignManager}: took kube-proxy's node selector`);
  } else if (owns) {
    // Applying nothing gives back what was applied.
    await api.apply(kubeProxy, applied({}), foreignManager);
    log(`${foreignManager}: let go of kube-proxy`);
  }
}
