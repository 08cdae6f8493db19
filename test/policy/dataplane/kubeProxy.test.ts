import { healthPort, kubeProxyHandled } from "../../../policy/policies/dataplane/felix";
import { type Declared, unknown } from "../judge";
import { stacks } from "../stacks";
import {
  asYaml,
  cluster,
  felix,
  genericCluster,
  group,
  installation,
  notKnown,
  parked,
  pinned,
  provider,
} from "./programs";

const on = [cluster(), provider(), installation()];
const foreign = [provider([]), installation()];
const noKubeProxy = { networkProfile: { kubeProxyConfig: { enabled: false } } };
const without = [genericCluster(noKubeProxy), provider(), installation()];
const cleanup = (value: unknown, more?: Partial<Declared>) =>
  felix({ bpfKubeProxyIptablesCleanupEnabled: value }, more);
const logs = felix({ bpfLogLevel: "Off" });

const saysNothing = [
  /^switch switches cluster aks to eBPF, but nothing .* sees to kube-proxy/,
  /nodeSelector: .* or keep it, with `bpfKubeProxyIptablesCleanupEnabled: false`/,
  /^(?!.*say so)/,
];
stacks(kubeProxyHandled, "wants kube-proxy disabled, absent, or kept with cleanup off", {
  right: [
    [...on, parked()],
    without,
    [cluster(noKubeProxy, pinned), provider(), installation()],
    [cluster({ tags: { "aks-calico-ebpf-kube-proxy": "Removed" } }), ...on.slice(1), cleanup(true)],
    [...on, cleanup(false)],
    [...on, asYaml(cleanup(false))],
    // Another stack's cluster, said to have none.
    [...foreign, cleanup(true)],
  ],
  wrong: [
    [[...on, logs], "switch", ...saysNothing],
    [[cluster({}, pinned), provider(), asYaml(installation()), logs], "switch", ...saysNothing],
    [
      foreign,
      "switch",
      /^switch switches the cluster behind provider k8s to eBPF/,
      "Where the cluster has none, say so: `bpfKubeProxyIptablesCleanupEnabled: true`",
    ],
    // A kubeconfig from elsewhere, and one cluster.
    [[cluster(), ...foreign], "switch", /^switch switches cluster aks to eBPF/],
    // Placed on Linux nodes is not parked.
    [[...on, parked({ "kubernetes.io/os": "linux" })], "switch"],
    [
      [...on, cleanup(true)],
      "felix",
      /^felix sets bpfKubeProxyIptablesCleanupEnabled: true, and kube-proxy runs on/,
    ],
  ],
});
const ofKubeProxy = { metadata: { name: "kube-proxy", namespace: "kube-system" } };
const green = [cluster({}, { name: "green" }), provider(["green"], "k8s-green")];
const switched = installation("BPF", { name: "switch-green", provider: "k8s-green" });
stacks(kubeProxyHandled, "goes by what the program writes for each cluster, not by the live objects", {
  wrong: [
    [[...on, parked(undefined, { inputs: ofKubeProxy })], "switch"],
    [[...on, cleanup(false, { inputs: { metadata: { name: "default" } } })], "switch"],
    [[...on, ...green, switched, parked()], "switch-green"],
  ],
});
const byOperator = (more: object = {}): Declared =>
  installation("BPF", {
    type: "kubernetes:operator.tigera.io/v1:Installation",
    props: {
      metadata: { name: "default" },
      spec: { ...more, calicoNetwork: { linuxDataplane: "BPF", kubeProxyManagement: "Enabled" } },
    },
  });
stacks(kubeProxyHandled, "leaves the operator alone that stops kube-proxy itself, which it may not on AKS", {
  right: [[provider([]), byOperator()]],
  wrong: [
    [[provider([]), byOperator({ kubernetesProvider: "AKS" })], "switch"],
    [[cluster(), provider(), byOperator()], "switch"],
  ],
});
stacks(kubeProxyHandled, "stays silent where nothing switches to eBPF", {
  right: [[cluster(), provider(), installation("Iptables")]],
});
const selector = "spec.template.spec.nodeSelector";
notKnown(kubeProxyHandled, "where kube-proxy is, what Felix is told, and what a chart holds", [
  ...[on, foreign].flatMap((stack): [Declared[], [string, string]][] => [
    [
      [...stack, parked(unknown)],
      ["parked", selector],
    ],
    [
      [...stack, cleanup(unknown)],
      ["felix", "spec.bpfKubeProxyIptablesCleanupEnabled"],
    ],
    [
      [...stack, felix(unknown)],
      ["felix", "spec.bpfKubeProxyIptablesCleanupEnabled"],
    ],
    [
      [...stack, group()],
      ["manifests", "the objects"],
    ],
  ]),
  [
    [...on, cleanup(true), group()],
    ["manifests", "the objects"],
  ],
  [
    [cluster({ networkProfile: unknown }), provider(), installation()],
    ["aks", "networkProfile.kubeProxyConfig.enabled"],
  ],
  [
    [cluster(), provider(), installation(unknown)],
    ["switch", "spec.calicoNetwork.linuxDataplane"],
  ],
  // Not needed.
  [[...on, parked(), cleanup(unknown), group()]],
  [[...on, cleanup(false), parked(unknown)]],
]);

const port = (value: unknown, more: object = {}) => felix({ bpfKubeProxyHealthzPort: value, ...more });
const kept = { bpfKubeProxyIptablesCleanupEnabled: false };
stacks(healthPort, "wants a port of its own beside kube-proxy, and any when that is gone", {
  right: [
    // Azure's load balancer does not ask for kube-proxy.
    ...[[...on, parked()], without, [...foreign, parked()]].map((stack) => [...stack, port(0)]),
    [provider([]), byOperator(), port(10256)],
    [...on, port(10258, kept)],
    [...on, port(0, kept)],
    [...on, parked(), port(10256)],
    [...without, port(10256)],
    [...on, logs],
  ],
  wrong: [
    ...[port(10256), port(10256, kept), asYaml(port(10256))].map((one): [Declared[], string, ...RegExp[]] => [
      [...on, one],
      "felix",
      /^felix sets bpfKubeProxyHealthzPort: 10256, and kube-proxy, which is kept on/,
      /Write `bpfKubeProxyHealthzPort: 10258`/,
    ]),
    // Kept on another stack's cluster.
    [[...foreign, port(10256, kept)], "felix"],
  ],
});
stacks(healthPort, "stays silent where it cannot know", {
  right: [0, 10256].flatMap((value) => [
    // kube-proxy of another stack's cluster.
    [...foreign, port(value)],
    [cluster(), provider(), installation("Iptables"), port(value)],
  ]),
});
notKnown(healthPort, "the port, and whether kube-proxy is kept", [
  [
    [...on, port(unknown)],
    ["felix", "spec.bpfKubeProxyHealthzPort"],
  ],
  [
    [...on, parked(unknown), port(10256)],
    ["parked", selector],
  ],
  [
    [...on, group(), port(10256)],
    ["manifests", "the objects"],
  ],
  [[...on, parked(), port(unknown)]],
  [[...foreign, port(unknown)]],
]);
