import { felixSetting, kubeProxyRuns, stackPolicy, switchToEbpf } from "../../stack";
import { Unknown } from "../../unknown";

const cleanup = "bpfKubeProxyIptablesCleanupEnabled";

/**
 * kube-proxy is disabled, absent, or kept beside a Felix that leaves its rules alone.
 *
 * Source: tigera/docs calico/operations/ebpf/enabling-ebpf: where kube-proxy cannot be disabled,
 * `bpfKubeProxyIptablesCleanupEnabled` must be false, or Felix and kube-proxy fight over the iptables rules. Felix's
 * default is true.
 *
 * @severity high
 * @topics network, kubernetes
 * @link https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf
 */
export const kubeProxyHandled = stackPolicy(
  {
    name: "ebpf-kube-proxy-handled",
    displayName: "eBPF: kube-proxy is out of the way",
    description:
      "A stack that switches Calico to eBPF must disable kube-proxy, have none, or keep Felix off its rules.",
    enforcementLevel: "mandatory",
    severity: "high",
    tags: ["calico", "ebpf", "kube-proxy"],
    remediationSteps:
      "Declare a DaemonSetPatch of kube-system/kube-proxy whose `spec.template.spec.nodeSelector` is " +
      '`{ "projectcalico.org/no-kube-proxy": "true" }`, before the switch. Or keep kube-proxy and write `' +
      `${cleanup}: false\` in FelixConfiguration/default. Where another stack sees to kube-proxy, set this policy to ` +
      '"disabled" for this stack.',
    url: "https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf",
  },
  (stack, reportViolation) => {
    if (stack.hasUnrenderedManifests) return;
    for (const dataplane of stack.dataplanes) {
      const on = switchToEbpf(dataplane);
      const runs = kubeProxyRuns(dataplane);
      if (!on || runs === false || runs === Unknown) continue;
      const { object, value } = felixSetting(dataplane, cleanup);
      if (value === false || value === Unknown) continue;
      // Another stack's cluster may have no kube-proxy: whoever says `true` there has thought of it.
      if (runs === undefined && value === true) continue;
      const ways =
        "Take kube-proxy off the nodes with a DaemonSetPatch of kube-system/kube-proxy before the switch, `spec: { " +
        'template: { spec: { nodeSelector: { "projectcalico.org/no-kube-proxy": "true" } } } }`; or keep it and write ' +
        `\`${cleanup}: false\` in FelixConfiguration/default.`;
      if (object) {
        reportViolation(
          `${object.name} sets ${cleanup}: true, and kube-proxy runs on ${dataplane.title}: Felix would remove the ` +
            `rules that kube-proxy writes again, on every node, all the time. ${ways}`,
          object.urn,
        );
      } else {
        const unless = runs ? "" : ` Where the cluster has none, say so: \`${cleanup}: true\`.`;
        reportViolation(
          `${on.name} switches ${dataplane.title} to eBPF, but nothing in the stack sees to kube-proxy: Felix removes ` +
            `its iptables rules by default, it writes them again, and the nodes' CPU rises. ${ways}${unless}`,
          on.urn,
        );
      }
    }
  },
);
