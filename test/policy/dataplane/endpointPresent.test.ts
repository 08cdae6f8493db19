import assert from "node:assert/strict";
import { endpointPresent } from "../../../policy/policies/dataplane/endpointPresent";
import { type Declared, judgeStack, unknown } from "../judge";
import { type Stacks, stacks } from "../stacks";
import {
  asYaml,
  cluster,
  endpoint,
  genericCluster,
  group,
  installation,
  notKnown,
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
    /^switch switches .* nothing says where the API server is\. calico-node would lose the API server/,
    "Write in ConfigMap tigera-operator/kubernetes-services-endpoint `KUBERNETES_SERVICE_HOST: cluster.fqdn`",
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
      "HOST is kubernetes.default.svc, the Service that kube-proxy leads to. calico-node would",
    ],
    [
      [...on(), endpointWith({ data: {} })],
      "endpoint",
      /^data\.KUBERNETES_SERVICE_HOST is missing\. .* Write in .* `KUBERNETES_SERVICE_HOST: cluster\.fqdn`/,
    ],
    [[...on(hidden), endpoint(fqdn)], "endpoint"],
    [[...on(), release("elsewhere")], "operator", /^values\.kubernetesServiceEndpoint\.host is elsewhere/],
  ],
});

const unborn = cluster({ fqdn: unknown });
const serviceRange = (networkProfile: object) => cluster({ fqdn: unknown, networkProfile });
const elsewhere = [provider([]), installation()];
policy("refuses an address of the Services before Azure has given the cluster a name", {
  wrong: [
    ...[
      "kubernetes",
      "kubernetes.default",
      "Kubernetes.default.svc.cluster.local",
      "kubernetes.default.svc.",
    ].map((host): [Declared[], string, RegExp] => [
      [...on(unborn), endpoint(host)],
      "endpoint",
      /, the Service that/,
    ]),
    [
      [...on(unborn), endpoint("10.0.0.1")],
      "endpoint",
      /HOST is 10\.0\.0\.1, .* cluster aks \(10\.0\.0\.0\/16\), to which/,
    ],
    [
      [...on(cluster()), endpoint("10.0.200.7")],
      "endpoint",
      "10.0.200.7, an address of the Services of cluster aks (10.0.0.0/16)",
    ],
    [
      [...on(serviceRange({ serviceCidr: "172.16.0.0/20" })), endpoint("172.16.0.1")],
      "endpoint",
      "an address of the Services of cluster aks (172.16.0.0/20)",
    ],
    [
      [...on(genericCluster({ networkProfile: { serviceCidr: "172.16.0.0/20" } })), endpoint("172.16.0.1")],
      "endpoint",
    ],
    [
      [...on(serviceRange({ serviceCidrs: ["fd00::/108", "10.9.0.0/16"] })), endpoint("10.9.0.1")],
      "endpoint",
    ],
    [
      [...elsewhere, endpoint("10.0.0.1")],
      "endpoint",
      "HOST is 10.0.0.1, an address of the Services of the cluster behind provider k8s (10.0.0.1)",
    ],
    [[...elsewhere, release("10.0.0.1")], "operator"],
  ],
  // Others of that range are their API servers, where the cluster is not AKS's.
  right: [[...elsewhere, endpoint("10.0.0.2")]],
});
const bootstrap = (more: object = {}, value = "Enabled"): Declared =>
  installation("BPF", {
    type: "kubernetes:operator.tigera.io/v1:Installation",
    props: {
      metadata: { name: "default" },
      spec: { ...more, calicoNetwork: { linuxDataplane: "BPF", bpfNetworkBootstrap: value } },
    },
  });
policy("leaves the operator alone that finds the API server itself, which it does not on AKS", {
  right: [[provider([]), bootstrap()]],
  wrong: [
    [[provider([]), bootstrap({ kubernetesProvider: "AKS" })], "switch"],
    [[cluster({ fqdn }), provider(), bootstrap()], "switch"],
    [[provider([]), bootstrap({}, "Disabled")], "switch"],
  ],
});
const from = (...clusters: string[]) => endpoint(unknown, { propertyDependencies: { data: clusters } });
const green = [cluster({ fqdn: unknown }, { name: "green" }), provider(["green"], "k8s-green")];
policy("stays silent where nothing switches to eBPF", {
  right: [
    [cluster(), provider(), installation("Iptables")],
    [...on(), group(), endpoint(fqdn)],
  ],
});
notKnown(endpointPresent, "the host, unless it comes from the cluster", [
  [[...on(unborn), from("aks")]],
  [[...on(unborn), endpoint(unknown, { dependsOn: ["aks"] })]],
  [[...on(unborn), { type: "my:own:Name", name: "between", dependsOn: ["aks"] }, from("between")]],
  // A provider whose kubeconfig an invoke answers leads nowhere in a first preview.
  [[unborn, green[0], provider([]), installation(), from("aks")]],
  ...[endpoint(unknown), endpointWith({ data: unknown })].flatMap((one): [Declared[], [string, string]][] => [
    [
      [...on(unborn), one],
      ["endpoint", "data.KUBERNETES_SERVICE_HOST"],
    ],
    [
      [...elsewhere, one],
      ["endpoint", "data.KUBERNETES_SERVICE_HOST"],
    ],
  ]),
  [
    [...green, ...on(unborn), from("green")],
    ["endpoint", "data.KUBERNETES_SERVICE_HOST"],
  ],
  [
    [cluster(), provider(), installation(unknown)],
    ["switch", "spec.calicoNetwork.linuxDataplane"],
  ],
]);
notKnown(endpointPresent, "whose a written host is, before Azure has given the cluster a name", [
  ...[
    unborn,
    cluster({ fqdn, privateFQDN: unknown }),
    cluster(),
    genericCluster(),
    cluster({ fqdn, apiServerAccessProfile: unknown }),
    cluster({ networkProfile: unknown }),
  ].map((first): [Declared[], [string, string]] => [
    [...on(first), endpoint("anything")],
    ["aks", "fqdn"],
  ]),
]);
const chart: Declared = { type: "kubernetes:helm.sh/v4:Chart", name: "chart" };
const greenOn = installation("BPF", { name: "switch-green", provider: "k8s-green" });
notKnown(endpointPresent, "what a chart holds that is not rendered yet", [
  [
    [...on(unborn), group()],
    ["manifests", "the objects"],
  ],
  [
    [...on(unborn), group(), chart],
    ["manifests", "the objects"],
    ["chart", "the objects"],
  ],
  [[...on(unborn), group(), from("aks")]],
]);
const component: Declared = { type: "my:own:Component", name: "component" };
it("policy ebpf-endpoint-present takes a chart for that cluster's whose resources come after it or stand beside it", async () => {
  const stack = (one: Declared, other: Partial<Declared> = {}, more: Partial<Declared> = {}) => [
    ...[unborn, provider(), ...green, component, one],
    ...[installation("BPF", other), { ...greenOn, ...more }],
  ];
  const missed = (it: Declared[]) => judgeStack(endpointPresent, it);
  const names = async (it: Declared[]) => (await missed(it)).map(({ resource }) => resource);
  assert.deepEqual(await names(stack(group(), {}, { dependsOn: ["manifests"] })), ["switch"]);
  assert.deepEqual(await names(stack(group({ parent: "component" }), { parent: "component" })), [
    "switch-green",
  ]);
  // It may be either's.
  assert.deepEqual(await names(stack(group())), []);
});
it("policy ebpf-endpoint-present takes a chart without objects for an empty one in an update", async () => {
  const found = await judgeStack(endpointPresent, [...on(), group()], {}, { update: true });
  assert.deepEqual(
    found.map(({ resource }) => resource),
    ["switch"],
  );
});
