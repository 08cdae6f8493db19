import { Endpoint, endpoint } from "../../calicoObjects";
import { Cluster, stackPolicy, switchToEbpf } from "../../stack";
import { Unknown } from "../../unknown";

/** Host names by which the cluster's nodes reach its API server; `Unknown` as long as Azure has not given one. */
function hostsOf({ live, written }: Cluster): string[] | typeof Unknown {
  const isPrivate = written.get("apiServerAccessProfile", "enablePrivateCluster");
  // The public name of a private cluster, where it has one, leads to the same address.
  const names = [live.get("fqdn"), ...(isPrivate === false ? [] : [live.get("privateFQDN")])];
  const known = names.filter((name) => typeof name === "string" && name !== "");
  return isPrivate === Unknown || names.includes(Unknown) || !known.length ? Unknown : known;
}

/** What is wrong with the host; undefined where it is right, or nobody knows yet. */
function wrongHost({ host, path }: Endpoint, cluster: Cluster | undefined): string | undefined {
  if (host === Unknown) return undefined;
  if (host === undefined) return `${path} is missing`;
  if (/^kubernetes(\.default(\.svc.*)?)?$/i.test(host)) {
    return `${path} is ${host}, the Service that kube-proxy leads to`;
  }
  const hosts = cluster ? hostsOf(cluster) : Unknown;
  if (hosts === Unknown || hosts.some((name) => name.toLowerCase() === String(host).toLowerCase())) {
    return undefined;
  }
  return `${path} is ${host}, and cluster ${cluster!.resource.name} answers as ${hosts.join(" or ")}`;
}

/**
 * calico-node is told where the API server is, without the Service that kube-proxy serves.
 *
 * Source: tigera/docs calico/operations/ebpf/enabling-ebpf; tigera/operator pkg/controller/k8sapi, which watches
 * ConfigMap `tigera-operator/kubernetes-services-endpoint`.
 *
 * @severity critical
 * @topics network, kubernetes
 * @link https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf
 */
export const endpointPresent = stackPolicy(
  {
    name: "ebpf-endpoint-present",
    displayName: "eBPF: calico-node knows the API server's address",
    description:
      "A stack that switches Calico to eBPF must give it the API server's host in kubernetes-services-endpoint.",
    enforcementLevel: "mandatory",
    severity: "critical",
    tags: ["calico", "ebpf", "endpoint"],
    remediationSteps:
      "Declare a ConfigMap `kubernetes-services-endpoint` in namespace `tigera-operator` with `data: { " +
      'KUBERNETES_SERVICE_HOST: cluster.fqdn, KUBERNETES_SERVICE_PORT: "443" }` (privateFQDN on a private cluster), ' +
      'before the switch. Where another stack declares it, set this policy to "disabled" for this stack.',
    url: "https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf",
  },
  (stack, reportViolation) => {
    if (stack.hasUnrenderedManifests) return;
    for (const dataplane of stack.dataplanes) {
      const on = switchToEbpf(dataplane);
      if (!on) continue;
      const write = "`KUBERNETES_SERVICE_HOST: cluster.fqdn` (`cluster.privateFQDN` on a private cluster)";
      const found = dataplane.objects.flatMap((object) => {
        const its = endpoint(object);
        return its ? [{ object, its }] : [];
      });
      if (!found.length) {
        reportViolation(
          `${on.name} switches ${dataplane.title} to eBPF, but nothing in the stack tells calico-node where the API ` +
            "server is: it looks behind the Service that kube-proxy serves, and finds nothing when kube-proxy is gone. " +
            "Declare a ConfigMap `kubernetes-services-endpoint` in namespace `tigera-operator` with `data: { " +
            `KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT: "443" }\`, ${write}, before the switch.`,
          on.urn,
        );
      }
      for (const { object, its } of found) {
        const wrong = wrongHost(its, dataplane.cluster);
        if (wrong === undefined) continue;
        reportViolation(
          `${wrong}: calico-node would lose the API server, and with it every change of Services and policies. Write ` +
            `${write}.`,
          object.urn,
        );
      }
    }
  },
);
