// What a cluster must not have beside eBPF, and what it must have in any case.
import { agentPools, aksCluster } from "../../aksCluster";
import { installation, installsCalico, isKubeProxy, isOfKind } from "../../calicoObjects";
import { calicoEbpf, detailed, ebpfPolicy, hasCalicoAddOn, isMeantForEbpf, missing } from "../../dataplane";
import { baseline, ebpf, property, stackPolicy } from "../../define";
import { Dataplane, Declared } from "../../stack";
import { items, read, same, Unknown } from "../../unknown";

const isLinux = (system: any) => !/^windows/i.test(String(system));
const systems = [property("osType", isLinux), property("osSKU", isLinux)];
const isIptables = (mode: any) => mode === undefined || same(mode, "iptables");
const modeIsIptables = property("networkProfile.kubeProxyConfig.mode", isIptables);
const isNotCilium = property("networkProfile.networkDataplane", (value) => !same(value, "cilium"));
const isNotAuto = property("nodeProvisioningProfile.mode", (value) => !same(value, "auto"));

export const noWindowsPool = stackPolicy({
  name: "ebpf-no-windows-pool",
  wants: "A cluster with Calico eBPF must have Linux node pools only.",
  why: "It is for Linux nodes only, and those of one cluster must not mix data planes.",
  write: 'Write `osType: "Linux"` and an osSKU such as "Ubuntu"; Windows needs a cluster of its own.',
  ...calicoEbpf("high"),
  *judge(stack) {
    // Of a cluster that another stack has made there is one data plane, and its pools may be here.
    const anyPools = stack.clusters.length || stack.dataplanes.length > 1 ? undefined : stack.dataplanes[0];
    for (const of of stack.resources) {
      const pools = agentPools(of);
      const isHidden = aksCluster(of)?.get("agentPoolProfiles") === Unknown;
      const dataplane = isHidden || pools.length ? (stack.dataplaneOf(of) ?? anyPools) : undefined;
      if (!dataplane || !isMeantForEbpf(dataplane)) continue;
      if (isHidden) yield { notKnown: "agentPoolProfiles", of };
      for (const pool of pools) {
        const [verdict] = systems.flatMap((judge) => judge(pool) ?? []);
        yield detailed(verdict, of, `, and ${dataplane.title} runs Calico eBPF`);
      }
    }
  },
});

/** The mode in kube-proxy's command line, whether the program wrote it or the live DaemonSet shows it. */
function modeOf({ props, live }: Declared): string | undefined {
  const all = [props, live].flatMap((its) => items(read(its, "spec", "template", "spec", "containers")));
  const words = all.flatMap((one) => [...items(read(one, "command")), ...items(read(one, "args"))]);
  return /--proxy-mode[= ]["']?([a-z]+)/i.exec(words.map(String).join(" "))?.[1];
}

export const noIpvs = stackPolicy({
  name: "ebpf-no-ipvs",
  wants: "A cluster with Calico eBPF must have kube-proxy in iptables mode, or none.",
  why: "Felix does not remove what another mode leaves in the kernel.",
  write:
    'Write `kubeProxyConfig: { enabled: true, mode: "IPTABLES" }` in networkProfile, or use `az aks update ' +
    "--kube-proxy-config`; then restart the nodes, and `pulumi up --refresh`, before the switch.",
  ...ebpf("high"),
  url: "https://learn.microsoft.com/azure/aks/configure-kube-proxy",
  *judge({ dataplanes }) {
    for (const { title, cluster, objects } of dataplanes.filter(isMeantForEbpf)) {
      if (cluster && cluster.wanted.get("networkProfile", "kubeProxyConfig", "enabled") !== false)
        yield detailed(modeIsIptables(cluster.wanted), cluster, ` on ${title}`);
      for (const of of objects.filter(isKubeProxy)) {
        const mode = modeOf(of);
        if (!isIptables(mode)) yield { found: `kube-proxy of ${title} runs with --proxy-mode=${mode}`, of };
      }
    }
  },
});

export const noCilium = ebpfPolicy({
  name: "ebpf-no-cilium",
  wants: "A cluster with Calico eBPF must not have AKS's Cilium.",
  why: "Both are eBPF data planes, and would take the same packets on every node.",
  write: 'Take the switch out, or make a cluster with networkDataplane "azure" and networkPolicy "calico".',
  ...ebpf("high"),
  url: "https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium",
  *judge({ title, cluster }, on) {
    const detail = `, and ${on.name} switches ${title} to Calico eBPF`;
    if (cluster) yield detailed(isNotCilium(cluster.wanted), cluster, detail);
  },
});

export const noNodeAutoProvisioning = stackPolicy({
  name: "ebpf-no-node-auto-provisioning",
  wants: "A cluster with eBPF on AKS's Calico must not use Node Auto Provisioning.",
  // A Calico that the user brings is not meant by Azure's page.
  why: "AKS does not support the two together: its new nodes may join before Calico is on them.",
  write: 'Write `nodeProvisioningProfile: { mode: "Manual" }`; pools scale by `enableAutoScaling: true`.',
  ...ebpf("medium"),
  url: "https://learn.microsoft.com/azure/aks/node-auto-provisioning-networking",
  *judge({ dataplanes }) {
    for (const { title, cluster } of dataplanes.filter(isMeantForEbpf).filter(hasCalicoAddOn))
      yield detailed(isNotAuto(cluster!.wanted), cluster!, `, and ${title} has networkPolicy calico`);
  },
});

/** An engine that the stack installs, or that it patches and that is therefore there. */
function isEngine(object: Declared): boolean {
  if (installsCalico(object) || installation(object)) return true;
  const isAgent = isOfKind(object, "DaemonSet", /^apps\//);
  const name = isAgent ? read(object.props, "metadata", "name") : read(object.props, "chart");
  return /\b(calico-node|cilium|antrea|kube-router)\b/.test(String(name));
}

export const networkPolicy = stackPolicy({
  name: "aks-network-policy",
  wants: "An AKS cluster must have an engine for network policies: AKS's, or one of its own.",
  why: "Kubernetes takes NetworkPolicy objects all the same, and every pod may talk to every other.",
  write:
    'Write `networkPolicy: "calico"` in networkProfile, or install Calico with an Installation `default`: ' +
    "AKS cannot change it on every living cluster.",
  ...baseline("medium", "NS-1"),
  answers: "CKV_AZURE_7 Azure.AKS.NetworkPolicy",
  url: "https://learn.microsoft.com/azure/aks/use-network-policies",
  *judge(stack) {
    const hasOwn = ({ objects }: Dataplane) => objects.some(isEngine);
    // One that leads to no cluster of this stack may be meant for one of them.
    let elsewhere = stack.dataplanes.filter((one) => !one.cluster && hasOwn(one)).length;
    for (const dataplane of stack.dataplanes) {
      const { cluster: of, title } = dataplane;
      if (!of || hasOwn(dataplane)) continue;
      const network = (field: string) => of.wanted.get("networkProfile", field);
      const [policy, itsDataplane] = [network("networkPolicy"), network("networkDataplane")];
      const path = of.wanted.path("networkProfile.networkPolicy");
      const found = `Nothing enforces network policies on ${title}: ${path} is not set, and the stack has no engine`;
      if (same(itsDataplane, "cilium")) continue;
      if (policy === Unknown || itsDataplane === Unknown) yield { notKnown: path, of };
      else if ((policy === undefined || same(policy, "", "none")) && elsewhere-- <= 0)
        yield* missing(dataplane, { found, of });
    }
  },
});
