// From the endpoint to the switch: on the Calico that is there by patches, on one of our own by chart and Installation.
import type { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import type { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import type * as pulumi from "@pulumi/pulumi";
import { calicoInstallation, operator, operatorsNamespace } from "../calicoOperator";
import { type CalicoVersion, calicoVersionOf, fitting, fittingSpec } from "../calicoVersion";
import { Dataplane, KubeProxy } from "../enums";
import type { DataplanePlan } from "../validate/dataplane";
import { calicoFound, rolloutStrategy } from "./calicoFound";
import { dataplaneSwitch } from "./dataplaneSwitch";
import { endpoint, endpointInCalicoNode } from "./endpoint";
import { felixAndKubeProxy, felixBesideKubeProxy } from "./felix";
import { kubeProxyRuns, kubeProxySeen, kubeProxyStillOff } from "./kubeProxy";
import type { Before, LayerContext } from "./layer";

/** What the layers behind the switch need of those before it. */
export interface Switched {
  /** The Installation that asks for the data plane. */
  switched: CustomResourcePatch | CustomResource;
  version: pulumi.Output<CalicoVersion> | string;
}

type Plan = DataplanePlan & { podCidr?: pulumi.Input<string> };

export function declareCalico(
  context: LayerContext,
  subject: string,
  plan: Plan,
  linuxDataplane: string,
  dependsOn: pulumi.CustomResourceOptions["dependsOn"],
): Switched {
  const { mode, install, maxUnavailable, podCidr } = plan;
  if (install !== undefined) {
    const namespace = operatorsNamespace(context, subject, mode, dependsOn);
    const configMap = endpoint(context, subject, [namespace]);
    const chart = operator(context, install, configMap);
    const choice = { mode, linuxDataplane, podCidr, maxUnavailable };
    const before = besideKubeProxy(context, subject, plan, install.version, chart);
    return { switched: calicoInstallation(context, choice, before), version: install.version };
  }
  const found = calicoFound(context, subject, mode, dependsOn);
  const paced = maxUnavailable === undefined ? found : rolloutStrategy(context, maxUnavailable, found);
  const calicoNode = endpointInCalicoNode(context, endpoint(context, subject, [paced]));
  const version = calicoVersionOf(calicoNode);
  const checked = fitting(subject, plan.felix.settings, calicoNode, version);
  const before = besideKubeProxy(context, subject, plan, version, checked);
  return { switched: dataplaneSwitch(context, linuxDataplane, before), version };
}

/**
 * At every moment a node has kube-proxy or eBPF. So kube-proxy runs during the switch, there and back, and Felix leaves its
 * rules and its port alone before it does.
 */
function besideKubeProxy(
  context: LayerContext,
  subject: string,
  { dataplane, kubeProxy, felix }: Plan,
  version: Switched["version"],
  before: Before,
): Before {
  const ebpf = dataplane === Dataplane.Ebpf;
  if (kubeProxy === KubeProxy.Absent)
    return felixAndKubeProxy(context, fittingSpec(felix.withoutKubeProxy, version), before);
  const seen = ebpf ? kubeProxySeen(context, subject, kubeProxy, before) : before;
  const beside = fittingSpec(felix.besideKubeProxy, version);
  if (ebpf && kubeProxy === KubeProxy.Disable) return felixBesideKubeProxy(context, beside, seen);
  return kubeProxyRuns(context, true, felixAndKubeProxy(context, beside, seen));
}

/** kube-proxy goes when eBPF is on everywhere; then its rules and its port are Felix's. */
export function kubeProxyGone(
  context: LayerContext,
  { felix }: DataplanePlan,
  version: Switched["version"],
  gate: Before,
): DaemonSetPatch {
  const off = kubeProxyRuns(context, false, gate);
  const alone = felixAndKubeProxy(context, fittingSpec(felix.withoutKubeProxy, version), off);
  return kubeProxyStillOff(context, alone);
}
