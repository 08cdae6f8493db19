// Looks at a cluster, not at what a program said of it: is the data plane what it should be, everywhere, and settled?
import fs from "node:fs";
import path from "node:path";
import * as k8s from "@kubernetes/client-node";
import type { LocalClusters } from "./clusters";
import type { StackFolder } from "./stack";

/** The data plane that is expected; the words of `Installation.spec.calicoNetwork.linuxDataplane`, the component's way. */
export type ExpectedDataplane = "Ebpf" | "Iptables";

export interface Expected {
  readonly dataplane: ExpectedDataplane;
  /** kube-proxy runs beside eBPF, or was never there (`kubeProxy: Keep` and `Absent`). */
  readonly kubeProxyKept?: boolean;
}

export interface CheckResult {
  /** What is looked at, as a row's name. */
  readonly check: string;
  readonly ok: boolean;
  /** What was seen. */
  readonly seen: string;
  /** What it should have been and what to do; empty where `ok`. */
  readonly advice: string;
}

interface Condition {
  type: string;
  status: string;
  observedGeneration?: number;
  message?: string;
}

/** Everything that the checks look at, read once, so that every row speaks of the same moment. */
export interface Snapshot {
  readonly endpoint?: k8s.V1ConfigMap;
  readonly calicoNode?: k8s.V1DaemonSet;
  readonly calicoNodePods: k8s.V1Pod[];
  readonly kubeProxy?: k8s.V1DaemonSet;
  readonly kubeProxyPods: k8s.V1Pod[];
  readonly installation?: any;
  readonly felix?: any;
  readonly tigeraStatus?: any;
  readonly nodes: number;
}

const orUndefined = (error: unknown): undefined => {
  if (error instanceof k8s.ApiException && error.code === 404) return undefined;
  throw error;
};

/** @throws Error when the API server cannot be reached; what is merely absent is left out. */
export async function snapshot(kubeconfig: k8s.KubeConfig): Promise<Snapshot> {
  const core = kubeconfig.makeApiClient(k8s.CoreV1Api);
  const apps = kubeconfig.makeApiClient(k8s.AppsV1Api);
  const custom = kubeconfig.makeApiClient(k8s.CustomObjectsApi);
  const cluster = (group: string, version: string, plural: string, name: string) =>
    custom.getClusterCustomObject({ group, version, plural, name }).catch(orUndefined);
  const pods = (namespace: string, labelSelector: string) =>
    core.listNamespacedPod({ namespace, labelSelector });
  const [endpoint, calicoNode, calicoPods, kubeProxy, proxyPods, installation, felix, tigeraStatus, nodes] =
    await Promise.all([
      core
        .readNamespacedConfigMap({ namespace: "tigera-operator", name: "kubernetes-services-endpoint" })
        .catch(orUndefined),
      apps.readNamespacedDaemonSet({ namespace: "calico-system", name: "calico-node" }).catch(orUndefined),
      pods("calico-system", "k8s-app=calico-node"),
      apps.readNamespacedDaemonSet({ namespace: "kube-system", name: "kube-proxy" }).catch(orUndefined),
      pods("kube-system", "component=kube-proxy"),
      cluster("operator.tigera.io", "v1", "installations", "default"),
      cluster("crd.projectcalico.org", "v1", "felixconfigurations", "default"),
      cluster("operator.tigera.io", "v1", "tigerastatuses", "calico"),
      core.listNode(),
    ]);
  return {
    endpoint,
    calicoNode,
    calicoNodePods: calicoPods.items,
    kubeProxy,
    kubeProxyPods: proxyPods.items,
    installation,
    felix,
    tigeraStatus,
    nodes: nodes.items.length,
  };
}

const row = (check: string, ok: boolean, seen: string, advice: string): CheckResult => ({
  check,
  ok,
  seen,
  advice: ok ? "" : advice,
});

function endpointRow({ endpoint, calicoNode }: Snapshot): CheckResult {
  const wanted = endpoint?.data?.KUBERNETES_SERVICE_HOST;
  const container = calicoNode?.spec?.template.spec?.containers.find((c) => c.name === "calico-node");
  const seen = container?.env?.find((e) => e.name === "KUBERNETES_SERVICE_HOST")?.value;
  return row(
    "endpoint in calico-node",
    wanted !== undefined && seen === wanted,
    seen ?? "not set",
    wanted === undefined
      ? "ConfigMap tigera-operator/kubernetes-services-endpoint is missing: run `up`"
      : `expected ${wanted}: is the operator running (tigera-operator/tigera-operator)?`,
  );
}

/** Felix and kube-proxy on the same nodes: neither may undo the other's rules, nor take its port. */
function besideKubeProxyRow({ felix, kubeProxy }: Snapshot): CheckResult {
  const { desiredNumberScheduled: desired = 0, numberReady: ready = 0 } = kubeProxy?.status ?? {};
  const { bpfKubeProxyIptablesCleanupEnabled: cleanup = true, bpfKubeProxyHealthzPort: port = 10256 } =
    felix?.spec ?? {};
  return row(
    "kube-proxy runs beside eBPF",
    desired > 0 && ready === desired && cleanup === false && port !== 10256,
    `${ready} of ${desired} ready, Felix cleans rules: ${cleanup}, its health port ${port}`,
    "kube-proxy must be left alone: iptables cleanup off and a health port other than 10256",
  );
}

function kubeProxyRow(seen: Snapshot, expected: Expected): CheckResult {
  const { kubeProxy, kubeProxyPods, nodes } = seen;
  const desired = kubeProxy?.status?.desiredNumberScheduled ?? 0;
  if (expected.dataplane === "Ebpf") {
    if (expected.kubeProxyKept && kubeProxy) return besideKubeProxyRow(seen);
    return row(
      "kube-proxy runs nowhere",
      desired === 0 && kubeProxyPods.length === 0,
      kubeProxy ? `${kubeProxyPods.length} pods, ${desired} wanted` : "no DaemonSet",
      "the platform may have taken the node selector back: run `up --refresh`, or keep kube-proxy beside eBPF",
    );
  }
  const ready = kubeProxy?.status?.numberReady ?? 0;
  return row(
    "kube-proxy runs everywhere",
    kubeProxy !== undefined && desired > 0 && ready === desired,
    `${ready} of ${desired} ready on ${nodes} nodes`,
    "kube-proxy is still coming back: look again in a moment",
  );
}

function bpfEnabledRow({ felix, installation }: Snapshot, expected: ExpectedDataplane): CheckResult {
  const want = expected === "Ebpf";
  const enabled = felix?.spec?.bpfEnabled === true;
  const recorded = felix?.metadata?.annotations?.["operator.tigera.io/bpfEnabled"];
  const dataplane = installation?.spec?.calicoNetwork?.linuxDataplane ?? "not set";
  return row(
    `bpfEnabled is ${want}`,
    enabled === want && (!want || (recorded === "true" && dataplane === "BPF")),
    `bpfEnabled ${enabled}, operator's record ${recorded ?? "none"}, linuxDataplane ${dataplane}`,
    "the switch is Installation/default spec.calicoNetwork.linuxDataplane; nobody but the operator may write bpfEnabled",
  );
}

function operatorRow({ tigeraStatus, installation }: Snapshot): CheckResult {
  const conditions: Condition[] = tigeraStatus?.status?.conditions ?? [];
  const get = (type: string) => conditions.find((c) => c.type === type);
  const generation = installation?.metadata?.generation;
  const stale = ["Available", "Progressing"].filter((t) => get(t)?.observedGeneration !== generation);
  const seen = ["Available", "Progressing", "Degraded"].map((t) => `${t}=${get(t)?.status ?? "?"}`).join(" ");
  const degraded = get("Degraded")?.status === "True" ? get("Degraded")?.message : undefined;
  return row(
    "operator is healthy",
    get("Available")?.status === "True" &&
      get("Progressing")?.status === "False" &&
      get("Degraded")?.status === "False" &&
      stale.length === 0,
    stale.length > 0 ? `${seen}, but ${stale.join(" and ")} speaks of an older Installation` : seen,
    degraded ?? "see `kubectl describe tigerastatus calico`",
  );
}

function rolledOutRow({ calicoNode, calicoNodePods, nodes }: Snapshot): CheckResult {
  const status = calicoNode?.status;
  const desired = status?.desiredNumberScheduled ?? 0;
  const updated = status?.updatedNumberScheduled ?? 0;
  const ready = status?.numberReady ?? 0;
  const settled = status?.observedGeneration === calicoNode?.metadata?.generation;
  const readyPods = calicoNodePods.filter((pod) =>
    pod.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True"),
  );
  return row(
    "calico-node is rolled out",
    settled && desired > 0 && updated === desired && ready === desired && readyPods.length === desired,
    `${updated} of ${desired} updated, ${ready} ready, on ${nodes} nodes`,
    "the roll-out has not ended: see `kubectl -n calico-system rollout status daemonset/calico-node`",
  );
}

/** The table that a rehearsal ends with. All rows green = the data plane is what `expected` says. */
export function checks(seen: Snapshot, expected: Expected): CheckResult[] {
  return [
    endpointRow(seen),
    kubeProxyRow(seen, expected),
    bpfEnabledRow(seen, expected.dataplane),
    operatorRow(seen),
    rolledOutRow(seen),
  ];
}

interface Known {
  readonly urn: string;
  readonly inputs?: { spec?: { calicoNetwork?: { linuxDataplane?: string } } };
}

/** What the stack's own state says that its clusters should look like; also after an update that failed half way. */
function expectedOf({ folder, name }: StackFolder): Expected {
  const stacks = path.join(folder, "state", ".pulumi", "stacks");
  const projects = fs.existsSync(stacks) ? fs.readdirSync(stacks) : [];
  const files = projects.map((project) => path.join(stacks, project, `${name}.json`)).filter(fs.existsSync);
  const known: Known[] = files.flatMap(
    (file) => JSON.parse(fs.readFileSync(file, "utf8")).checkpoint?.latest?.resources ?? [],
  );
  const named = (suffix: string) => known.find(({ urn }) => urn.endsWith(suffix));
  const wanted = (named("-dataplane-switch") ?? named("-installation"))?.inputs?.spec?.calicoNetwork;
  const dataplane = wanted?.linuxDataplane === "Iptables" ? "Iptables" : "Ebpf";
  // eBPF is on, and nothing has put kube-proxy aside.
  return { dataplane, kubeProxyKept: wanted !== undefined && !named("-kube-proxy-off") };
}

/** The table of each cluster of a stack, against the data plane that the stack asked for. */
export async function verifyStack(
  stack: StackFolder,
  clusters: Pick<LocalClusters, "names" | "kubeconfig">,
): Promise<Map<string, CheckResult[]>> {
  const expected = expectedOf(stack);
  const tables = clusters.names().map(async (name) => {
    const kubeconfig = new k8s.KubeConfig();
    kubeconfig.loadFromString(await clusters.kubeconfig(name));
    return [name, checks(await snapshot(kubeconfig), expected)] as const;
  });
  return new Map(await Promise.all(tables));
}
