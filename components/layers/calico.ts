// The layers from the endpoint to the switch, and the last ones: on the Calico that is there, or on one of our own.
import type { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import type { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import type * as pulumi from "@pulumi/pulumi";
import { calicoInstallation, operator, operatorApi, operatorsNamespace } from "../calicoOperator";
import { type Calico, calicoOf, checkCalicoVersion, type FelixSpec } from "../calicoVersion";
import { Dataplane, KubeProxy } from "../enums";
import { type DataplanePlan, isWithoutKubeProxy } from "../validate/dataplane";
import type { FelixPlan } from "../validate/dataplaneFelix";
import { checkCalicoOwner, rolloutStrategy } from "./calicoFound";
import { dataplaneSwitch } from "./dataplaneSwitch";
import { endpoint, endpointInCalicoNode } from "./endpoint";
import { felixAndKubeProxy, felixBesideKubeProxy } from "./felix";
import {
  kubeProxyEverywhere,
  kubeProxyOff,
  type KubeProxySeen,
  kubeProxySeen,
  kubeProxyStillOff,
} from "./kubeProxy";
import type { Dependency, LayerContext } from "./layer";
import { leftToKubeProxy, proven, provenBesideKubeProxy, witness, witnessParked } from "./proof";

/** What the layers behind the switch need of those before it. */
export interface Switched {
  /** The Installation that asks for the data plane. */
  switched: CustomResourcePatch | CustomResource;
  calico: Calico;
  /** kube-proxy before the switch; undefined where there is none. */
  kubeProxy?: KubeProxySeen;
}

type Plan = DataplanePlan & { podCidr?: pulumi.Input<string> };

export function declareCalico(
  context: LayerContext,
  plan: Plan,
  linuxDataplane: string,
  dependsOn: Dependency,
): Switched {
  const { mode, install, rollout, podCidr } = plan;
  const maxUnavailable = rollout?.maxUnavailable;
  if (install !== undefined) {
    const namespace = operatorsNamespace(context, mode, dependsOn);
    const configMap = endpoint(context, namespace);
    const chart = operator(context, install, configMap);
    const { version } = install;
    const choice = { mode, version, linuxDataplane, podCidr, maxUnavailable };
    const calico = { version, apiVersion: operatorApi(install) };
    const { before, kubeProxy } = besideKubeProxy(context, plan, calico, chart);
    return { switched: calicoInstallation(context, choice, before), calico, kubeProxy };
  }
  const found = checkCalicoOwner(context, mode, dependsOn);
  const paced = maxUnavailable === undefined ? found : rolloutStrategy(context, maxUnavailable, found);
  const calicoNode = endpointInCalicoNode(context, endpoint(context, paced));
  const calico = calicoOf(calicoNode);
  const checked = checkCalicoVersion(context.subject, plan.felix.settings, calicoNode, calico.version);
  const { before, kubeProxy } = besideKubeProxy(context, plan, calico, checked);
  return { switched: dataplaneSwitch(context, linuxDataplane, before), calico, kubeProxy };
}

/**
 * At every moment a node has kube-proxy or eBPF. So kube-proxy runs during the switch, there and back, and Felix leaves its
 * rules and its port alone before it does.
 */
function besideKubeProxy(
  context: LayerContext,
  { dataplane, kubeProxy, felix, proofImage }: Plan,
  calico: Calico,
  after: Dependency,
): { before: Dependency; kubeProxy?: KubeProxySeen } {
  const ebpf = dataplane === Dataplane.Ebpf;
  if (isWithoutKubeProxy(kubeProxy))
    return { before: felixAndKubeProxy(context, calico, felix.withoutKubeProxy, after) };
  const seen = kubeProxySeen(context, after, ebpf ? kubeProxy : undefined);
  if (ebpf && kubeProxy === KubeProxy.Disable)
    return { before: felixBesideKubeProxy(context, calico, felix, seen), kubeProxy: seen };
  const alone = felixAndKubeProxy(context, calico, felix.besideKubeProxy, seen.layer);
  if (ebpf || proofImage === undefined)
    return { before: kubeProxyEverywhere(context, alone), kubeProxy: seen };
  const asks = witness(context, proofImage, alone);
  const left = kubeProxy === KubeProxy.Keep ? asks : leftToKubeProxy(context, seen, asks);
  return { before: kubeProxyEverywhere(context, left), kubeProxy: seen };
}

/** What comes after the gate, until nothing is left to do but what the user has asked for beside. */
export function afterGate(
  context: LayerContext,
  { dataplane, kubeProxy, felix, proofImage }: DataplanePlan,
  { calico, kubeProxy: seen }: Switched,
  gate: pulumi.Resource,
): pulumi.Resource {
  const port = ({ values }: FelixSpec) => values.bpfKubeProxyHealthzPort;
  const [beside, without] = [port(felix.besideKubeProxy), port(felix.withoutKubeProxy)];

  if (dataplane === Dataplane.Iptables) return proofImage === undefined ? gate : witnessParked(context, gate);
  const disables = kubeProxy === KubeProxy.Disable;
  if (proofImage === undefined) return disables ? kubeProxyGone(context, felix, calico, gate) : gate;
  const asks = witness(context, proofImage, gate);
  if (!disables)
    return proven(context, calico, isWithoutKubeProxy(kubeProxy) ? without : beside, proofImage, asks);
  const besides = provenBesideKubeProxy(context, calico, { beside, without }, seen!, asks);
  return proven(context, calico, without, proofImage, kubeProxyGone(context, felix, calico, besides));
}

/** kube-proxy goes when eBPF is on everywhere; then its rules and its port are Felix's. */
function kubeProxyGone(
  context: LayerContext,
  felix: FelixPlan,
  calico: Calico,
  before: Dependency,
): DaemonSetPatch {
  const off = kubeProxyOff(context, before);
  const alone = felixAndKubeProxy(context, calico, felix.withoutKubeProxy, off);
  return kubeProxyStillOff(context, alone);
}
