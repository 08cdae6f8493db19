// What a cluster must not have beside eBPF, and what it must have in any case.
import { agentPools, aksCluster } from "../../aksCluster";
import { installation, installsCalico, isOfKind } from "../../calicoObjects";
import { ebpfPolicy, enablingEbpf, hasCalicoAddOn, isMeantForEbpf, missing } from "../../dataplane";
import { baseline, ebpf, stackPolicy } from "../../define";
import { Dataplane, Declared } from "../../stack";
import { read, same, Unknown } from "../../unknown";

export const noWindowsPool = stackPolicy(
  {
    name: "ebpf-no-windows-pool",
    wants: "A cluster with Calico eBPF must have Linux node pools only.",
    why: "That is for Linux nodes only, and the nodes of one cluster must not mix data planes.",
    write:
      'Write `osType: "Linux"` and an osSKU such as "Ubuntu", or move the Windows workloads to a cluster without eBPF.',
    ...ebpf("high"),
    url: enablingEbpf,
  },
  function* (stack) {
    // Of a cluster that another stack has made there is one data plane, and its pools may be here.
    const [only, another] = stack.dataplanes;
    const anyPools = stack.clusters.length || another ? undefined : only;
    for (const of of stack.resources) {
      const pools = agentPools(of);
      const isHidden = aksCluster(of)?.get("agentPoolProfiles") === Unknown;
      const dataplane = isHidden || pools.length ? (stack.dataplaneOf(of) ?? anyPools) : undefined;
      if (!dataplane || !isMeantForEbpf(dataplane)) continue;
      if (isHidden) yield { notKnown: "agentPoolProfiles", of };
      for (const pool of pools) {
        const fields = ["osType", "osSKU"];
        const field = fields.find((one) => /^windows/i.test(String(pool.get(one))));
        const unknown = fields.find((one) => pool.get(one) === Unknown);
        const where = field && `${pool.path(field)}: ${pool.get(field)}`;
        const found = `${pool.title} has Windows nodes (${where}), and ${dataplane.title} runs Calico eBPF`;
        if (where) yield { found, of };
        else if (unknown) yield { notKnown: pool.path(unknown), of };
      }
    }
  },
);

export const noCilium = ebpfPolicy(
  {
    name: "ebpf-no-cilium",
    wants: "A cluster with Calico eBPF must not have AKS's Cilium.",
    why: "Cilium is an eBPF data plane itself, in kube-proxy's place: both would take the same packets on every node.",
    write:
      "Take Calico's switch out: Cilium brings eBPF, Services and network policies along. Or make a cluster with " +
      '`networkDataplane: "azure"` and `networkPolicy: "calico"`.',
    ...ebpf("high"),
    url: "https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium",
  },
  function* ({ title, cluster }, on) {
    const value = cluster?.wanted.get("networkProfile", "networkDataplane");
    const path = cluster?.wanted.path("networkProfile.networkDataplane");
    if (value === Unknown) yield { notKnown: path!, of: cluster };
    else if (same(value, "cilium"))
      yield { found: `${path} is ${value}, and ${on.name} switches ${title} to Calico eBPF`, of: cluster };
  },
);

export const noNodeAutoProvisioning = stackPolicy(
  {
    name: "ebpf-no-node-auto-provisioning",
    wants: "A cluster with eBPF on AKS's Calico must not use Node Auto Provisioning.",
    // A Calico that the user brings is not meant by Azure's page.
    why:
      "Node Auto Provisioning does not support networkPolicy calico: its nodes may join before Calico is on them, and of an " +
      "operating system that the pools do not say.",
    write:
      'Write `nodeProvisioningProfile: { mode: "Manual" }`, or leave it out, and let the pools scale: `enableAutoScaling: ' +
      "true`, `minCount`, `maxCount`.",
    ...ebpf("medium"),
    url: "https://learn.microsoft.com/azure/aks/node-auto-provisioning-networking",
  },
  function* (stack) {
    for (const { title, cluster } of stack.dataplanes.filter(
      (one) => isMeantForEbpf(one) && hasCalicoAddOn(one),
    )) {
      const mode = cluster!.wanted.get("nodeProvisioningProfile", "mode");
      const path = cluster!.wanted.path("nodeProvisioningProfile.mode");
      if (mode === Unknown) yield { notKnown: path, of: cluster };
      else if (same(mode, "auto"))
        yield { found: `${path} is ${mode}, and ${title} has networkPolicy calico`, of: cluster };
    }
  },
);

/** Whether AKS brings an engine for network policies; `Unknown` where a preview cannot say. */
function hasEngine({ cluster }: Dataplane): boolean | typeof Unknown {
  const [policy, dataplane] = ["networkPolicy", "networkDataplane"].map((field) =>
    cluster!.wanted.get("networkProfile", field),
  );
  if (same(dataplane, "cilium")) return true;
  if (policy === Unknown || dataplane === Unknown) return Unknown;
  return ![undefined, ""].includes(policy) && !same(policy, "none");
}

const engines = /^(calico-node|cilium|antrea-agent|kube-router)$/;

/** An engine that the stack installs, or that it patches and that is therefore there. */
function isEngine(object: Declared): boolean {
  const { props } = object;
  if (installsCalico(object) || installation(object)) return true;
  if (isOfKind(object, "DaemonSet", /^apps\//)) return engines.test(String(read(props, "metadata", "name")));
  return /\b(cilium|antrea|kube-router)\b/.test(String(read(props, "chart")));
}

export const networkPolicy = stackPolicy(
  {
    name: "aks-network-policy",
    wants: "An AKS cluster must have an engine for network policies: AKS's, or one of its own.",
    why: "Kubernetes takes NetworkPolicy objects all the same and lets every pod talk to every other.",
    write:
      'Write `networkPolicy: "calico"` in the cluster\'s networkProfile, or install Calico yourself with an ' +
      "operator.tigera.io/v1 Installation `default` in this stack: AKS cannot change it on every living cluster.",
    ...baseline("medium", "NS-1"),
    answers: "CKV_AZURE_7 Azure.AKS.NetworkPolicy",
    url: "https://learn.microsoft.com/azure/aks/use-network-policies",
  },
  function* (stack) {
    const hasOwn = ({ objects }: Dataplane) => objects.some(isEngine);
    // One that leads to no cluster of this stack may be meant for one of them.
    let elsewhere = stack.dataplanes.filter((one) => !one.cluster && hasOwn(one)).length;
    for (const dataplane of stack.dataplanes) {
      const { cluster, title } = dataplane;
      if (!cluster || hasOwn(dataplane)) continue;
      const has = hasEngine(dataplane);
      const path = cluster.wanted.path("networkProfile.networkPolicy");
      const found = `Nothing enforces network policies on ${title}: ${path} is not set, and the stack installs no engine there`;
      if (has === Unknown) yield { notKnown: path, of: cluster };
      else if (!has && elsewhere-- <= 0) yield* missing(dataplane, { found, of: cluster });
    }
  },
);
