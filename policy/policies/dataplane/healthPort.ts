import { felixSetting, kubeProxyRuns, stackPolicy, switchToEbpf } from "../../stack";

const field = "bpfKubeProxyHealthzPort";
/** kube-proxy's own health port, which Azure's load balancer probes. */
const kubeProxyPort = 10256;

/**
 * Exactly one of kube-proxy and Felix answers on kube-proxy's health port.
 *
 * Source: tigera/docs calico/operations/ebpf/enabling-ebpf: Felix's health server binds 10256 by default and conflicts
 * with a kube-proxy that keeps running. Azure's load balancer asks that port of each node (cloud-provider-azure, shared
 * health probe), so somebody has to answer when kube-proxy is gone.
 *
 * @severity high
 * @topics network, kubernetes
 * @link https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf
 */
export const healthPort = stackPolicy(
  {
    name: "ebpf-health-port",
    displayName: "eBPF: one answers on kube-proxy's health port",
    description:
      "Felix must leave port 10256 to a kube-proxy that is kept, and answer there when kube-proxy is gone.",
    enforcementLevel: "mandatory",
    severity: "high",
    tags: ["calico", "ebpf", "kube-proxy"],
    remediationSteps:
      `In FelixConfiguration/default write \`${field}: 10258\` where kube-proxy keeps running, \`${field}: ` +
      "10256` where it is disabled or absent.",
    url: "https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf",
  },
  (stack, reportViolation) => {
    for (const dataplane of stack.dataplanes) {
      if (!switchToEbpf(dataplane)) continue;
      const { object, value } = felixSetting(dataplane, field);
      if (!object) continue;
      const runs = kubeProxyRuns(dataplane);
      // Who tells Felix to leave kube-proxy's rules alone has a kube-proxy.
      const isKept =
        runs === true ||
        (runs === undefined && felixSetting(dataplane, "bpfKubeProxyIptablesCleanupEnabled").value === false);
      if (isKept && value === kubeProxyPort) {
        reportViolation(
          `${object.name} sets ${field}: ${value}, and kube-proxy, which is kept on ${dataplane.title}, listens ` +
            "there: calico-node fails to bind the port again and again. Write " +
            `\`${field}: 10258\`, or 0 for none from Calico 3.32 on.`,
          object.urn,
        );
      }
      if (runs === false && value === 0) {
        reportViolation(
          `${object.name} sets ${field}: 0, and kube-proxy is gone from ${dataplane.title}: nobody answers Azure's ` +
            "health probes on port 10256, and the load balancer takes every node for dead. Write " +
            `\`${field}: ${kubeProxyPort}\`.`,
          object.urn,
        );
      }
    }
  },
);
