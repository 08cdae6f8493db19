import {
  noCilium,
  noIpvs,
  noNodeAutoProvisioning,
  noWindowsPool,
} from "../../../policy/policies/dataplane/clusters";
import { type Declared, unknown } from "../judge";
import { stacks } from "../stacks";
import { cluster, genericCluster, installation, notKnown, object, pinned, provider } from "./programs";

const withSwitch = (settings: object) => [
  [cluster(settings)],
  [cluster(settings, pinned), provider(), installation()],
  [genericCluster(settings), provider(), installation()],
  // The answer of Azure's API does not say what it is.
  [answered(genericCluster(settings)), provider(), installation()],
];
const answered = (cluster: Declared): Declared => ({
  ...cluster,
  inputs: cluster.props,
  props: { name: "aks" },
});
/** Clusters whose data plane is not eBPF, or not known to be. */
const notEbpf = (settings: object) => [
  [cluster({ networkProfile: { networkPolicy: "cilium" }, ...settings })],
  [cluster(settings), provider(), installation("Iptables")],
  [genericCluster(settings), provider(), installation(unknown)],
  [cluster({ ...settings, networkProfile: unknown })],
];

const pools = (...agentPoolProfiles: object[]) => ({ agentPoolProfiles });
const windows = pools({ name: "system" }, { name: "win", osType: "Windows" });
const pool = (props: object, more: Partial<Declared> = {}): Declared => ({
  type: "azure-native:containerservice:AgentPool",
  name: "pool",
  props: { agentPoolName: "win", ...props },
  dependsOn: ["aks"],
  ...more,
});
const windowsPool = (more: Partial<Declared> = {}) => pool({ osType: "Windows" }, more);
stacks(noWindowsPool, "refuses Windows in a cluster's own list, in every spelling of the cluster", {
  right: withSwitch(pools({ name: "system", osType: "Linux", osSKU: "Ubuntu" })),
  wrong: withSwitch(windows).map((stack) => [
    stack,
    "aks",
    /^Pool "win": .*agentPoolProfiles\[1\]\.osType is Windows, /,
    "cluster aks runs Calico eBPF. It is for Linux nodes only",
    'Write `osType: "Linux"`',
  ]),
});
const shown = (written: object, live: object) => ({ ...cluster(live), inputs: cluster(written).props });
const answeredPool = pool({ osType: "Linux" }, { inputs: { agentPoolName: "win", osType: "Windows" } });
const iptables = cluster({ networkProfile: { networkPolicy: "azure" } }, { name: "other" });
stacks(noWindowsPool, "refuses a pool of its own resource, and goes by what the program writes", {
  right: [
    [cluster(), pool({ osType: "Linux" })],
    // A pool that the program has taken out, and that of another cluster.
    [shown({}, windows)],
    [cluster(), iptables, windowsPool({ dependsOn: ["other"] })],
    // Of a cluster that is not of this stack, and that its name tells from the one that is.
    [
      cluster({ resourceName: "aks" }),
      pool({ osType: "Windows", resourceName: "theirs" }, { dependsOn: [] }),
    ],
  ],
  wrong: [
    [[cluster(), windowsPool()], "pool", /^Pool "win": osType is Windows, and/],
    [
      [
        cluster(),
        pool({ osSKU: "Windows2022" }, { type: "azure-native:containerservice/v20250901:AgentPool" }),
      ],
      "pool",
      /^Pool "win": osSKU is Windows2022, and/,
    ],
    [[provider([]), installation(), windowsPool({ dependsOn: [] })], "pool"],
    [[shown(windows, {})], "aks"],
    [[cluster(), answeredPool], "pool"],
  ],
});
stacks(noWindowsPool, "leaves Windows alone where the data plane is not eBPF, or not known to be", {
  right: notEbpf(windows),
});
notKnown(noWindowsPool, "a cluster's pools, and their system", [
  [[cluster({ agentPoolProfiles: unknown })], ["aks", "agentPoolProfiles"]],
  [[cluster(pools({ name: "a", osType: unknown }))], ["aks", 'Pool "a": agentPoolProfiles[0].osType']],
  [
    [cluster(), pool({ osSKU: unknown })],
    ["pool", 'Pool "win": osSKU'],
  ],
  ...notEbpf({ agentPoolProfiles: unknown }).map((stack): [Declared[]] => [stack]),
]);

const mode = (value: unknown, enabled: unknown = true) => ({
  networkProfile: { networkPolicy: "calico", kubeProxyConfig: { enabled, mode: value } },
});
const metadata = { name: "kube-proxy", namespace: "kube-system" };
const daemonSet = (args: unknown, more: Partial<Declared> = {}) => {
  const containers = [{ name: "kube-proxy", command: ["kube-proxy"], args }];
  const props = { metadata, spec: { template: { spec: { containers } } } };
  return object("apps/v1:DaemonSetPatch", "kube-proxy", props, more);
};
stacks(noIpvs, "refuses another mode than iptables on the cluster", {
  right: [mode("IPTABLES"), mode("IPVS", false), {}].flatMap(withSwitch),
  wrong: ["IPVS", "NFTABLES"].flatMap((value) =>
    withSwitch(mode(value)).map((stack): [Declared[], string, ...string[]] => [
      stack,
      "aks",
      `networkProfile.kubeProxyConfig.mode is ${value} on cluster aks`,
      'Write `kubeProxyConfig: { enabled: true, mode: "IPTABLES" }`',
    ]),
  ),
});
const withArgs = (args: unknown, more?: Partial<Declared>) => [cluster(), provider(), daemonSet(args, more)];
stacks(noIpvs, "refuses another mode in kube-proxy's command line, written or live", {
  right: [["--proxy-mode=iptables"], unknown, ["--config=x", unknown], undefined].map((args) =>
    withArgs(args),
  ),
  wrong: [{}, { inputs: { metadata } }].map((more) => [
    withArgs(["--config=x", "--proxy-mode=ipvs"], more),
    "kube-proxy",
    /^kube-proxy of cluster aks runs with --proxy-mode=ipvs\. .*az aks update/,
  ]),
});
stacks(noIpvs, "leaves it alone where the data plane is not eBPF", {
  right: [
    [cluster({ networkProfile: { ...mode("IPVS").networkProfile, networkPolicy: "azure" } })],
    [cluster(mode("IPVS")), provider(), installation("Iptables")],
  ],
});

const provisioning = (value: unknown) => ({ nodeProvisioningProfile: { mode: value } });
const addOn = (settings: object) => withSwitch(settings).slice(0, 2);
const broughtAlong = (settings: object) => withSwitch(settings).slice(2);
stacks(noNodeAutoProvisioning, "refuses Auto beside the Calico of AKS", {
  right: [
    ...[provisioning("Manual"), {}, provisioning(unknown)].flatMap(withSwitch),
    ...notEbpf(provisioning("Auto")),
    ...broughtAlong(provisioning("Auto")),
  ],
  wrong: addOn(provisioning("Auto")).map((stack) => [
    stack,
    "aks",
    "nodeProvisioningProfile.mode is Auto, and cluster aks has networkPolicy calico",
    'Write `nodeProvisioningProfile: { mode: "Manual" }`',
  ]),
});

const dataplane = (value: unknown, more: object = {}) => ({
  networkProfile: { networkPlugin: "azure", networkDataplane: value, ...more },
});
const on = (settings: object, more: Partial<Declared> = {}) => [
  cluster(settings, more),
  provider(),
  installation(),
];
stacks(noCilium, "refuses Calico's switch on a cluster with AKS's Cilium", {
  right: [
    ...["azure", undefined].map((value) => on(dataplane(value))),
    [cluster(dataplane("cilium"))],
    [cluster(dataplane("cilium")), provider(), installation("Iptables")],
    // The switch of another cluster.
    [cluster(dataplane("cilium"), { name: "green" }), provider(["green"], "k8s-green"), ...on({})],
  ],
  wrong: [
    on(dataplane("cilium")),
    on(dataplane("Cilium", { networkPolicy: "cilium" }), pinned),
    [genericCluster(dataplane("cilium")), provider(), installation()],
  ].map((stack) => [
    stack,
    "aks",
    /networkProfile\.networkDataplane is [cC]ilium, and switch switches cluster aks to Calico eBPF\. /,
    "Take the switch out",
  ]),
});
notKnown(noCilium, "the cluster's data plane", [
  [on(dataplane(unknown)), ["aks", "networkProfile.networkDataplane"]],
]);
notKnown(noIpvs, "kube-proxy's mode", [
  [[cluster(mode(unknown))], ["aks", "networkProfile.kubeProxyConfig.mode"]],
  [[cluster(mode(unknown, false))]],
]);
notKnown(noNodeAutoProvisioning, "the mode", [
  [[cluster(provisioning(unknown))], ["aks", "nodeProvisioningProfile.mode"]],
]);
