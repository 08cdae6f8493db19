import assert from "node:assert/strict";
import { switchPresent, wayBack } from "../../../policy/policies/dataplane/switchPresent";
import { type Declared, judgeStack, unknown } from "../judge";
import { type Stacks, stacks } from "../stacks";
import {
  asYaml,
  cluster,
  endpoint,
  felix,
  genericCluster,
  group,
  installation,
  notKnown,
  object,
  parked,
  pinned,
  provider,
} from "./programs";

const policy = (title: string, expected: Stacks) => stacks(switchPresent, title, expected);
const aks = (networkProfile: unknown = { networkPolicy: "calico" }, name = "aks") =>
  cluster({ networkProfile }, { name });
const on = [aks(), provider()];
/** Without a provider, as where the default one is taken. */
const bare = { provider: undefined };
const release = (props: object): Declared => object("helm.sh/v3:Release", "operator", props);
const whole = (calicoNetwork: object): Declared =>
  object("operator.tigera.io/v1:Installation", "calico", {
    metadata: { name: "default" },
    spec: { cni: { type: "Calico" }, calicoNetwork },
  });
const annotated = (more: Partial<Declared> = {}) =>
  installation("BPF", { props: { metadata: { name: "default" } }, ...more });
const named = (name: string, from: string) => installation("BPF", { name: `switch-${name}`, provider: from });

policy("accepts a Calico cluster with its switch, as patch and whole, in every spelling", {
  right: [
    [...on, installation()],
    [...on, whole({ linuxDataplane: "BPF" })],
    [...on, asYaml(installation("BPF", bare))],
    [...on, release({ values: { installation: { calicoNetwork: { linuxDataplane: "BPF" } } } })],
  ],
});

const nothingSwitches = "nothing in the stack switches cluster aks to eBPF";
const misnamed = {
  props: { metadata: { name: "calico" }, spec: { calicoNetwork: { linuxDataplane: "BPF" } } },
};
const disabled = { installation: { enabled: false, calicoNetwork: { linuxDataplane: "BPF" } } };
policy("refuses a Calico cluster without a switch that the operator reads", {
  wrong: [
    [
      on,
      "aks",
      /^Cluster aks runs Calico .* nothing in the stack switches cluster aks to eBPF\./,
      "Without it the operator keeps bpfEnabled false",
      /Declare a CalicoEbpfDataplane .* linuxDataplane: "BPF"/,
    ],
    [[{ ...aks({ networkPolicy: "Calico" }), ...pinned }], "aks", nothingSwitches],
    [[genericCluster({ networkProfile: { networkPolicy: "calico" } })], "aks", /^Cluster aks runs Calico/],
    [[...on, installation("BPF", misnamed)], "aks", nothingSwitches],
    [[...on, release({ values: disabled })], "aks"],
    // A patch without linuxDataplane.
    [[...on, annotated()], "aks"],
    // One cluster is reported once.
    [[...on, parked()], "aks"],
  ],
});

policy("says what a switch that is set otherwise does, and leaves the documented way back alone", {
  right: [[...on, installation("Iptables")]],
  wrong: [
    [
      [...on, installation("VPP")],
      "switch",
      /^switch says linuxDataplane: VPP on cluster aks\. Without it the operator keeps bpfEnabled false\. /,
      'linuxDataplane: "BPF"',
    ],
    // The way back begins with kube-proxy.
    [
      [...on, installation("Iptables"), parked()],
      "parked",
      /^kube-proxy is kept off the nodes by its nodeSelector, and switch says linuxDataplane: Iptables\./,
      "Take the nodeSelector out",
    ],
  ],
});
stacks(wayBack, "speaks of a switch to iptables, and of nothing else", {
  right: [
    on,
    [...on, installation()],
    [...on, installation("VPP")],
    [...on, installation("BPF"), installation("Iptables", { name: "overlay" })],
    [...on, installation(unknown)],
  ],
  wrong: [
    [...on, installation("Iptables")],
    [...on, asYaml(installation("Iptables"))],
    [provider([]), installation("Iptables")],
  ].map((stack) => [
    stack,
    "switch",
    /^switch says linuxDataplane: Iptables on .*cluster/,
    "Nothing needs to be written if this is a planned way back.",
    'Otherwise write `spec: { calicoNetwork: { linuxDataplane: "BPF" } }`',
  ]),
});
it("policy ebpf-way-back is advice, and ebpf-switch-present is not", () => {
  assert.equal(wayBack.enforcementLevel, "advisory");
  assert.equal(switchPresent.enforcementLevel, "mandatory");
});

const two = [aks(undefined, "blue"), aks(undefined, "green")];
const providers = [
  provider(["blue"], "k8s-blue"),
  provider(["green"], "k8s-green"),
  provider([], "elsewhere"),
];
const blue = named("blue", "k8s-blue");
const vpp = installation("VPP");
const spoke = { ...aks(undefined, "spoke"), dependsOn: ["hub"] };
const config: Declared = { type: "pulumi-nodejs:dynamic:Resource", name: "config", dependsOn: ["spoke"] };
policy("asks for a switch for each of several clusters", {
  right: [
    [...two, ...providers, blue, named("green", "k8s-green")],
    // A kubeconfig that comes from elsewhere may lead to the other cluster, but only to one.
    [...two, ...providers, blue, named("elsewhere", "elsewhere")],
  ],
  wrong: [
    [[...two, ...providers, blue], "green"],
    [[...two, providers[2], named("elsewhere", "elsewhere")], "green"],
    // It is not meant for a cluster that says something else.
    [
      [...two, ...providers, blue, named("elsewhere", "elsewhere"), { ...vpp, provider: "k8s-green" }],
      "switch",
      /^switch says linuxDataplane: VPP/,
    ],
    // What lies between a provider and its cluster is followed, and not beyond the cluster.
    [[aks(undefined, "hub"), spoke, config, provider(["config"]), installation()], "hub"],
  ],
});

const files = { valueYamlFiles: [{ path: "values.yaml" }] };
// A chart whose cluster is not there yet: the provider declares its children in the update only.
const chart: Declared = { type: "kubernetes:helm.sh/v4:Chart", name: "calico" };
const child: Declared = { type: "kubernetes:core/v1:ConfigMap", name: "child", parent: "calico" };
const linuxDataplane = "spec.calicoNetwork.linuxDataplane";
notKnown(switchPresent, "the switch, the cluster's engine, and what a chart holds", [
  [[aks(unknown)], ["aks", "networkProfile.networkPolicy"]],
  [[aks({ networkPolicy: unknown })], ["aks", "networkProfile.networkPolicy"]],
  [
    [...on, installation(unknown)],
    ["switch", linuxDataplane],
  ],
  [
    [...on, installation(0, { props: { metadata: unknown, spec: unknown } })],
    ["switch", linuxDataplane],
  ],
  [
    [...on, release({ chart: "tigera-operator", ...files })],
    ["operator", "values.installation.calicoNetwork.linuxDataplane"],
  ],
  [
    [...on, chart],
    ["calico", "the objects"],
  ],
  [
    [...on, group()],
    ["manifests", "the objects"],
  ],
  [[parked(unknown, bare)]],
  // Not needed.
  [[...on, installation(), chart]],
  [[aks(unknown), provider(), installation()]],
]);
const green = [aks(undefined, "green"), provider(["green"], "k8s-green")];
it("policy ebpf-switch-present judges the clusters whose chart it is not", async () => {
  const near = object("core/v1:ConfigMap", "near", {}, { provider: "k8s-green", dependsOn: ["manifests"] });
  const found = await judgeStack(switchPresent, [...on, ...green, group(), near]);
  assert.deepEqual(
    found.map(({ resource }) => resource),
    ["aks"],
  );
});
policy("opens no file of values, and looks into a chart that is rendered", {
  wrong: [
    [[...on, release({ chart: "nginx", ...files })], "aks"],
    // Rendered, and no Installation in it.
    [[...on, chart, child], "aks"],
  ],
});

const bringsNone = aks({ networkPolicy: "none", networkPlugin: "none" });
policy("leaves stacks alone that do not mean eBPF", {
  right: [
    [aks({ networkPolicy: "cilium" })],
    // Layers of a data plane whose switch is in another stack.
    [provider([]), felix({ bpfLogLevel: "Off" })],
    [provider([]), endpoint(), felix({ bpfKubeProxyIptablesCleanupEnabled: false })],
    // Any CNI may come, or this is a patch of somebody's Installation.
    [bringsNone, provider()],
    [bringsNone, annotated(bare)],
    [parked({ "kubernetes.io/os": "linux" }, bare)],
    [],
  ],
});

const foreign = [provider([]), provider([], "k8s-2")];
policy("refuses a parked kube-proxy without a switch, on a cluster of another stack", {
  right: [[...foreign, parked(), installation()]],
  wrong: [
    [
      [...foreign, parked()],
      "parked",
      /^kube-proxy is kept off the nodes by its nodeSelector/,
      "Take the nodeSelector out, or switch to eBPF. Declare a CalicoEbpfDataplane",
    ],
    // The switch of another cluster does not replace kube-proxy here.
    [[...foreign, parked(), named("2", "k8s-2")], "parked"],
  ],
});

const byo = [aks({ networkPlugin: "none" }), provider()];
const off = release({ chart: "tigera-operator", values: { installation: { enabled: false } } });
const silent = { installation: { calicoNetwork: { bgp: "Disabled" } } };
policy("judges a Calico that AKS does not bring by its Installation, or the release that should have it", {
  right: [[...byo, off, whole({ linuxDataplane: "BPF" })]],
  wrong: [
    [
      [...byo, off, whole({ bgp: "Disabled" })],
      "calico",
      /^calico installs Calico on cluster aks, but nothing .* operator keeps bpfEnabled false/,
    ],
    [[...byo, off, whole({ linuxDataplane: "Nftables" })], "calico", /^calico says linuxDataplane: Nftables/],
    [[...byo, off], "operator", /^operator installs Calico on cluster aks/],
    [[...byo, release({ chart: "tigera-operator", values: silent })], "operator"],
  ],
});

// The outputs of a patch are the whole live object, which still has what a layer wrote that was removed.
const metadata = { name: "default", annotations: { "aks-calico-ebpf/acknowledged": "host:443/BPF" } };
const acknowledged = installation("BPF", { name: "acknowledged", inputs: { metadata }, ...bare });
const live = (spec: unknown, inputs: object | null = { metadata, spec }): Declared =>
  felix({ ...(spec as object), bpfEnabled: true, bpfLogLevel: "Off" }, { inputs, ...bare });
policy("does not take the live object, which a patch that remains shows, for the switch", {
  right: [
    // Nobody was shown the inputs.
    [aks(), { ...acknowledged, inputs: null }],
    [acknowledged, live({ logSeverityScreen: "Info" })],
    [acknowledged, live({}, { spec: unknown })],
    [acknowledged, live({ bpfLogLevel: "Off" }, null)],
  ],
  wrong: [
    [[aks(), acknowledged], "aks", nothingSwitches],
    // Known by the settings of eBPF that remain, also on another stack's cluster.
    [
      [acknowledged, live({ bpfKubeProxyHealthzPort: 10258 })],
      "felix",
      /^felix sets bpfKubeProxyHealthzPort, which only the eBPF data plane reads/,
      "switches the cluster to eBPF. With this update the switch would be given up",
    ],
  ],
});
