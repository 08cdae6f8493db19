// calico-node is told where the API server is, without the Service that kube-proxy serves.
import { Endpoint, endpoint } from "../../calicoObjects";
import { ebpfPolicy, enablingEbpf, isByOperator, missing } from "../../dataplane";
import { ebpf, Verdict } from "../../define";
import { isWithin } from "../../ranges";
import { Cluster, Dataplane, Declared, Stack } from "../../stack";
import { items, same, Unknown } from "../../unknown";

/** Host names by which the cluster's nodes reach its API server; none as long as Azure has not given them all. */
function hostsOf({ wanted, reported }: Cluster): string[] {
  const isPrivate = wanted.get("apiServerAccessProfile", "enablePrivateCluster");
  // The public name of a private cluster, where it has one, leads to the same address.
  const names = [reported.get("fqdn"), ...(isPrivate === false ? [] : [reported.get("privateFQDN")])];
  if (isPrivate === Unknown || names.includes(Unknown)) return [];
  return names.filter((name) => typeof name === "string" && name !== "");
}

/** What kind of Service address a host is; undefined for one that is none. */
function serviceAt(host: string, cluster: Cluster | undefined): string | undefined {
  if (/^kubernetes(\.default(\.svc.*)?)?\.?$/i.test(host)) return "the Service that kube-proxy leads to";
  // The first address of AKS's default range is the Service `kubernetes` of any AKS cluster that has not chosen another.
  if (!cluster) return isWithin(host, "10.0.0.1") ? "the Service `kubernetes` by AKS's default" : undefined;
  const network = (field: string) => cluster.wanted.get("networkProfile", field);
  const said = [network("serviceCidr"), ...items(network("serviceCidrs"))].filter(
    (range) => range !== undefined,
  );
  const range = (said.length ? said : ["10.0.0.0/16"]).find((one) => isWithin(host, one));
  return (
    range && `an address of the Services of cluster ${cluster.name} (${range}), to which kube-proxy leads`
  );
}

function judged(
  { host, path, property }: Endpoint,
  of: Declared,
  { cluster }: Dataplane,
  stack: Stack,
): Verdict {
  if (host === undefined) return { found: `${path} is missing`, of };
  if (host === Unknown) {
    const from = [...(of.propertyDependencies[property] ?? []), ...of.dependencies];
    const clusters = from.flatMap((one) => stack.clustersBehind(one));
    const isIts = cluster ? clusters.includes(cluster) : clusters.length > 0;
    return isIts ? undefined : { notKnown: path, of };
  }
  const service = serviceAt(host, cluster);
  if (service !== undefined) return { found: `${path} is ${host}, ${service}`, of };
  if (!cluster) return undefined;
  const hosts = hostsOf(cluster);
  if (!hosts.length) return { notKnown: "fqdn", of: cluster };
  if (same(host, ...hosts)) return undefined;
  return { found: `${path} is ${host}, and cluster ${cluster.name} answers as ${hosts.join(" or ")}`, of };
}

const data = "KUBERNETES_SERVICE_HOST: cluster.fqdn";

export const endpointPresent = ebpfPolicy(
  {
    name: "ebpf-endpoint-present",
    wants:
      "A stack that switches Calico to eBPF must give it the API server's host in kubernetes-services-endpoint.",
    why: "calico-node would lose the API server, and with it every change of Services and policies.",
    write: `Write \`${data}\` (\`cluster.privateFQDN\` on a private cluster).`,
    ...ebpf("critical"),
    url: enablingEbpf,
  },
  function* (dataplane, on, stack) {
    const found = dataplane.objects.flatMap((of) => {
      const its = endpoint(of);
      return its ? [judged(its, of, dataplane, stack)] : [];
    });
    yield* found;
    if (found.length || isByOperator(dataplane, "bpfNetworkBootstrap")) return;
    yield* missing(dataplane, {
      found: `${on.name} switches ${dataplane.title} to eBPF, but nothing in the stack tells calico-node where the API server is`,
      why: "It looks behind the Service that kube-proxy serves, and finds nothing when kube-proxy is gone.",
      write:
        "Declare a ConfigMap `kubernetes-services-endpoint` in namespace `tigera-operator` with " +
        `\`data: { ${data}, KUBERNETES_SERVICE_PORT: "443" }\` (privateFQDN on a private cluster), before the switch. Where ` +
        'another stack declares it, set this policy to "disabled" for this stack.',
      of: on,
    });
  },
);
