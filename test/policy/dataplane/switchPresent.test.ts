import { switchPresent } from "../../../policy/policies/dataplane/switchPresent";
import { type Declared, unknown } from "../judge";
import { type Stacks, stacks } from "../stacks";
import {
  asYaml,
  cluster,
  felix,
  genericCluster,
  installation,
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

const nothingSwitches = "nothing in the stack switches it to eBPF";
const misnamed = {
  props: { metadata: { name: "calico" }, spec: { calicoNetwork: { linuxDataplane: "BPF" } } },
};
const disabled = { installation: { enabled: false, calicoNetwork: { linuxDataplane: "BPF" } } };
policy("refuses a Calico cluster without a switch that the operator reads", {
  wrong: [
    [
      on,
      "aks",
      /^Cluster aks runs Calico .* nothing in the stack switches it to eBPF\./,
      "the operator keeps the iptables data plane",
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

policy("says what a switch that is set otherwise does, and how a way back is run", {
  wrong: [
    [
      [...on, installation("Iptables")],
      "switch",
      /^The Installation says linuxDataplane: Iptables, .* on cluster aks /,
      'linuxDataplane: "BPF"',
      'with this policy set to "advisory"',
    ],
  ],
});

const two = [aks(undefined, "blue"), aks(undefined, "green")];
const providers = [
  provider(["blue"], "k8s-blue"),
  provider(["green"], "k8s-green"),
  provider([], "elsewhere"),
];
const blue = named("blue", "k8s-blue");
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
    // What lies between a provider and its cluster is followed, and not beyond the cluster.
    [[aks(undefined, "hub"), spoke, config, provider(["config"]), installation()], "hub"],
  ],
});

const files = { valueYamlFiles: [{ path: "values.yaml" }] };
// A chart whose cluster is not there yet: the provider declares its children in the update only.
const chart: Declared = { type: "kubernetes:helm.sh/v4:Chart", name: "calico" };
const child: Declared = { type: "kubernetes:core/v1:ConfigMap", name: "child", parent: "calico" };
policy("stays silent where a preview does not know", {
  right: [
    [aks(unknown)],
    [aks({ networkPolicy: unknown })],
    [...on, installation(unknown)],
    [...on, installation(0, { props: { metadata: unknown, spec: unknown } })],
    [parked(unknown, bare)],
    [...on, release({ chart: "tigera-operator", ...files })],
    [...on, chart],
  ],
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
      /Or take the nodeSelector out\.$/,
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
      /^calico installs Calico on cluster aks, but nothing .* operator runs iptables/,
    ],
    [
      [...byo, off, whole({ linuxDataplane: "Nftables" })],
      "calico",
      /^The Installation says linuxDataplane: Nftables/,
    ],
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
      "switches the cluster to eBPF: with this update the switch would be given up",
    ],
  ],
});
