// What each node says for itself.
import { kubeProxyHealthzPort } from "../../components/healthzPorts";
import { firstKernel, firstRelease, isOlder, releaseOf } from "../../components/releases";
import type { KubeObject } from "../cluster";
import {
  check,
  condition,
  failed,
  few,
  isReady,
  ok,
  rightsHint,
  type Verdict,
  warning,
  writersOf,
} from "./check";
import { felixPort, isAlive } from "./kubeProxy";
import { Unknown } from "./reads";

const nameOf = ({ metadata }: KubeObject) => metadata.name;
const isWindows = ({ status }: KubeObject) => status?.nodeInfo?.operatingSystem === "windows";
/** Virtual nodes run no DaemonSet of Calico's. */
const isVirtual = ({ metadata }: KubeObject) => metadata.labels?.type === "virtual-kubelet";

/** The nodes on which Calico's eBPF can run. */
export const nodesOf = (nodes: readonly KubeObject[] = []) =>
  nodes.filter((node) => !isWindows(node) && !isVirtual(node));

/** Felix tells eBPF from iptables by its port from here on. */
const firstAnswer = firstRelease.bpfKubeProxyHealthzPort;

export const proof = check(
  "every node proves eBPF",
  ["nodes", "witness", "witnessPods", "kubeProxyPods", "felix", "calicoNode"],
  ({ witness, witnessPods = [], kubeProxyPods = [], felix, calicoNode, ...seen }, expected, { probed }) => {
    if (expected === "Iptables") return undefined;
    if (felix?.spec?.bpfEnabled !== true) return failed("eBPF is off", "see the row of bpfEnabled");
    const nodes = nodesOf(seen.nodes);
    const port = felixPort(felix);
    const container = calicoNode?.spec.template.spec.containers.find(
      (one: any) => one.name === "calico-node",
    );
    const release = releaseOf(container?.image);
    if (port === 0 || (release !== undefined && isOlder(release, firstAnswer)))
      return warning(
        `Felix ${release ?? ""} answers on no port that tells eBPF from iptables`,
        `nothing proves it node by node before Calico ${firstAnswer}; look for "Disabling BPF mode" in calico-node's logs`,
      );
    const asks = (witness?.status?.desiredNumberScheduled ?? 0) > 0;
    if (!asks && probed === undefined)
      return {
        status: "unknown",
        seen: "no DaemonSet kube-system/calico-ebpf-proof asks the nodes",
        advice: "`status --probe` asks them once; `pulumi up` with proof leaves it there",
      };
    const on = (pods: readonly KubeObject[]) => new Map(pods.map((pod) => [pod.spec.nodeName, pod]));
    const witnessOn = on(witnessPods.filter(({ metadata }) => metadata.deletionTimestamp === undefined));
    const kubeProxyOn = on(kubeProxyPods.filter(isAlive));
    const whyNot = (node: KubeObject): string | Unknown | undefined => {
      const name = nameOf(node);
      // A kube-proxy that is there, or just ends, answers there as well.
      if (port === kubeProxyHealthzPort && kubeProxyOn.has(name)) return "kube-proxy answers there";
      if (!isReady(node)) return "the node is not ready";
      const answer = probed?.get(name);
      if (answer === true) return undefined;
      const pod = witnessOn.get(name);
      if (answer === false || (pod && !isReady(pod))) return "Felix does not answer";
      return pod ? undefined : (answer ?? "no pod asks it");
    };
    return proven(nodes.map((node) => ({ name: nameOf(node), why: whyNot(node) })));
  },
);

function proven(nodes: { name: string; why?: string | Unknown }[]): Verdict {
  const not = nodes.filter(({ why }) => why !== undefined);
  const seen = `Felix answers on ${nodes.length - not.length} of ${nodes.length} nodes`;
  if (not.length === 0 && nodes.length > 0) return ok(seen);
  const named = few(not.map(({ name, why }) => `${name} (${why instanceof Unknown ? why.reason : why})`));
  const notSeen = `${seen}, not on ${named}`;
  if (not.length > 0 && not.every(({ why }) => why instanceof Unknown))
    return { status: "unknown", seen: notSeen, advice: rightsHint("--role --probe") };
  return failed(
    notSeen,
    "iptables may run there, or nothing: docs/troubleshooting.md, A node does not prove that eBPF is on",
  );
}

/** Red Hat has what eBPF needs in an older one (tigera/docs, enabling-ebpf). */
const redHatKernel = /^4\.18\.0-(\d+)/;
const canRun = (kernel: string) =>
  Number(redHatKernel.exec(kernel)?.[1] ?? 0) >= 305 || !isOlder(kernel, firstKernel);

export const kernels = check("kernels can run eBPF", ["nodes"], (seen, expected) => {
  if (expected === "Iptables") return undefined;
  const nodes = nodesOf(seen.nodes);
  const kernelOf = ({ status }: KubeObject): string => status.nodeInfo.kernelVersion;
  const old = nodes.filter((node) => !canRun(kernelOf(node)));
  if (old.length === 0) return ok(few([...new Set(nodes.map(kernelOf))], 3));
  return failed(
    `${old.length} of ${nodes.length} are too old: ${few(old.map((node) => `${nameOf(node)} (${kernelOf(node)})`))}`,
    `Felix falls back to iptables there: a pool whose profile.osSKU has ${firstKernel} or newer`,
  );
});

export const windows = check("Windows nodes", ["nodes"], ({ nodes = [] }, expected) => {
  const some = nodes.filter(isWindows).map(nameOf);
  if (some.length === 0 || expected === "Iptables") return undefined;
  return warning(few(some), "Calico's eBPF data plane has no Windows: these nodes have another one");
});

/** Counts by kubectl's columns: `5m12s`, `3h`, `12d`. */
function secondsOf(age: string): number {
  const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, y: 31_536_000 };
  return [...age.matchAll(/(\d+)([smhdy])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * units[unit],
    0,
  );
}

/** Only a hint: their connections from before the switch go on the old way until they end. */
export const oldConnections = check(
  "pods from before the switch",
  ["podTable", "witnessPods", "installation", "nodes"],
  ({ podTable, witnessPods = [], installation, nodes = [] }, expected, { at }) => {
    if (expected === "Iptables" || podTable === undefined) return undefined;
    const columns = podTable.columnDefinitions.map(({ name }) => name);
    const [age, ip, node] = ["Age", "IP", "Node"].map((name) => columns.indexOf(name));
    const switched = writersOf(installation, "spec.calicoNetwork.linuxDataplane").at(-1)?.time;
    const since = new Map(
      witnessPods.map((pod) => [pod.spec.nodeName, condition(pod, "Ready")?.lastTransitionTime]),
    );
    const hostAddresses = new Set(
      nodes.flatMap(({ status }) => (status?.addresses ?? []).map(({ address }: any) => address)),
    );
    const old = (podTable.rows ?? []).filter(({ cells }) => {
      const from = since.get(cells[node]) ?? switched;
      if (from === undefined || hostAddresses.has(cells[ip])) return false;
      return secondsOf(cells[age]) > (at.getTime() - Date.parse(from)) / 1000;
    });
    if (old.length === 0) return ok("none");
    return ok(
      `${old.length}: what they have connected before goes on the old way until it ends, or they restart`,
    );
  },
);
