import { endpointPresent } from "../../../policy/policies/dataplane/endpointPresent";
import { type Declared, unknown } from "../judge";
import { type Stacks, stacks } from "../stacks";
import {
  asYaml,
  cluster,
  endpoint,
  genericCluster,
  installation,
  object,
  pinned,
  provider,
} from "./programs";

const policy = (title: string, expected: Stacks) => stacks(endpointPresent, title, expected);
const fqdn = "aks.hcp.azmk8s.io";
const on = (first = cluster({ fqdn })) => [first, provider(), installation()];
const hidden = cluster({
  apiServerAccessProfile: { enablePrivateCluster: true },
  ...{ fqdn: "", privateFQDN: "p.privatelink" },
});
const release = (host: string): Declared => {
  const values = { kubernetesServiceEndpoint: { host, port: 443 }, installation: { enabled: false } };
  return object("helm.sh/v3:Release", "operator", { chart: "tigera-operator", values });
};
const misplaced = { name: "kubernetes-services-endpoint", namespace: "default" };
const endpointWith = (props: object) => endpoint(fqdn, { props: { ...endpoint(fqdn).props, ...props } });

policy("accepts the cluster's FQDN, the private one on a private cluster", {
  right: [
    [...on(), endpoint(fqdn)],
    [...on(cluster({ fqdn }, pinned)), endpoint(fqdn.toUpperCase())],
    [...on(genericCluster({ fqdn })), asYaml(endpoint(fqdn))],
    [...on(hidden), endpoint("p.privatelink")],
    // A cluster of another stack.
    [provider([]), installation(), endpoint("10.1.2.3")],
    [...on(), release(fqdn)],
  ],
});
policy("refuses a switch without an endpoint", {
  wrong: [
    on(),
    on(cluster({ fqdn }, pinned)),
    [...on(), endpointWith({ metadata: misplaced })],
    [provider([]), installation()],
  ].map((stack) => [
    stack,
    "switch",
    /^switch switches .* nothing in the stack tells calico-node where the API/,
    "Declare a ConfigMap `kubernetes-services-endpoint` in namespace `tigera-operator`",
  ]),
});
policy("refuses another cluster's host, the Service, and none", {
  wrong: [
    [
      [...on(), endpoint("old.hcp.azmk8s.io")],
      "endpoint",
      /^data\.KUBERNETES_SERVICE_HOST is old\.hcp\.azmk8s\.io, and cluster aks answers as aks\.hcp/,
    ],
    [
      [...on(), endpoint("kubernetes.default.svc")],
      "endpoint",
      "HOST is kubernetes.default.svc, the Service that kube-proxy leads to: calico-node would",
    ],
    [
      [...on(), endpointWith({ data: {} })],
      "endpoint",
      /^data\.KUBERNETES_SERVICE_HOST is missing: .* Write `KUBERNETES_SERVICE_HOST: cluster\.fqdn`/,
    ],
    [[...on(hidden), endpoint(fqdn)], "endpoint"],
    [[...on(), release("elsewhere")], "operator", /^values\.kubernetesServiceEndpoint\.host is elsewhere/],
  ],
});
policy("stays silent where a preview does not know, and where nothing switches to eBPF", {
  right: [
    [...on(), endpoint(unknown)],
    [...on(), endpointWith({ data: unknown })],
    ...[
      cluster({ fqdn: unknown }),
      cluster({ fqdn, privateFQDN: unknown }),
      cluster(),
      genericCluster(),
      cluster({ apiServerAccessProfile: unknown }),
    ].map((first) => [...on(first), endpoint("anything")]),
    [cluster(), provider(), installation("Iptables")],
    [cluster(), provider(), installation(unknown)],
    [...on(), { type: "kubernetes:yaml/v2:ConfigFile", name: "manifest" }],
  ],
});
