import { same } from "../../aksCluster";
import { isKubeProxy } from "../../calicoObjects";
import { isMeantForEbpf, stackPolicy, Written } from "../../stack";
import { items, read, Unknown } from "../../unknown";

/** The mode in kube-proxy's command line, whether the program wrote it or the live DaemonSet shows it. */
function modeOf({ props, resource }: Written): string | undefined {
  for (const spec of [props, resource.props]) {
    const containers = items(read(spec, "spec", "template", "spec", "containers"));
    const words = containers.flatMap((one) =>
      one === Unknown ? [] : [...items(read(one, "command")), ...items(read(one, "args"))],
    );
    const found = /--proxy-mode[= ]["']?([a-z]+)/i.exec(words.map(String).join(" "));
    if (found) return found[1];
  }
  return undefined;
}

/**
 * kube-proxy is in iptables mode, or there is none.
 *
 * Source: tigera/docs calico/operations/ebpf/enabling-ebpf: a kube-proxy in IPVS mode must be switched to iptables mode,
 * and the nodes restarted, before it is disabled or eBPF is enabled. AKS's `kubeProxyConfig.mode` is IPTABLES, IPVS or
 * NFTABLES (azure-aks-docs, configure-kube-proxy).
 *
 * @severity high
 * @topics network, kubernetes
 * @link https://learn.microsoft.com/azure/aks/configure-kube-proxy
 */
export const noIpvs = stackPolicy(
  {
    name: "ebpf-no-ipvs",
    displayName: "eBPF: kube-proxy is not in IPVS mode",
    description: "kube-proxy of a cluster with Calico eBPF must be in iptables mode, or absent.",
    enforcementLevel: "mandatory",
    severity: "high",
    tags: ["calico", "ebpf", "kube-proxy"],
    remediationSteps:
      'Write `kubeProxyConfig: { enabled: true, mode: "IPTABLES" }` in the cluster\'s networkProfile, or leave ' +
      "kubeProxyConfig out, and restart the nodes of a living cluster before the switch.",
    url: "https://learn.microsoft.com/azure/aks/configure-kube-proxy",
  },
  (stack, reportViolation) => {
    const why =
      "Calico eBPF works beside and after a kube-proxy in iptables mode only; Felix does not remove what the other modes " +
      "leave in the kernel.";
    for (const dataplane of stack.dataplanes.filter(isMeantForEbpf)) {
      const { title, cluster, objects } = dataplane;
      const mode = cluster && cluster.written.get("networkProfile", "kubeProxyConfig", "mode");
      const isAbsent =
        cluster && cluster.written.get("networkProfile", "kubeProxyConfig", "enabled") === false;
      if (cluster && !isAbsent && typeof mode === "string" && !same(mode, "iptables")) {
        reportViolation(
          `${cluster.written.path("networkProfile.kubeProxyConfig.mode")} is ${mode} on ${title}. ${why} Write ` +
            '`kubeProxyConfig: { enabled: true, mode: "IPTABLES" }`, or leave kubeProxyConfig out; on a living ' +
            "cluster restart the nodes before the switch.",
          cluster.resource.urn,
        );
      }
      for (const object of objects.filter(isKubeProxy)) {
        const running = modeOf(object);
        if (running === undefined || same(running, "iptables")) continue;
        reportViolation(
          `kube-proxy of ${title} runs with --proxy-mode=${running}. ${why} Set it to iptables first: ` +
            "`az aks update --kube-proxy-config FILE` with mode IPTABLES, restart the nodes, then `pulumi up --refresh`.",
          object.urn,
        );
      }
    }
  },
);
