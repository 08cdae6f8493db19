// Which process answers on a node's ports, and kubelet's readiness probes that ask it. Felix in eBPF mode, and only then,
// serves kube-proxy's health check (projectcalico/calico v3.31.2, felix/dataplane/linux/int_dataplane.go, startBPFDataplaneComponents);
// on a kernel that cannot it falls back to iptables (felix/daemon/daemon.go, applyBPFOverrides).
import { setTimeout as pause } from "node:timers/promises";
import { type Api, condition, type KubeObject } from "../controlPlane/api";
import { asksItsNode } from "../controlPlane/stages";
import { messageOf } from "../system/refusal";
import { Bell } from "../system/wait";
import { apiOf } from "./calicoApi";

/** kube-proxy's own (kubernetes, pkg/proxy/apis/config, ProxyHealthzPort). */
const kubeProxyPort = 10256;
/** The first Calico that starts the listener (projectcalico/calico#10947, #11055). */
const firstListener = "3.30.5";
/** What makes Felix fall back (felix/bpf/bpf_syscall.go, MinKernelVersion; tigera/docs, ebpf/enabling-ebpf). */
const firstKernel = "5.10";
const isOlder = (version: string, than: string) => version.localeCompare(than, "en", { numeric: true }) < 0;

/** Faults of one node's Felix: the first of the cluster's. */
export interface FelixFaults {
  /** It cannot run eBPF, whatever its kernel says. */
  readonly fallsBack: boolean;
  /** It follows its configuration so many seconds late. */
  readonly lateSeconds: number;
}

/** What Felix goes by. */
type FelixSpec = { bpfEnabled?: boolean; bpfKubeProxyHealthzPort?: number };

export async function runNodePorts(
  api: Api,
  faults: FelixFaults,
  log: (line: string) => void,
): Promise<never> {
  const bell = new Bell();
  for (const url of [
    ...["kube-system", "calico-system"].map((namespace) => `/api/v1/namespaces/${namespace}/pods`),
    ...["crd.projectcalico.org/v1", "projectcalico.org/v3"].map(
      (group) => `/apis/${group}/felixconfigurations`,
    ),
  ])
    void api.watch(url, bell.ring);
  const nodePorts = new NodePorts(api, faults, log);
  for (;;) {
    await bell.heard(2000);
    try {
      await nodePorts.probe();
    } catch (error) {
      log(`probes: ${messageOf(error)}`);
      bell.ring();
    }
    // Pods come in swarms.
    await pause(100);
  }
}

class NodePorts {
  /** What Felix of the late node went by before the last change, and until when. */
  private late?: { spec: FelixSpec; next: FelixSpec; until: number };

  constructor(
    private readonly api: Api,
    private readonly faults: FelixFaults,
    private readonly log: (line: string) => void,
  ) {}

  /** Asks once for each pod that asks its node. */
  async probe(): Promise<void> {
    const pods = (namespace: string) => this.api.list(`/api/v1/namespaces/${namespace}/pods`);
    const system = await pods("kube-system");
    const asking = system.filter((pod) => asksItsNode(pod) && pod.status?.phase === "Running");
    if (asking.length === 0) return;
    const [calico, nodes] = await Promise.all([pods("calico-system"), this.api.list("/api/v1/nodes")]);
    const felix = calico.filter(({ metadata }) => metadata.labels?.["k8s-app"] === "calico-node");
    const spec = await this.felixSpec(felix[0]);
    const proxies = system.filter(({ metadata }) => metadata.labels?.component === "kube-proxy");
    const first = nodes.map(({ metadata }) => metadata.name).sort()[0];
    await Promise.all(
      asking.map(async (pod) => {
        const on = (one: KubeObject) => one.spec.nodeName === pod.spec.nodeName;
        const node = nodes.find(({ metadata }) => metadata.name === pod.spec.nodeName);
        const isFirst = node?.metadata.name === first;
        const answers = [
          felixPort(
            node,
            felix.find(on),
            isFirst ? this.lateSpec(spec) : spec,
            isFirst && this.faults.fallsBack,
          ),
          proxies.some(on) ? kubeProxyPort : undefined,
        ];
        const { port } = pod.spec.containers[0].readinessProbe.httpGet;
        await this.setReady(pod, answers.includes(port));
      }),
    );
  }

  private async felixSpec(calicoNode: KubeObject | undefined): Promise<FelixSpec> {
    const group =
      (calicoNode && apiOf({ ...calicoNode, spec: { template: calicoNode } } as any)) ??
      "crd.projectcalico.org/v1";
    const felix = await this.api.get(`/apis/${group}/felixconfigurations/default`);
    const { bpfEnabled, bpfKubeProxyHealthzPort } = felix?.spec ?? {};
    return { bpfEnabled, bpfKubeProxyHealthzPort };
  }

  private lateSpec(next: FelixSpec): FelixSpec {
    const { lateSeconds } = this.faults;
    if (lateSeconds === 0) return next;
    this.late ??= { spec: next, next, until: 0 };
    if (JSON.stringify(next) !== JSON.stringify(this.late.next))
      this.late = { spec: this.late.spec, next, until: Date.now() + lateSeconds * 1000 };
    if (Date.now() >= this.late.until) this.late.spec = this.late.next;
    return this.late.spec;
  }

  private async setReady(pod: KubeObject, ready: boolean): Promise<void> {
    const status = ready ? "True" : "False";
    if (condition(pod, "Ready")?.status === status) return;
    const lastTransitionTime = new Date().toISOString().replace(/\.\d+/, "");
    const isOurs = (type: string) => type === "Ready" || type === "ContainersReady";
    const conditions = pod.status.conditions.map((one: any) =>
      isOurs(one.type) ? { ...one, status, lastTransitionTime } : one,
    );
    const containerStatuses = pod.status.containerStatuses.map((one: any) => ({ ...one, ready }));
    const url = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/status`;
    await this.api.patch(url, { status: { conditions, containerStatuses } });
    this.log(`probes: ${pod.metadata.name} on ${pod.spec.nodeName} is ${ready ? "ready" : "not ready"}`);
  }
}

/** Where Felix of a node answers; undefined = nowhere. */
function felixPort(
  node: KubeObject | undefined,
  pod: KubeObject | undefined,
  { bpfEnabled, bpfKubeProxyHealthzPort = kubeProxyPort }: FelixSpec,
  fallsBack: boolean,
): number | undefined {
  if (!node || !pod || condition(pod, "Ready")?.status !== "True") return undefined;
  const release = /:v?(\d+\.\d+\.\d+)/.exec(pod.spec.containers[0].image)?.[1] ?? firstListener;
  const cannot = fallsBack || isOlder(node.status.nodeInfo.kernelVersion, firstKernel);
  return bpfEnabled && !cannot && !isOlder(release, firstListener) ? bpfKubeProxyHealthzPort : undefined;
}
