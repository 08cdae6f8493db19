// The layers from the endpoint to the switch, and the last ones: on the Calico that is there, or on one of our own.
import * as pulumi from "@pulumi/pulumi";
import { calicoInstallation, operator, operatorApi, operatorsNamespace } from "../calicoOperator";
import { type Calico, calicoOf, checkCalicoVersion, missingUntil } from "../calicoVersion";
import { Dataplane, KubeProxy } from "../enums";
import type { CalicoPlan } from "../validate/dataplane";
import { isWithoutKubeProxy } from "../validate/dataplaneFelix";
import { ownerAnnotations, skipAwaitAnnotations } from "./annotations";
import { checkCalicoOwner, patchInstallation } from "./calicoFound";
import { endpoint, endpointInCalicoNode } from "./endpoint";
import { patchFelix } from "./felix";
import { kubeProxyEverywhere, kubeProxyOff, kubeProxySeen, kubeProxyStillOff } from "./kubeProxy";
import type { Dependency, LayerContext } from "./layer";
import { felixFollows, portBeside, proof, witness, witnessParked } from "./proof";

/** Up to the Installation that asks for the data plane. */
export function declareCalico(
  context: LayerContext,
  plan: CalicoPlan,
  linuxDataplane: string,
  dependsOn: Dependency,
) {
  const { mode, install } = plan;
  if (install !== undefined) {
    const namespace = operatorsNamespace(context, mode, dependsOn);
    const configMap = endpoint(context, namespace);
    const chart = operator(context, install, configMap);
    const calico = { version: install.version, apiVersion: operatorApi(install) };
    const before = declareBesideKubeProxy(context, plan, calico, chart);
    return { switched: calicoInstallation(context, plan, linuxDataplane, before), calico };
  }
  let found = checkCalicoOwner(context, mode, dependsOn);
  const maxUnavailable = plan.rollout?.maxUnavailable;
  if (maxUnavailable !== undefined) {
    // By force: the operator has written its default, 1. It stays as it is when the layer goes: the operator still owns the
    // map around the field, so that giving the field up would leave `rollingUpdate: null`, which the API server refuses.
    const pace = { nodeUpdateStrategy: { rollingUpdate: { maxUnavailable } } };
    const stays = { retainOnDelete: true };
    found = patchInstallation(context, "rollout-strategy", found, skipAwaitAnnotations, pace, stays);
  }
  const calicoNode = endpointInCalicoNode(context, endpoint(context, found));
  const calico = calicoOf(calicoNode);
  const checked = checkCalicoVersion(context, plan.felix.given, calicoNode, calico);
  const before = declareBesideKubeProxy(context, plan, calico, checked);
  // Layer 3, the switch itself: by force, because the operator's own defaulting has written the field before us.
  const annotations = { ...skipAwaitAnnotations, ...ownerAnnotations };
  const spec = { calicoNetwork: { linuxDataplane } };
  return { switched: patchInstallation(context, "dataplane-switch", before, annotations, spec), calico };
}

/**
 * At every moment a node has kube-proxy or eBPF. So kube-proxy runs during the switch, there and back, and Felix leaves its
 * rules alone before it does.
 */
function declareBesideKubeProxy(
  context: LayerContext,
  { dataplane, kubeProxy, felix, proven }: CalicoPlan,
  calico: Calico,
  before: Dependency,
): Dependency {
  const ebpf = dataplane === Dataplane.Ebpf;
  // Where Felix answers in kube-proxy's stead, but for our default where this Calico has no such field. Nothing else writes
  // that: wherever a way back is broken off, the state has what is in the cluster.
  const answers = (after: Dependency, port = felix.port) => {
    const field = "bpfKubeProxyHealthzPort";
    const known = pulumi.output(calico.version).apply((it) => (missingUntil(it, field) ? undefined : port));
    const spec = { [field]: field in felix.given ? port : known };
    return patchFelix(context, calico, "felix-healthz-port", after, spec);
  };
  if (isWithoutKubeProxy(kubeProxy))
    return answers(felixAndKubeProxy(context, calico, felix.cleanup, before));
  const { layer, runs } = kubeProxySeen(context, before, ebpf ? kubeProxy : undefined, proven?.port);
  if (ebpf && kubeProxy === KubeProxy.Disable) {
    // At the first switch; what comes after the gate overwrites it. Where kube-proxy is off already, as when the layers' state
    // was lost, Felix goes on removing its rules.
    const cleanup = pulumi.all([runs, felix.cleanup]).apply(([yes, removes]) => !yes && removes);
    const once = { ignoreChanges: ["spec"] };
    return answers(felixAndKubeProxy(context, calico, cleanup, layer, "felix-beside-kube-proxy", once));
  }
  const rules = (after: Dependency) => felixAndKubeProxy(context, calico, felix.cleanupBeside, after);
  if (ebpf || !proven) return kubeProxyEverywhere(context, answers(rules(layer)));
  const asks = witness(context, proven, layer, true);
  // First the rules: a Felix that answers elsewhere has followed in both.
  const moved = answers(rules(asks), portBeside(proven.port, asks));
  return kubeProxyEverywhere(context, felixFollows(context, moved));
}

/**
 * Says whether Felix leaves kube-proxy's iptables rules alone, or removes them. Felix follows within seconds, without a
 * roll-out (felix/daemon/daemon.go), and does not report when.
 */
const felixAndKubeProxy = (
  context: LayerContext,
  calico: Calico,
  bpfKubeProxyIptablesCleanupEnabled: pulumi.Input<boolean>,
  before: Dependency,
  suffix = "felix-and-kube-proxy",
  options?: pulumi.CustomResourceOptions,
) => {
  const spec = { bpfKubeProxyIptablesCleanupEnabled };
  return patchFelix(context, calico, suffix, before, spec, undefined, options);
};

/**
 * What comes after the gate. Every node proves that eBPF is on; then kube-proxy goes, and its rules with it.
 */
export function declareAfterGate(
  context: LayerContext,
  { dataplane, kubeProxy, felix, proven }: CalicoPlan,
  calico: Calico,
  generation: pulumi.Input<string>,
  gate: pulumi.Resource,
): pulumi.Resource {
  if (dataplane === Dataplane.Iptables) return proven ? witnessParked(context, gate) : gate;
  const sure = proven ? proof(context, calico, proven, generation, gate) : gate;
  if (kubeProxy !== KubeProxy.Disable) return sure;
  const off = kubeProxyOff(context, sure);
  const alone = felixAndKubeProxy(context, calico, felix.cleanup, off);
  return kubeProxyStillOff(context, alone);
}
