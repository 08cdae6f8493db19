import { healthPort } from "../../../policy/policies/dataplane/healthPort";
import { kubeProxyHandled } from "../../../policy/policies/dataplane/kubeProxyHandled";
import { type Declared, unknown } from "../judge";
import { stacks } from "../stacks";
import { asYaml, cluster, felix, genericCluster, installation, parked, pinned, provider } from "./programs";

const on = [cluster(), provider(), installation()];
const foreign = [provider([]), installation()];
const noKubeProxy = { networkProfile: { kubeProxyConfig: { enabled: false } } };
const without = [genericCluster(noKubeProxy), provider(), installation()];
const cleanup = (value: unknown, more?: Partial<Declared>) =>
  felix({ bpfKubeProxyIptablesCleanupEnabled: value }, more);
const logs = felix({ bpfLogLevel: "Off" });

const saysNothing = [
  /^switch switches cluster aks to eBPF, but nothing .* sees to kube-proxy/,
  /nodeSelector: .* or keep it and write `bpfKubeProxyIptablesCleanupEnabled: false`/,
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
stacks(kubeProxyHandled, "stays silent where a preview does not know, and where nothing switches to eBPF", {
  right: [
    ...[parked(unknown), cleanup(unknown), felix(unknown)].flatMap((more) => [
      [...on, more],
      [...foreign, more],
    ]),
    [cluster({ networkProfile: unknown }), provider(), installation()],
    [cluster(), provider(), installation(unknown)],
    [cluster(), provider(), installation("Iptables")],
    [...on, { type: "kubernetes:helm.sh/v4:Chart", name: "chart" }],
  ],
});

const port = (value: unknown, more: object = {}) => felix({ bpfKubeProxyHealthzPort: value, ...more });
const kept = { bpfKubeProxyIptablesCleanupEnabled: false };
stacks(healthPort, "wants a port of its own beside kube-proxy, and kube-proxy's when that is gone", {
  right: [
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
    ...[[...on, parked()], without, [...foreign, parked()]].map(
      (stack): [Declared[], string, ...RegExp[]] => [
        [...stack, port(0)],
        "felix",
        /^felix sets bpfKubeProxyHealthzPort: 0, and kube-proxy is gone from/,
        /nobody answers Azure's health probes .* Write `bpfKubeProxyHealthzPort: 10256`/,
      ],
    ),
  ],
});
stacks(healthPort, "stays silent where it cannot know", {
  right: [
    [...on, port(unknown)],
    [...on, parked(unknown), port(10256)],
    ...[0, 10256].flatMap((value) => [
      // kube-proxy of another stack's cluster.
      [...foreign, port(value)],
      [cluster(), provider(), installation("Iptables"), port(value)],
    ]),
  ],
});
