// The layers from the endpoint to the switch, and the last ones: on the Calico that is there, or on one of our own.
import type { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import type { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import type * as pulumi from "@pulumi/pulumi";
import { calicoInstallation, operator, operatorApi, operatorsNamespace } from "../calicoOperator";
import { type Calico, calicoOf, checkCalicoVersion } from "../calicoVersion";
import { Dataplane, KubeProxy } from "../enums";
import { type DataplanePlan, isWithoutKubeProxy } from "../validate/dataplane";
import { checkCalicoOwner, rolloutStrategy } from "./calicoFound";
import { dataplaneSwitch } from "./dataplaneSwitch";
import { endpoint, endpointInCalicoNode } from "./endpoint";
import { felixAndKubeProxy, felixBesideKubeProxy } from "./felix";
import { kubeProxyEverywhere, kubeProxyOff, checkKubeProxyMode, kubeProxyStillOff } from "./kubeProxy";
import type { Dependency, LayerContext } from "./layer";

/** What the layers behind the switch need of those before it. */
export interface Switched {
  /** The Installation that asks for the data plane. */
  switched: CustomResourcePatch | CustomResource;
  calico: Calico;
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
    const before = besideKubeProxy(context, plan, calico, chart);
    return { switched: calicoInstallation(context, choice, before), calico };
  }
  const found = checkCalicoOwner(context, mode, dependsOn);
  const paced = maxUnavailable === undefined ? found : rolloutStrategy(context, maxUnavailable, found);
  const calicoNode = endpointInCalicoNode(context, endpoint(context, paced));
  const calico = calicoOf(calicoNode);
  const checked = checkCalicoVersion(context.subject, plan.felix.settings, calicoNode, calico.version);
  const before = besideKubeProxy(context, plan, calico, checked);
  return { switched: dataplaneSwitch(context, linuxDataplane, before), calico };
}

/**
 * At every moment a node has kube-proxy or eBPF. So kube-proxy runs during the switch, there and back, and Felix leaves its
 * rules and its port alone before it does.
 */
function besideKubeProxy(
  context: LayerContext,
  { dataplane, kubeProxy, felix }: Plan,
  calico: Calico,
  before: Dependency,
): Dependency {
  const ebpf = dataplane === Dataplane.Ebpf;
  if (isWithoutKubeProxy(kubeProxy))
    return felixAndKubeProxy(context, calico, felix.withoutKubeProxy, before);
  const seen = ebpf ? checkKubeProxyMode(context, kubeProxy, before) : undefined;
  if (seen !== undefined && kubeProxy === KubeProxy.Disable)
    return felixBesideKubeProxy(context, calico, felix, seen);
  const leftAlone = felixAndKubeProxy(context, calico, felix.besideKubeProxy, seen?.layer ?? before);
  return kubeProxyEverywhere(context, leftAlone);
}

/** kube-proxy goes when eBPF is on everywhere; then its rules and its port are Felix's. */
export function kubeProxyGone(
  context: LayerContext,
  { felix }: DataplanePlan,
  calico: Calico,
  gate: Dependency,
): DaemonSetPatch {
  const off = kubeProxyOff(context, gate);
  const alone = felixAndKubeProxy(context, calico, felix.withoutKubeProxy, off);
  return kubeProxyStillOff(context, alone);
}
