// From the endpoint to the switch: on the Calico that is there by patches, on one of our own by chart and Installation.
import type { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import type * as pulumi from "@pulumi/pulumi";
import { calicoInstallation, operator, operatorsNamespace } from "../calicoOperator";
import { type CalicoVersion, calicoVersionOf, fitting } from "../calicoVersion";
import { Dataplane, KubeProxy } from "../enums";
import type { DataplanePlan } from "../validate/dataplane";
import { calicoFound, rolloutStrategy } from "./calicoFound";
import { dataplaneSwitch } from "./dataplaneSwitch";
import { endpoint, endpointInCalicoNode } from "./endpoint";
import { kubeProxyOff, kubeProxySeen } from "./kubeProxy";
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
    const before = kubeProxyAside(context, subject, plan, chart);
    return { switched: calicoInstallation(context, choice, before), version: install.version };
  }
  const found = calicoFound(context, subject, mode, dependsOn);
  const paced = maxUnavailable === undefined ? found : rolloutStrategy(context, maxUnavailable, found);
  const calicoNode = endpointInCalicoNode(context, endpoint(context, subject, [paced]));
  const version = calicoVersionOf(calicoNode);
  const checked = fitting(subject, plan.felixSpec, calicoNode, version);
  const before = kubeProxyAside(context, subject, plan, checked);
  return { switched: dataplaneSwitch(context, linuxDataplane, before), version };
}

/**
 * On the way back the patches of kube-proxy are not declared, so the engine deletes them after all else is done:
 * kube-proxy returns when iptables has been rolled out.
 */
function kubeProxyAside(context: LayerContext, subject: string, plan: DataplanePlan, before: Before): Before {
  const { dataplane, kubeProxy } = plan;
  if (dataplane !== Dataplane.Ebpf || kubeProxy === KubeProxy.Absent) return before;
  const seen = kubeProxySeen(context, subject, kubeProxy, before);
  return kubeProxy === KubeProxy.Disable ? kubeProxyOff(context, seen) : seen;
}
