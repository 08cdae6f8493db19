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
export type Snapshot = Awaited<ReturnType<typeof snapshot>>;

/** @throws Error when the API server cannot be reached; what is merely absent is left out. */
export async function snapshot(kubeconfig: k8s.KubeConfig) {
  const core = kubeconfig.makeApiClient(k8s.CoreV1Api);
  const apps = kubeconfig.makeApiClient(k8s.AppsV1Api);
  const custom = kubeconfig.makeApiClient(k8s.CustomObjectsApi);
  const there = <T>(read: Promise<T>): Promise<T | undefined> =>
    read.catch((error: unknown) => {
      if (error instanceof k8s.ApiException && error.code === 404) return undefined;
      throw error;
    });
  const one = (group: string, plural: string, name: string): Promise<any> =>
    there(custom.getClusterCustomObject({ group, version: "v1", plural, name }));
  const pods = async (namespace: string, labelSelector: string) =>
    (await core.listNamespacedPod({ namespace, labelSelector })).items;
  const isReady = ({ status }: k8s.V1Pod) =>
    status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
  const endpoint = { namespace: "tigera-operator", name: "kubernetes-services-endpoint" };
  const [a, b, c, d, e, f, g, h, i] = await Promise.all([
    there(core.readNamespacedConfigMap(endpoint)),
    there(apps.readNamespacedDaemonSet({ namespace: "calico-system", name: "calico-node" })),
    pods("calico-system", "k8s-app=calico-node"),
    there(apps.readNamespacedDaemonSet({ namespace: "kube-system", name: "kube-proxy" })),
    pods("kube-system", "component=kube-proxy"),
    one("operator.tigera.io", "installations", "default"),
    one("crd.projectcalico.org", "felixconfigurations", "default"),
    one("operator.tigera.io", "tigerastatuses", "calico"),
    core.listNode(),
  ]);
  return {
    endpoint: a,
    calicoNode: b,
    calicoNodeReady: c.filter(isReady).length,
    kubeProxy: d,
    kubeProxyPods: e.length,
    installation: f,
    felix: g,
    tigeraStatus: h,
    nodes: i.items.length,
  };
}

const waitForOperator = "see `kubectl describe tigerastatus calico`";

/** The table that a rehearsal ends with. All rows green = the data plane is what is expected. */
export function checks(seen: Snapshot, { dataplane, kubeProxyKept }: Expected): CheckResult[] {
  const ebpf = dataplane === "Ebpf";
  const { endpoint, calicoNode, kubeProxy, kubeProxyPods, installation, felix, tigeraStatus, nodes } = seen;

  const wantedHost = endpoint?.data?.KUBERNETES_SERVICE_HOST;
  const container = calicoNode?.spec?.template.spec?.containers.find(({ name }) => name === "calico-node");
  const host = container?.env?.find(({ name }) => name === "KUBERNETES_SERVICE_HOST")?.value;

  const { desiredNumberScheduled: wanted = 0, numberReady: ready = 0 } = kubeProxy?.status ?? {};
  const { bpfEnabled, bpfKubeProxyIptablesCleanupEnabled: cleanup = true } = felix?.spec ?? {};
  const port = felix?.spec?.bpfKubeProxyHealthzPort ?? 10256;
  const recorded = felix?.metadata?.annotations?.["operator.tigera.io/bpfEnabled"];
  const linuxDataplane = installation?.spec?.calicoNetwork?.linuxDataplane ?? "not set";

  const conditions: Condition[] = tigeraStatus?.status?.conditions ?? [];
  const get = (type: string) => conditions.find((one) => one.type === type);
  const told = ["Available", "Progressing", "Degraded"].map((type) => `${type}=${get(type)?.status ?? "?"}`);
  const healthy = told.join(" ") === "Available=True Progressing=False Degraded=False";
  const generation = installation?.metadata?.generation;
  const old = ["Available", "Progressing"].filter((type) => get(type)?.observedGeneration !== generation);
  const degraded = get("Degraded")?.status === "True" ? get("Degraded")?.message : undefined;

  const status = calicoNode?.status;
  const rolled = [status?.updatedNumberScheduled, status?.numberReady, seen.calicoNodeReady];
  const settled = status?.observedGeneration === calicoNode?.metadata?.generation;
  const desired = status?.desiredNumberScheduled ?? 0;

  const proxyRow: [string, boolean, string, string] = !ebpf
    ? [
        "kube-proxy runs everywhere",
        wanted > 0 && ready === wanted,
        `${ready} of ${wanted} ready on ${nodes} nodes`,
        "kube-proxy is still coming back: look again in a moment",
      ]
    : kubeProxyKept && kubeProxy
      ? [
          // Neither may undo the other's rules, nor take its port.
          "kube-proxy runs beside eBPF",
          wanted > 0 && ready === wanted && cleanup === false && port !== 10256,
          `${ready} of ${wanted} ready, Felix cleans rules: ${cleanup}, its health port ${port}`,
          "kube-proxy must be left alone: iptables cleanup off and a health port other than 10256",
        ]
      : [
          "kube-proxy runs nowhere",
          wanted === 0 && kubeProxyPods === 0,
          kubeProxy ? `${kubeProxyPods} pods, ${wanted} wanted` : "no DaemonSet",
          "the platform may have taken the node selector back: run `up --refresh`, or keep kube-proxy beside eBPF",
        ];
  const rows: [check: string, ok: boolean, seen: string, advice: string][] = [
    [
      "endpoint in calico-node",
      wantedHost !== undefined && host === wantedHost,
      host ?? "not set",
      wantedHost === undefined
        ? "ConfigMap tigera-operator/kubernetes-services-endpoint names no host: run `up`"
        : `expected ${wantedHost}: is the operator running (tigera-operator/tigera-operator)?`,
    ],
    proxyRow,
    [
      `bpfEnabled is ${ebpf}`,
      (bpfEnabled === true) === ebpf && (!ebpf || (recorded === "true" && linuxDataplane === "BPF")),
      `bpfEnabled ${bpfEnabled === true}, operator's record ${recorded ?? "none"}, linuxDataplane ${linuxDataplane}`,
      "the switch is Installation/default spec.calicoNetwork.linuxDataplane; nobody but the operator may write bpfEnabled",
    ],
    [
      "operator is healthy",
      healthy && old.length === 0,
      told.join(" ") + (old.length > 0 ? `, but ${old.join(" and ")} speaks of an older Installation` : ""),
      degraded ?? waitForOperator,
    ],
    [
      "calico-node is rolled out",
      settled && desired > 0 && rolled.every((count) => count === desired),
      `${rolled[0] ?? 0} of ${desired} updated, ${rolled[1] ?? 0} ready, on ${nodes} nodes`,
      "the roll-out has not ended: see `kubectl -n calico-system rollout status daemonset/calico-node`",
    ],
  ];
  return rows.map(([check, ok, what, advice]) => ({ check, ok, seen: what, advice: ok ? "" : advice }));
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
