import { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { clustersBehind } from "../../clusters";
import { isHelmRelease, isManagedCluster, isRenderedByProvider, kubernetesKind } from "../../resourceTypes";
import { read, Unknown } from "../../unknown";

/** What a resource writes to the operator's `linuxDataplane`; undefined = it does not write it. */
function linuxDataplane(resource: PolicyResource): any {
  if (isHelmRelease(resource.type)) {
    // The tigera-operator chart's values: `installation` is the Installation's spec.
    if (read(resource.props, "values", "installation", "enabled") === false) return undefined;
    const value = read(resource.props, "values", "installation", "calicoNetwork", "linuxDataplane");
    // Files of values are not opened here: what an operator's release takes from them is not known.
    const isOperator = /tigera-operator/.test(String(read(resource.props, "chart")));
    const hasFiles = isOperator && read(resource.props, "valueYamlFiles", "0") !== undefined;
    return value === undefined && hasFiles ? Unknown : value;
  }
  const object = kubernetesKind(resource.type, resource.props);
  if (!object || object.kind !== "Installation" || !object.apiVersion.startsWith("operator.tigera.io/")) {
    return undefined;
  }
  // The operator reads `default` and lays `overlay` over it; an Installation of another name does nothing.
  const name = read(resource.props, "metadata", "name");
  if (name !== "default" && name !== "overlay" && name !== Unknown) return undefined;
  return read(resource.props, "spec", "calicoNetwork", "linuxDataplane");
}

function isCalicoCluster(resource: PolicyResource): boolean {
  if (!isManagedCluster(resource.type)) return false;
  const policy = read(resource.props, "networkProfile", "networkPolicy");
  return typeof policy === "string" && policy.toLowerCase() === "calico";
}

/**
 * kube-proxy kept off every node by a selector, which only an eBPF data plane survives. Other layers are no proof:
 * the endpoint ConfigMap also serves Calico for Windows, and a FelixConfiguration's outputs hold eBPF settings that
 * the operator wrote.
 */
function isParkedKubeProxy(resource: PolicyResource): boolean {
  const object = kubernetesKind(resource.type, resource.props);
  if (!object || object.kind !== "DaemonSet") return false;
  if (read(resource.props, "metadata", "name") !== "kube-proxy") return false;
  const selector = read(resource.props, "spec", "template", "spec", "nodeSelector");
  if (selector === undefined || selector === Unknown) return false;
  // Labels of the platform (`kubernetes.io/os: linux`) place kube-proxy, they do not park it.
  return Object.keys(selector).some((label) => !/(^|\.)kubernetes\.(io|azure\.com)\//.test(label));
}

/** A chart or manifest without children: the provider could not render it in this preview. */
function hasUnrenderedManifests(resources: PolicyResource[]): boolean {
  const withChildren = new Set(resources.map((resource) => resource.parent && resource.parent.urn));
  return resources.some((resource) => isRenderedByProvider(resource.type) && !withChildren.has(resource.urn));
}

const whatToWrite =
  "Declare a CalicoEbpfDataplane (aks-calico-ebpf), or an operator.tigera.io/v1 InstallationPatch named `default` " +
  'with `spec: { calicoNetwork: { linuxDataplane: "BPF" } }`.';

/**
 * A stack that means to run eBPF holds the switch that turns it on.
 *
 * Source: tigera/operator pkg/controller/installation: without `linuxDataplane: BPF` it defaults to Iptables and
 * sets `bpfEnabled: false`.
 *
 * @severity high
 * @topics network, kubernetes
 * @link https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf
 */
export const switchPresent: StackValidationPolicy = {
  name: "ebpf-switch-present",
  displayName: "eBPF: the switch is in the stack",
  description: "A stack with a Calico cluster, or with kube-proxy parked, must set linuxDataplane: BPF.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["calico", "ebpf", "dataplane"],
  remediationSteps:
    `${whatToWrite} Where another stack holds the switch, or for a planned way back to iptables, set this policy ` +
    'to "disabled" or "advisory" for this stack.',
  url: "https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf",
  validateStack: (args, reportViolation) => {
    const clusters = args.resources.filter(isCalicoCluster);
    const parked = args.resources.filter(isParkedKubeProxy);
    if (clusters.length + parked.length === 0 || hasUnrenderedManifests(args.resources)) return;

    const providerOf = (resource: PolicyResource) => (resource.provider ? resource.provider.urn : "");
    const trace = clustersBehind(args.resources, isManagedCluster);
    const written = args.resources
      .map((resource) => ({ resource, value: linuxDataplane(resource) }))
      .filter(({ value }) => value !== undefined);
    const on = written.filter(({ value }) => value === "BPF" || value === Unknown);
    /** Providers with the switch that lead to no cluster of this stack: each may be the way to one of them. */
    let untraced = new Set(on.map(({ resource }) => providerOf(resource)).filter((urn) => !trace(urn).size))
      .size;

    const refused = new Set<string>();
    for (const cluster of clusters) {
      if (on.some(({ resource }) => trace(providerOf(resource)).has(cluster.urn))) continue;
      if (untraced-- > 0) continue;
      refused.add(cluster.urn);
      const other = written.find(({ resource }) => {
        const reached = trace(providerOf(resource));
        return reached.has(cluster.urn) || !reached.size;
      });
      if (other) {
        reportViolation(
          `The Installation says linuxDataplane: ${other.value}, so the operator runs the ${other.value} data plane ` +
            `on cluster ${cluster.name} and keeps bpfEnabled false. Write ` +
            '`spec: { calicoNetwork: { linuxDataplane: "BPF" } }`. If this is a planned way back from eBPF, run it ' +
            'with this policy set to "advisory".',
          other.resource.urn,
        );
      } else {
        reportViolation(
          `Cluster ${cluster.name} runs Calico (networkPolicy: calico), but nothing in the stack switches it to ` +
            "eBPF. Without linuxDataplane: BPF in Installation/default the operator keeps the iptables data plane. " +
            whatToWrite,
          cluster.urn,
        );
      }
    }
    for (const kubeProxy of parked) {
      const provider = providerOf(kubeProxy);
      const reached = trace(provider);
      if ([...reached].some((urn) => refused.has(urn)) || (!reached.size && refused.size)) continue;
      const isReplaced = on.some(({ resource }) => {
        const other = providerOf(resource);
        // The same cluster may be reached through two providers.
        return other === provider || !other || !provider || [...trace(other)].some((urn) => reached.has(urn));
      });
      if (isReplaced) continue;
      reportViolation(
        "kube-proxy is kept off the nodes by its nodeSelector, but nothing in the stack switches Calico to eBPF: " +
          `new Services would get no rules on any node. ${whatToWrite} Or take the nodeSelector out.`,
        kubeProxy.urn,
      );
    }
  },
};
