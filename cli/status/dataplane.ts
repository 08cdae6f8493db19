// Is eBPF asked for, has the operator turned it on, and has calico-node been rolled out since?
import { isOlder, releaseOf, wireguardMtu } from "../../components/releases";
import type { KubeObject } from "../cluster";
import { check, condition, failed, few, isReady, ok, warning, writersOf } from "./check";
import { nodesOf } from "./nodes";

const named = (list: any[] | undefined, name: string) => list?.find((one) => one.name === name);

/** The first operator that owns `bpfEnabled` (tigera/operator, pkg/controller/installation/bpf.go). */
const firstOperator = "1.34.0";

export const switched = check(
  (expected) => `bpfEnabled is ${expected === "Ebpf"}`,
  ["installation", "felix"],
  ({ installation, felix }, expected) => {
    if (installation === undefined)
      return failed(
        "no Installation/default",
        "Calico's operator has not installed anything here: is it the right cluster? docs/modes.md",
      );
    const ebpf = expected === "Ebpf";
    const asked = installation.spec?.calicoNetwork?.linuxDataplane ?? "not set";
    const by = (object: KubeObject | undefined, field: string) => {
      const hand = writersOf(object, field).at(-1)?.manager;
      return hand === undefined ? "" : ` (by ${hand})`;
    };
    const bpfEnabled = felix?.spec?.bpfEnabled === true;
    const recorded = felix?.metadata.annotations?.["operator.tigera.io/bpfEnabled"];
    const seen = [
      `linuxDataplane ${asked}${by(installation, "spec.calicoNetwork.linuxDataplane")}`,
      `bpfEnabled ${bpfEnabled}${by(felix, "spec.bpfEnabled")}`,
      `operator's record ${recorded ?? "none"}`,
    ].join(", ");
    if (ebpf !== (asked === "BPF"))
      return failed(
        seen,
        ebpf
          ? "eBPF is not asked for: `pulumi up` switches it on; where iptables is meant, `status --expect iptables`"
          : "eBPF is asked for: `pulumi up` with dataplane Iptables switches it off",
      );
    if (bpfEnabled && ebpf && recorded !== "true")
      return failed(
        seen,
        "bpfEnabled was written by hand: docs/troubleshooting.md, bpfEnabled was written by hand",
      );
    if (bpfEnabled !== ebpf)
      return failed(seen, "the operator, who alone may write bpfEnabled, has not done it: see the row below");
    return ok(seen);
  },
);

export const endpoint = check("endpoint in calico-node", ["calicoNode", "endpoint"], (seen, expected) => {
  const { containers, dnsPolicy } = seen.calicoNode?.spec.template.spec ?? {};
  const host = named(named(containers, "calico-node")?.env, "KUBERNETES_SERVICE_HOST")?.value;
  const wanted = seen.endpoint?.data?.KUBERNETES_SERVICE_HOST;
  if (expected === "Iptables" && wanted === undefined) return ok(host ?? "not set, and not needed");
  if (wanted === undefined)
    return failed(
      host ?? "not set",
      "no ConfigMap tigera-operator/kubernetes-services-endpoint: without kube-proxy no node finds the API server. `pulumi up`",
    );
  if (host !== wanted) return failed(host ?? "not set", `expected ${wanted}: does the operator run?`);
  if (expected === "Ebpf" && dnsPolicy === "ClusterFirstWithHostNet" && /[a-z]/i.test(host))
    return warning(
      `${host}, which calico-node asks CoreDNS for (dnsPolicy ${dnsPolicy})`,
      "a new node reaches CoreDNS only when Services work there (tigera/operator#4325); with the chart: dnsPolicy Default",
    );
  return ok(host);
});

export const operator = check(
  "operator is healthy",
  ["tigeraStatus", "installation", "operator"],
  ({ tigeraStatus, installation, operator }) => {
    const release = releaseOf(operator?.spec.template.spec.containers[0]?.image);
    const told = ["Available", "Progressing", "Degraded"].map((type) => {
      const { status = "?", observedGeneration } = condition(tigeraStatus, type) ?? {};
      const old = type !== "Degraded" && observedGeneration !== installation?.metadata.generation;
      return `${type}=${status}${old ? " (of an older Installation)" : ""}`;
    });
    const seen = told.join(" ") + (release ? `, v${release}` : "");
    if (operator === undefined)
      return failed(
        seen,
        "no Deployment tigera-operator/tigera-operator: nobody carries out what is asked for",
      );
    if (!(operator.status?.availableReplicas > 0))
      return failed(seen, "it does not run: `kubectl -n tigera-operator describe pods`");
    if (release !== undefined && isOlder(release, firstOperator))
      return failed(
        seen,
        `operators before ${firstOperator} take the switch from a hand-written bpfEnabled: upgrade Calico`,
      );
    if (told.join(" ") === "Available=True Progressing=False Degraded=False") return ok(seen);
    const degraded = condition(tigeraStatus, "Degraded");
    const own = degraded?.status === "True" && degraded.message;
    return failed(seen, own || "`kubectl describe tigerastatus calico`; while it rolls out: wait");
  },
);

export const rolledOut = check(
  "calico-node is rolled out",
  ["calicoNode", "nodes"],
  ({ calicoNode, nodes }) => {
    const { desiredNumberScheduled: desired = 0, ...status } = calicoNode?.status ?? {};
    const { updatedNumberScheduled: updated = 0, numberReady: ready = 0, observedGeneration } = status;
    const seen = `${updated} of ${desired} updated, ${ready} ready, on ${nodes?.length} nodes`;
    const done = desired > 0 && updated === desired && ready === desired;
    if (done && observedGeneration === calicoNode?.metadata.generation) return ok(seen);
    const down = nodesOf(nodes).filter((node) => !isReady(node));
    if (down.length === 0)
      return failed(seen, "`kubectl -n calico-system rollout status daemonset/calico-node`");
    return failed(
      `${seen}; not ready: ${few(down.map(({ metadata }) => metadata.name))}`,
      "repair or delete what is not ready: Calico's operator waits for every node before it turns eBPF on",
    );
  },
);

export const versions = check(
  "Calico's versions agree",
  ["calicoPods"],
  ({ calicoPods }, _, { kubernetes }) => {
    const images =
      calicoPods?.flatMap(({ spec }) => spec.containers.map(({ image }: any) => String(image))) ?? [];
    const releases = new Map<string, Set<string>>();
    for (const image of images) {
      const program = image.split("/").at(-1)!.split(/[:@]/)[0];
      releases.set(program, (releases.get(program) ?? new Set()).add(releaseOf(image) ?? "by digest"));
    }
    const all = new Set([...releases.values()].flatMap((one) => [...one]));
    const told = [...releases].map(([program, some]) => `${program} ${[...some].join(" and ")}`);
    if (all.size === 0) return failed("no pods in calico-system", "the row of the operator says why");
    const onKubernetes = kubernetes && `, on Kubernetes ${kubernetes}`;
    if (all.size === 1) return ok(`${[...all][0]}${onKubernetes}`);
    return warning(
      `${told.join(", ")}${onKubernetes}`,
      "an upgrade is under way, or stopped half way: `kubectl -n calico-system get pods -o wide`",
    );
  },
);

export const wireguard = check("WireGuard's MTU", ["felix", "installation"], ({ felix, installation }) => {
  if (felix?.spec?.wireguardEnabled !== true) return undefined;
  const mtu = felix.spec.wireguardMTU ?? installation?.spec?.calicoNetwork?.mtu;
  const seen = mtu === undefined ? "detected by Felix" : String(mtu);
  if (mtu !== undefined && mtu <= wireguardMtu) return ok(seen);
  return warning(seen, `larger packets are lost on AKS: felix.wireguardMTU ${wireguardMtu}`);
});
