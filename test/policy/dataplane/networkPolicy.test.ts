import { networkPolicy } from "../../../policy/policies/dataplane/clusters";
import { type Declared, unknown } from "../judge";
import { type Stacks, stacks } from "../stacks";
import { cluster, genericCluster, group, installation, notKnown, object, pinned, provider } from "./programs";

const policy = (title: string, expected: Stacks) => stacks(networkPolicy, title, expected);
const engine = (name: string) => cluster({ networkProfile: { networkPlugin: "azure", networkPolicy: name } });
const bare = (profile: object = {}, more: Partial<Declared> = {}) =>
  cluster({ networkProfile: { networkPlugin: "none", ...profile } }, more);
const release = object("helm.sh/v3:Release", "operator", { chart: "tigera-operator" });
const own = { ...installation(), type: "kubernetes:operator.tigera.io/v1:Installation" };
const other = object("apps/v1:DaemonSet", "other", { metadata: { name: "other" } });
const green = [bare({}, { name: "green" }), provider(["green"], "k8s-green")];
const elsewhere = installation("BPF", { name: "elsewhere", provider: "config" });

policy("accepts every engine that AKS brings", {
  right: [
    ...["calico", "azure", "cilium", "Calico"].map((name) => [engine(name)]),
    [bare({ networkDataplane: "cilium" })],
    [bare({ networkDataplane: "cilium", networkPolicy: unknown })],
    [],
  ],
});
notKnown(networkPolicy, "AKS's engine, and one that a chart holds", [
  [[cluster({ networkProfile: unknown })], ["aks", "networkProfile.networkPolicy"]],
  [[bare({ networkPolicy: unknown })], ["aks", "networkProfile.networkPolicy"]],
  [
    [bare(), group()],
    ["manifests", "the objects"],
  ],
  [[bare(), provider(), installation(), group()]],
  [[bare({ networkPolicy: unknown }), provider(), installation()]],
]);
policy("refuses a cluster without an engine, in every spelling", {
  wrong: [
    engine("none"),
    bare(),
    bare({}, pinned),
    genericCluster(),
    cluster({ networkProfile: undefined }),
  ].map((one) => [
    [one, provider()],
    "aks",
    /^Nothing enforces network policies on cluster aks: /,
    /networkProfile\.networkPolicy is not set.* Write `networkPolicy: "calico"` in .*, or install/,
  ]),
});
policy("takes Calico of one's own for an engine of its cluster, which others' rules do not", {
  right: [
    ...[installation("Iptables"), own, release].flatMap((calico) => [
      [bare(), provider(), calico],
      [genericCluster(), provider(), calico],
    ]),
    // Engines of other makers.
    ...[
      object("apps/v1:DaemonSet", "agent", { metadata: { name: "cilium" } }),
      object("helm.sh/v3:Release", "cilium", { chart: "oci://quay.io/cilium/charts/cilium" }),
    ].map((engine) => [bare(), provider(), engine]),
    // Calico that leads elsewhere counts for one.
    [bare(), provider(), provider([], "config"), elsewhere],
  ],
  wrong: [
    [[bare(), provider(), other], "aks"],
    [[bare(), provider(), ...green, installation()], "green"],
  ],
});
