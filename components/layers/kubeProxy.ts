// Layer 2: kube-proxy steps aside, and stays aside.
import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import type * as pulumi from "@pulumi/pulumi";
import { after, type LayerContext, ourPrefix, takeOver, waitFor } from "./layer";

const kubeProxy = { name: "kube-proxy", namespace: "kube-system" };

/**
 * Gives kube-proxy a node selector that matches no node, and waits until no pod of it is left. Reversible: deleting
 * the patch clears the selector. By force, because the platform's manifest may own the selector; its addon manager
 * merges its own keys back in beside ours, which does no harm.
 */
export function kubeProxyOff(context: LayerContext, before: pulumi.Input<pulumi.Resource>): DaemonSetPatch {
  return new DaemonSetPatch(
    `${context.name}-kube-proxy-off`,
    {
      metadata: { ...kubeProxy, annotations: takeOver },
      // No node bears this label.
      spec: { template: { spec: { nodeSelector: { [`${ourPrefix}/kube-proxy`]: "off" } } } },
    },
    after(context, before),
  );
}

/**
 * Looks again when all is done: an addon manager that overwrites the whole DaemonSet brings kube-proxy back, and
 * this is where the user hears of it.
 */
export function kubeProxyStillOff(context: LayerContext, before: pulumi.Resource): DaemonSetPatch {
  return new DaemonSetPatch(
    `${context.name}-kube-proxy-still-off`,
    {
      metadata: {
        ...kubeProxy,
        annotations: {
          ...takeOver,
          ...waitFor("jsonpath={.status.desiredNumberScheduled}=0"),
          [`${ourPrefix}/looked-again`]: context.goal,
        },
      },
    },
    after(context, before),
  );
}
