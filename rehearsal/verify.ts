// Looks at a cluster, not at what a program said of it: is the data plane what it should be, everywhere, and settled?
import fs from "node:fs";
import path from "node:path";
import { styleText } from "node:util";
import type { LocalClusters } from "./clusters";
import { apiOf } from "./aks/calicoApi";
import { type Api, condition, withApi } from "./controlPlane/api";
import { layout } from "./controlPlane/kwok";
import type { StackFolder } from "./stack";

export interface Expected {
  /** The component's words for `Installation.spec.calicoNetwork.linuxDataplane`. */
  readonly dataplane: "Ebpf" | "Iptables";
  /** kube-proxy runs beside eBPF, or was never there (`kubeProxy: Keep` and `Absent`). */
  readonly kubeProxyKept?: boolean;
}

export interface CheckResult {
  readonly check: string;
  readonly ok: boolean;
  readonly seen: string;
  /** What to do where it is not ok. */
  readonly advice: string;
}

/** Everything that the checks look at, read once, so that every row speaks of the same moment. */
export type Snapshot = Awaited<ReturnType<typeof snapshot>>;

/** What is absent is undefined. @throws Error when the API server cannot be reached */
export async function snapshot(api: Api) {
  const get = (url: string): Promise<any> => api.get(url);
  const daemonSet = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/daemonsets`;
  const felixOf = (node: any) =>
    get(`/apis/${apiOf(node) ?? "crd.projectcalico.org/v1"}/felixconfigurations/default`);
  const calico = get(`${daemonSet("calico-system")}/calico-node`);
  const [endpoint, calicoNode, kubeProxy, kubeProxyPods, installation, felix, tigeraStatus, proof, nodes] =
    await Promise.all([
      get("/api/v1/namespaces/tigera-operator/configmaps/kubernetes-services-endpoint"),
      calico,
      get(`${daemonSet("kube-system")}/kube-proxy`),
      api.list("/api/v1/namespaces/kube-system/pods?labelSelector=component=kube-proxy"),
      get("/apis/operator.tigera.io/v1/installations/default"),
      calico.then(felixOf),
      get("/apis/operator.tigera.io/v1/tigerastatuses/calico"),
      get(`${daemonSet("kube-system")}/calico-ebpf-proof`),
      api.list("/api/v1/nodes"),
    ]);
  const counts = { kubeProxyPods: kubeProxyPods.length, nodes: nodes.length };
  return { endpoint, calicoNode, kubeProxy, installation, felix, tigeraStatus, proof, ...counts };
}

/** All rows green = the data plane is what is expected. */
export function checks(seen: Snapshot, { dataplane, kubeProxyKept }: Expected): CheckResult[] {
  const ebpf = dataplane === "Ebpf";
  const { endpoint, calicoNode, installation, felix, tigeraStatus, nodes } = seen;
  const rows: CheckResult[] = [];
  const row = (check: string, ok: boolean, what: string, advice: string) =>
    void rows.push({ check, ok, seen: what, advice });

  const named = (list: any[] | undefined, name: string) => list?.find((one) => one.name === name);
  const container = named(calicoNode?.spec.template.spec.containers, "calico-node");
  const host = named(container?.env, "KUBERNETES_SERVICE_HOST")?.value;
  const wantedHost = endpoint?.data?.KUBERNETES_SERVICE_HOST;
  row(
    "endpoint in calico-node",
    wantedHost !== undefined && host === wantedHost,
    host ?? "not set",
    wantedHost ? `expected ${wantedHost}: does the operator run?` : "no ConfigMap names a host: run `up`",
  );

  rows.push(kubeProxyCheck(seen, ebpf, kubeProxyKept));

  const recorded = felix?.metadata.annotations?.["operator.tigera.io/bpfEnabled"];
  const bpfEnabled = felix?.spec?.bpfEnabled === true;
  const linuxDataplane = installation?.spec?.calicoNetwork?.linuxDataplane ?? "not set";
  row(
    `bpfEnabled is ${ebpf}`,
    bpfEnabled === ebpf && (!ebpf || (recorded === "true" && linuxDataplane === "BPF")),
    `bpfEnabled ${bpfEnabled}, operator's record ${recorded ?? "none"}, linuxDataplane ${linuxDataplane}`,
    "the switch is linuxDataplane of Installation/default; only the operator may write bpfEnabled",
  );

  const told = ["Available", "Progressing", "Degraded"].map((type) => {
    const { status = "?", observedGeneration } = condition(tigeraStatus, type) ?? {};
    const old = type !== "Degraded" && observedGeneration !== installation?.metadata.generation;
    return `${type}=${status}${old ? " (of an older Installation)" : ""}`;
  });
  const degraded = condition(tigeraStatus, "Degraded");
  row(
    "operator is healthy",
    told.join(" ") === "Available=True Progressing=False Degraded=False",
    told.join(" "),
    (degraded?.status === "True" && degraded.message) || "see `kubectl describe tigerastatus calico`",
  );

  const { desiredNumberScheduled: desired = 0, ...status } = calicoNode?.status ?? {};
  const { updatedNumberScheduled: updated = 0, numberReady: ready = 0, observedGeneration } = status;
  const rolledOut = desired > 0 && updated === desired && ready === desired;
  row(
    "calico-node is rolled out",
    rolledOut && observedGeneration === calicoNode?.metadata.generation,
    `${updated} of ${desired} updated, ${ready} ready, on ${nodes} nodes`,
    "see `kubectl -n calico-system rollout status daemonset/calico-node`",
  );

  // There is none where nobody wants it, and it asks no node where there is nothing to ask.
  const { desiredNumberScheduled: asked = 0, numberReady: answers = 0 } = seen.proof?.status ?? {};
  if (ebpf && asked > 0)
    row(
      "every node proves eBPF",
      answers === asked,
      `Felix answers on ${answers} of ${asked} nodes`,
      "see `kubectl -n kube-system get pods -l app.kubernetes.io/name=calico-ebpf-proof -o wide`",
    );
  return rows;
}

function kubeProxyCheck({ kubeProxy, ...seen }: Snapshot, ebpf: boolean, kept?: boolean): CheckResult {
  const { desiredNumberScheduled: wanted = 0, numberReady: ready = 0 } = kubeProxy?.status ?? {};
  const running = wanted > 0 && ready === wanted;
  if (!ebpf)
    return {
      check: "kube-proxy runs everywhere",
      ok: running,
      seen: `${ready} of ${wanted} ready on ${seen.nodes} nodes`,
      advice: "kube-proxy is still coming back: look again in a moment",
    };
  if (!kept || !kubeProxy)
    return {
      check: "kube-proxy runs nowhere",
      ok: wanted === 0 && seen.kubeProxyPods === 0,
      seen: kubeProxy ? `${seen.kubeProxyPods} pods, ${wanted} wanted` : "no DaemonSet",
      advice: "the platform may have taken it back: run `up --refresh`, or keep it beside eBPF",
    };
  // Neither may undo the other's rules, nor take its port.
  const { bpfKubeProxyIptablesCleanupEnabled: cleanup = true, bpfKubeProxyHealthzPort: port = 10256 } =
    seen.felix?.spec ?? {};
  return {
    check: "kube-proxy runs beside eBPF",
    ok: running && cleanup === false && port !== 10256,
    seen: `${ready} of ${wanted} ready, Felix cleans rules: ${cleanup}, its health port ${port}`,
    advice: "Felix must leave it alone: iptables cleanup off, a health port other than 10256",
  };
}

/** What the stack's own state says that its clusters should look like; also after an update that failed half way. */
function expectedOf({ folder, name }: StackFolder): Expected {
  const stacks = path.join(folder, "state/.pulumi/stacks");
  const projects = fs.existsSync(stacks) ? fs.readdirSync(stacks) : [];
  const files = projects.map((project) => path.join(stacks, project, `${name}.json`)).filter(fs.existsSync);
  const known: any[] = files.flatMap(
    (file) => JSON.parse(fs.readFileSync(file, "utf8")).checkpoint?.latest?.resources ?? [],
  );
  const named = (suffix: string) => known.find(({ urn }) => urn.endsWith(suffix));
  const wanted = (named("-dataplane-switch") ?? named("-installation"))?.inputs?.spec?.calicoNetwork;
  const dataplane = wanted?.linuxDataplane === "Iptables" ? "Iptables" : "Ebpf";
  // eBPF is on, and nothing has put kube-proxy aside.
  return { dataplane, kubeProxyKept: wanted !== undefined && !named("-kube-proxy-still-off") };
}

/** Each cluster of a stack against the data plane that the stack asked for. */
export async function verifyStack(
  stack: StackFolder,
  clusters: LocalClusters,
): Promise<Map<string, CheckResult[]>> {
  const expected = expectedOf(stack);
  const tables = clusters.names().map(async (name) => {
    const seen = await withApi(layout(clusters.status(name)!.folder), snapshot);
    return [name, checks(seen, expected)] as const;
  });
  return new Map(await Promise.all(tables));
}

export function tableLines(title: string, results: readonly CheckResult[]): string[] {
  const width = Math.max(...results.map(({ check }) => check.length));
  const rows = results.flatMap(({ check, ok, seen, advice }) => [
    `  ${ok ? styleText("green", "ok  ") : styleText("red", "FAIL")}  ${check.padEnd(width)}  ${seen}`,
    ...(ok ? [] : [`        ${advice}`]),
  ]);
  return [title, ...rows, `  ${results.filter(({ ok }) => ok).length} of ${results.length} checks ok`];
}
