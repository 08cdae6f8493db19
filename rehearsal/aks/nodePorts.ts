// Which health check answers on a node's ports. Felix in eBPF mode, and only then, serves kube-proxy's
// (projectcalico/calico v3.31.2, felix/dataplane/linux/int_dataplane.go, startBPFDataplaneComponents); on a kernel
// that cannot it falls back to iptables (felix/daemon/daemon.go, applyBPFOverrides).
import { kubeProxyHealthzPort, kubeProxyListensAt, wordsOf } from "../../components/healthzPorts";
import { firstKernel, firstRelease, isOlder } from "../../components/releases";
import { type Api, condition, type KubeObject } from "../controlPlane/api";
import { apiOf } from "./calicoApi";

/** The first Calico that starts the listener (projectcalico/calico#10947, #11055). */
const firstListener = firstRelease.bpfKubeProxyHealthzPort;
/**
 * By which the cluster autoscaler announces that a node goes. kube-proxy answers 503 from then on (kubernetes,
 * pkg/proxy/healthcheck, NodeEligible); Felix never shows its node to that server (felix, v3.30.5 to v3.32.0).
 */
const toBeDeleted = "ToBeDeletedByClusterAutoscaler";

/** Faults of one node's Felix: the first of the cluster's. */
export interface FelixFaults {
  /** It cannot run eBPF, whatever its kernel says. */
  readonly fallsBack: boolean;
  /** It follows its configuration so many seconds late. */
  readonly lateSeconds: number;
}

/** What Felix goes by. */
type FelixSpec = { bpfEnabled?: boolean; bpfKubeProxyHealthzPort?: number };

export interface NodeSeen {
  readonly node: KubeObject;
  /** The status of the answer at a port; undefined = nobody listens there. */
  healthz(port: number): 200 | 503 | undefined;
}

export class NodePorts {
  /** What Felix of the late node went by before the last change, and until when. */
  private late?: { spec: FelixSpec; next: FelixSpec; until: number };

  constructor(
    private readonly api: Api,
    readonly faults: FelixFaults,
  ) {}

  /** All nodes as they are now. */
  async look(): Promise<NodeSeen[]> {
    const pods = (namespace: string, label: string) =>
      this.api.list(`/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(label)}`);
    const [proxies, felix, nodes] = await Promise.all([
      pods("kube-system", "component=kube-proxy"),
      pods("calico-system", "k8s-app=calico-node"),
      this.api.list("/api/v1/nodes"),
    ]);
    const spec = await this.felixSpec(felix[0]);
    const [first] = nodes.map(({ metadata }) => metadata.name).sort();
    return nodes.map((node) => {
      const on = (pod: KubeObject) => pod.spec.nodeName === node.metadata.name;
      const isFirst = node.metadata.name === first;
      const felixSpec = isFirst ? this.lateSpec(spec) : spec;
      const fallsBack = isFirst && this.faults.fallsBack;
      // One that both want is held by kube-proxy, which is there first: an answer does not tell whose it is.
      const felixAt = felixPort(node, felix.find(on), felixSpec, fallsBack);
      const kubeProxyAt = kubeProxyPort(proxies.find(on));
      const goes =
        node.metadata.deletionTimestamp || node.spec.taints?.some(({ key }: any) => key === toBeDeleted);
      const healthz = (port: number) =>
        port === kubeProxyAt ? (goes ? 503 : 200) : port === felixAt ? 200 : undefined;
      return { node, healthz };
    });
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
}

/** Where Felix of a node answers; undefined = nowhere. */
function felixPort(
  node: KubeObject,
  pod: KubeObject | undefined,
  { bpfEnabled, bpfKubeProxyHealthzPort = kubeProxyHealthzPort }: FelixSpec,
  fallsBack: boolean,
): number | undefined {
  if (!pod || condition(pod, "Ready")?.status !== "True") return undefined;
  const release = /:v?(\d+\.\d+\.\d+)/.exec(pod.spec.containers[0].image)?.[1] ?? firstListener;
  const cannot = fallsBack || isOlder(node.status.nodeInfo.kernelVersion, firstKernel);
  return bpfEnabled && !cannot && !isOlder(release, firstListener) ? bpfKubeProxyHealthzPort : undefined;
}

const kubeProxyPort = (pod: KubeObject | undefined): number | undefined =>
  pod && (kubeProxyListensAt(wordsOf(pod.spec.containers)) ?? kubeProxyHealthzPort);
