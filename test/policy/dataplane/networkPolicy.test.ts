import { networkPolicy } from "../../../policy/policies/dataplane/networkPolicy";
import { type Declared, unknown } from "../judge";
import { type Stacks, stacks } from "../stacks";
import { cluster, genericCluster, installation, object, pinned, provider } from "./programs";

const policy = (title: string, expected: Stacks) => stacks(networkPolicy, title, expected);
const engine = (name: string) => cluster({ networkProfile: { networkPlugin: "azure", networkPolicy: name } });
const bare = (profile: object = {}, more: Partial<Declared> = {}) =>
  cluster({ networkProfile: { networkPlugin: "none", ...profile } }, more);
const release = object("helm.sh/v3:Release", "operator", { chart: "tigera-operator" });
const own = { ...installation(), type: "kubernetes:operator.tigera.io/v1:Installation" };
const other = object("apps/v1:DaemonSet", "other", { metadata: { name: "other" } });
const green = [bare({}, { name: "green" }), provider(["green"], "k8s-green")];
const elsewhere = installation("BPF", { name: "elsewhere", provider: "config" });

policy("accepts every engine that AKS brings, and what a preview does not know", {
  right: [
    ...["calico", "azure", "cilium", "Calico"].map((name) => [engine(name)]),
    [bare({ networkDataplane: "cilium" })],
    [],
    [cluster({ networkProfile: unknown })],
    [bare({ networkPolicy: unknown })],
    [bare(), { type: "kubernetes:helm.sh/v4:Chart", name: "chart" }],
  ],
});
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
    /networkProfile\.networkPolicy is not set.* Write `networkPolicy: "calico"`, or/,
  ]),
});
policy("takes Calico of one's own for an engine of its cluster, which others' rules do not", {
  right: [
    ...[installation("Iptables"), own, release].flatMap((calico) => [
      [bare(), provider(), calico],
      [genericCluster(), provider(), calico],
    ]),
    // Calico that leads elsewhere counts for one.
    [bare(), provider(), provider([], "config"), elsewhere],
  ],
  wrong: [
    [[bare(), provider(), other], "aks"],
    [[bare(), provider(), ...green, installation()], "green"],
  ],
});
