// Does kube-proxy keep out of the way, or is it back, and by whose hand?
import { kubeProxyHealthzPort, kubeProxyListensAt, wordsOf } from "../../components/healthzPorts";
import type { KubeObject } from "../cluster";
import { check, failed, ok, warning, writersOf } from "./check";

/** Where Felix answers in kube-proxy's stead. */
export const felixPort = (felix: KubeObject | undefined): number =>
  felix?.spec?.bpfKubeProxyHealthzPort ?? kubeProxyHealthzPort;

/** Undefined = a configuration file says it. */
const portOf = (kubeProxy: KubeObject | undefined): number | undefined =>
  kubeProxyListensAt(wordsOf(kubeProxy?.spec.template.spec.containers ?? []));

/** A pod that ends still runs; one that was evicted does not. */
export const isAlive = ({ status }: KubeObject) => !["Failed", "Succeeded"].includes(status?.phase);

const isKept = (felix: KubeObject | undefined) => felix?.spec?.bpfKubeProxyIptablesCleanupEnabled === false;

export const kubeProxy = check(
  (expected) => (expected === "Ebpf" ? "kube-proxy is out of the way" : "kube-proxy runs everywhere"),
  ["kubeProxy", "kubeProxyPods", "felix", "nodes"],
  ({ kubeProxy, kubeProxyPods = [], felix, nodes = [] }, expected) => {
    const { desiredNumberScheduled: wanted = 0, numberReady: ready = 0 } = kubeProxy?.status ?? {};
    const pods = kubeProxyPods.filter(isAlive).length;
    const everywhere = wanted > 0 && ready === wanted;
    const readiness = `${ready} of ${wanted} ready on ${nodes.length} nodes`;
    if (expected === "Iptables")
      return everywhere
        ? ok(readiness)
        : failed(readiness, "while it comes back: wait; otherwise docs/rollback.md, kube-proxy by hand");
    if (wanted === 0 && pods === 0) return ok(kubeProxy ? "runs nowhere" : "is not in the cluster");
    if (wanted === 0) return failed(`${pods} pods are left`, "they are being taken away: wait");
    if (felix?.spec?.bpfEnabled !== true) return failed(`runs: ${readiness}`, "it goes when eBPF is on");
    if (isKept(felix))
      return everywhere
        ? ok(`runs beside eBPF, which leaves its rules alone: ${readiness}`)
        : failed(`runs beside eBPF: ${readiness}`, "`kubectl -n kube-system describe daemonset kube-proxy`");
    const hand = writersOf(kubeProxy, "spec.template.spec").at(-1);
    return failed(
      `runs: ${pods} pods, ${wanted} wanted${hand ? `; last written by ${hand.manager}, ${hand.time}` : ""}`,
      "it fights with Felix over the rules: `pulumi up --refresh`, or kubeProxy Keep (docs/troubleshooting.md, kube-proxy is taken back)",
    );
  },
);

export const healthPorts = check(
  "health ports are apart",
  ["kubeProxy", "felix", "witness"],
  ({ kubeProxy, felix, witness }, expected) => {
    if (expected === "Iptables" || felix?.spec?.bpfEnabled !== true) return undefined;
    const port = felixPort(felix);
    const runs = (kubeProxy?.status?.desiredNumberScheduled ?? 0) > 0;
    if (runs && portOf(kubeProxy) === port)
      return failed(
        `Felix and kube-proxy are both to listen on ${port}`,
        "set felix.bpfKubeProxyHealthzPort to another port, such as 10258",
      );
    const asked = witness?.spec.template.spec.containers[0]?.readinessProbe?.httpGet?.port;
    const asking = witness?.status?.desiredNumberScheduled > 0;
    if (asking && asked !== port)
      return failed(
        `Felix answers on ${port}, and the proof asks ${asked}`,
        "somebody changed one of them: `pulumi up --refresh`",
      );
    const theirs = runs ? `, kube-proxy's ${portOf(kubeProxy) ?? "is in its file"}` : "";
    return ok(`Felix's ${port}${theirs}`);
  },
);

/** Served by a sidecar of kube-proxy's (azure-aks-docs, shared-health-probes.md, a preview). */
const sharedProbes = /10356|health-probe/;

export const loadBalancers = check(
  "load balancers' probes",
  ["services", "kubeProxy"],
  ({ services = [], kubeProxy }, expected) => {
    const balanced = services.filter(({ spec }) => spec.type === "LoadBalancer");
    if (balanced.length === 0 || expected === "Iptables") return undefined;
    const local = balanced.filter(({ spec }) => spec.externalTrafficPolicy === "Local");
    const seen = `${balanced.length} load balancers, ${local.length} with externalTrafficPolicy Local`;
    const containers = JSON.stringify(kubeProxy?.spec.template.spec.containers ?? []);
    if (!sharedProbes.test(containers)) return ok(seen);
    return warning(
      `${seen}; Azure probes them at a sidecar of kube-proxy (shared health probes, port 10356)`,
      "whether they stay healthy while kube-proxy is out of the way is unproven: look at the load balancer's health in Azure, or kubeProxy Keep",
    );
  },
);
