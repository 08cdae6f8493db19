// calico-node is told where the API server is, without the Service that kube-proxy serves.
import { endpoint } from "../../calicoObjects";
import { calicoEbpf, ebpfPolicy, isByOperator, missing } from "../../dataplane";
import { Verdict } from "../../define";
import { isWithin } from "../../ranges";
import { Cluster, Dataplane, Declared, Stack } from "../../stack";
import { items, same, Unknown } from "../../unknown";

/** Host names by which the cluster's nodes reach its API server; none as long as Azure has not given them all. */
function hostsOf({ wanted, reported }: Cluster): string[] {
  const isPrivate = wanted.get("apiServerAccessProfile", "enablePrivateCluster");
  // The public name of a private cluster, where it has one, leads to the same address.
  const names = [reported.get("fqdn"), ...(isPrivate === false ? [] : [reported.get("privateFQDN")])];
  return [isPrivate, ...names].includes(Unknown) ? [] : names.filter((name) => name);
}

/** What Service address a host is; undefined for one that is none. */
function serviceAt(host: string, { title, cluster }: Dataplane): string | undefined {
  if (/^kubernetes(\.default(\.svc.*)?)?\.?$/i.test(host)) return "the Service that kube-proxy leads to";
  const network = (field: string) => cluster?.wanted.get("networkProfile", field);
  const own = [network("serviceCidr") ?? [], items(network("serviceCidrs"))].flat();
  // AKS's default; of another stack's cluster, which may have chosen another, only the Service `kubernetes` in it.
  const range = (own.length ? own : [cluster ? "10.0.0.0/16" : "10.0.0.1"]).find((one) =>
    isWithin(host, one),
  );
  return range && `an address of the Services of ${title} (${range}), to which kube-proxy leads`;
}

function judged(of: Declared, dataplane: Dataplane, stack: Stack): Verdict {
  const { host, path, property } = endpoint(of)!;
  const { title, cluster } = dataplane;
  if (host === undefined) return { found: `${path} is missing`, of };
  if (host === Unknown) {
    const from = [...(of.propertyDependencies[property] ?? []), ...of.dependencies];
    const behind = from.flatMap((one) => stack.clustersBehind(one));
    return behind.some((one) => !cluster || one === cluster) ? undefined : { notKnown: path, of };
  }
  const service = serviceAt(host, dataplane);
  if (service !== undefined) return { found: `${path} is ${host}, ${service}`, of };
  const hosts = cluster ? hostsOf(cluster) : [host];
  if (!hosts.length) return { notKnown: "fqdn", of: cluster };
  if (same(host, ...hosts)) return undefined;
  return { found: `${path} is ${host}, and ${title} answers as ${hosts.join(" or ")}`, of };
}

export const endpointPresent = ebpfPolicy({
  name: "ebpf-endpoint-present",
  wants: "A stack that switches to eBPF must say the API server's host in kubernetes-services-endpoint.",
  why: "calico-node would lose the API server, and with it every change of Services and policies.",
  write:
    "Write in ConfigMap tigera-operator/kubernetes-services-endpoint `KUBERNETES_SERVICE_HOST: cluster.fqdn` (or " +
    'privateFQDN) and `KUBERNETES_SERVICE_PORT: "443"`. Where another stack does, set this policy to "disabled".',
  ...calicoEbpf("critical"),
  *judge(dataplane, on, stack) {
    const all = dataplane.objects.filter(endpoint);
    for (const of of all) yield judged(of, dataplane, stack);
    if (all.length || isByOperator(dataplane, "bpfNetworkBootstrap")) return;
    const found = `${on.name} switches ${dataplane.title} to eBPF, but nothing says where the API server is`;
    yield* missing(dataplane, { found, of: on });
  },
});
