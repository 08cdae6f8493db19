// Layer 1: where calico-node and the operator find the API server once kube-proxy no longer leads them there.
import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import { ConfigMapPatch } from "@pulumi/kubernetes/core/v1/configMapPatch";
import * as pulumi from "@pulumi/pulumi";
import { forceAnnotation, ourPrefix, ownerAnnotations, waitForAnnotations } from "./annotations";
import { isStateTold } from "../recordedState";
import { declare, type Dependency, type LayerContext, unlessRefused } from "./layer";

const configMap = { name: "kubernetes-services-endpoint", namespace: "tigera-operator" };

/** Says what we have written, so that the next look knows a value of ours from one that somebody else has put there. */
const writtenAnnotation = `${ourPrefix}/endpoint-written`;

/** Whose it is. Layers of two components would be the same objects, and go when either does. */
const componentAnnotation = `${ourPrefix}/component`;

/**
 * ConfigMap `tigera-operator/kubernetes-services-endpoint`, which the operator watches (tigera/operator,
 * pkg/controller/k8sapi; pkg/controller/utils, PopulateK8sServiceEndPoint).
 *
 * Two patches: the first looks, the second writes. Patches, because a plain resource takes over what is there without a
 * word before version 4.29 of the Kubernetes provider and refuses even the same address since, which a stack whose state
 * was lost would meet. An empty ConfigMap, as between the two and when they are deleted, is no address to the operator:
 * calico-node then has the one that Kubernetes gives to every pod. By force, because a run of ours that was killed, or
 * whose state was lost, still owns what it has written.
 */
export function endpoint(context: LayerContext, before: Dependency): ConfigMapPatch {
  const port = pulumi.output(context.port).apply(String);
  const address = pulumi.interpolate`${context.host}:${port}`;
  return declare(context, "endpoint", ConfigMapPatch, checkEndpoint(context, address, before), {
    metadata: {
      ...configMap,
      annotations: {
        ...ownerAnnotations,
        [writtenAnnotation]: address,
        [componentAnnotation]: context.component.then(({ is }) => is),
      },
    },
    data: { KUBERNETES_SERVICE_HOST: context.host, KUBERNETES_SERVICE_PORT: port },
  });
}

/**
 * Looks whether the ConfigMap is there, with which address, and whose: another one could lead calico-node of a cluster
 * that somebody has switched by hand astray. The same address is taken over.
 */
function checkEndpoint(
  context: LayerContext,
  address: pulumi.Output<string>,
  before: Dependency,
): Dependency {
  const annotations = { ...forceAnnotation, [`${ourPrefix}/endpoint-wanted`]: address };
  const metadata = { ...configMap, annotations };
  const found = declare(context, "endpoint-found", ConfigMapPatch, before, { metadata });
  const read = pulumi.all([found.data, found.metadata, address, context.component]);
  return unlessRefused(context, found, read, ([data, metadata, want, { is, isOurs }]) => {
    const owner = metadata?.annotations?.[componentAnnotation];
    // Renamed by an alias it has the old name in the state; where that is not told nobody knows.
    if (owner !== undefined && owner !== is && isStateTold() && !isOurs)
      return {
        path: "name",
        wrong: `makes it ${is}, and the layers in this cluster belong to ${owner}`,
        why: "both would be the same objects: where Pulumi deletes the other one's, kube-proxy comes back and eBPF goes, and nothing tells",
        write: `the name and the parent that it had, and update; then the new ones with \`aliases\` in its options. If no stack has ${owner} any more: kubectl -n ${configMap.namespace} annotate configmap ${configMap.name} ${componentAnnotation}-, and update with --refresh`,
      };
    const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "" } = data ?? {};
    const there = `${host}:${port}`;
    // To the operator one without the other is no address (k8sapi, EnvVars).
    if (!host || !port || [want, metadata?.annotations?.[writtenAnnotation]].includes(there))
      return undefined;
    return {
      path: "apiServerHost",
      wrong: `leads to ${want}, and ConfigMap tigera-operator/kubernetes-services-endpoint of this cluster, which is not this component's, to ${there}`,
      why: "somebody has told calico-node where the API server is; another address could cut the nodes of a cluster that works off",
      write: `nothing, if ${want} is right: kubectl -n tigera-operator delete configmap kubernetes-services-endpoint, and update with --refresh. Otherwise ${there} as apiServerHost and apiServerPort`,
    };
  });
}

/**
 * Waits until the operator has put the endpoint into calico-node: kube-proxy must not go while calico-node's pods
 * still look for the API server behind the service address that kube-proxy serves.
 */
export function endpointInCalicoNode(context: LayerContext, before: Dependency): DaemonSetPatch {
  const host =
    '{.spec.template.spec.containers[?(@.name=="calico-node")].env[?(@.name=="KUBERNETES_SERVICE_HOST")].value}';
  const condition = pulumi.interpolate`jsonpath=${host}=${context.host}`;
  const annotations = waitForAnnotations(context, "endpoint", context.fingerprint, condition);
  const metadata = { name: "calico-node", namespace: "calico-system", annotations };
  return declare(context, "endpoint-in-calico-node", DaemonSetPatch, before, { metadata });
}
