// Layer 1: where calico-node and the operator find the API server once kube-proxy no longer leads them there.
import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import * as pulumi from "@pulumi/pulumi";
import { after, type Before, type LayerContext, ourPrefix, takeOver, waitFor, within } from "./layer";

/**
 * ConfigMap `tigera-operator/kubernetes-services-endpoint`, which the operator watches (tigera/operator,
 * pkg/controller/k8sapi).
 *
 * A plain resource and not a patch: it exists only for this switch, so it is ours whole, and deleting it leaves
 * nothing. On a cluster that was switched by hand before, it exists: `pulumi up` then says so, and
 * `pulumi import kubernetes:core/v1:ConfigMap` or deleting it is the way on. To overwrite it unasked could lead
 * calico-node of a working cluster to another address.
 */
export function endpoint(
  context: LayerContext,
  dependsOn: pulumi.CustomResourceOptions["dependsOn"],
): ConfigMap {
  return new ConfigMap(
    `${context.name}-endpoint`,
    {
      metadata: { name: "kubernetes-services-endpoint", namespace: "tigera-operator" },
      data: {
        KUBERNETES_SERVICE_HOST: context.host,
        KUBERNETES_SERVICE_PORT: pulumi.output(context.port).apply(String),
      },
    },
    { ...context.options, dependsOn },
  );
}

/**
 * Waits until the operator has put the endpoint into calico-node: kube-proxy must not go while calico-node's pods
 * still look for the API server behind the service address that kube-proxy serves.
 */
export function endpointInCalicoNode(context: LayerContext, before: Before): DaemonSetPatch {
  const host =
    '{.spec.template.spec.containers[?(@.name=="calico-node")].env[?(@.name=="KUBERNETES_SERVICE_HOST")].value}';
  return new DaemonSetPatch(
    `${context.name}-endpoint-in-calico-node`,
    {
      metadata: {
        name: "calico-node",
        namespace: "calico-system",
        annotations: {
          ...takeOver,
          ...waitFor(pulumi.interpolate`jsonpath=${host}=${context.host}`),
          ...within(context),
          [`${ourPrefix}/endpoint`]: context.goal,
        },
      },
    },
    after(context, before),
  );
}
