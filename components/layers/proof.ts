// Layer 6: on every node a witness of what only Felix in eBPF mode answers. The operator's conditions cannot tell: it may set
// `bpfEnabled` after the roll-out, and on a kernel that cannot Felix falls back to iptables without a word.
import { DaemonSet } from "@pulumi/kubernetes/apps/v1/daemonSet";
import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import * as pulumi from "@pulumi/pulumi";
import { type Calico, firstRelease, missingUntil } from "../calicoVersion";
import { forceAnnotation, ourPrefix, skipAwaitAnnotation, timeoutAnnotation } from "./annotations";
import type { KubeProxySeen } from "./kubeProxy";
import { type Dependency, type LayerContext, layerOptions } from "./layer";

/** In the namespace that every cluster has and that AKS's admission policies leave alone. */
export const proofWitness = { namespace: "kube-system", name: "calico-ebpf-proof" };

const labels = { "app.kubernetes.io/name": proofWitness.name };
const container = "felix";
/** No node bears this label. */
const nowhere = { [`${ourPrefix}/proof`]: "off" };
const everywhere = { "kubernetes.io/os": "linux" };

/**
 * The DaemonSet of the pause image. It has the host's network, to ask the node itself, and nothing else. What it asks, and
 * on which nodes, the patches below say: the port of Felix is another one while kube-proxy runs.
 */
export function witness(context: LayerContext, image: pulumi.Input<string>, before: Dependency): DaemonSet {
  const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: 65534,
    seccompProfile: { type: "RuntimeDefault" },
  };
  const resources = { requests: { cpu: "1m", memory: "4Mi" }, limits: { memory: "16Mi" } };
  // Virtual nodes run no Calico.
  const real = { matchExpressions: [{ key: "type", operator: "NotIn", values: ["virtual-kubelet"] }] };
  return new DaemonSet(
    `${context.name}-proof-witness`,
    {
      metadata: { ...proofWitness, labels, annotations: { ...forceAnnotation, ...skipAwaitAnnotation } },
      spec: {
        selector: { matchLabels: labels },
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } },
        template: {
          metadata: { labels },
          spec: {
            hostNetwork: true,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 0,
            tolerations: [{ operator: "Exists" }],
            affinity: {
              nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [real] } },
            },
            containers: [{ name: container, image, resources, securityContext }],
          },
        },
      },
    },
    layerOptions(context, before),
  );
}

/** What Felix answers on: none where this Calico has no such port, or the user has switched it off. */
function askable(calico: Calico, port: pulumi.Input<unknown>): pulumi.Output<boolean> {
  return pulumi
    .all([calico.version, port])
    .apply(([version, known]) => missingUntil(version, portField) === undefined && known !== 0);
}
const portField = "bpfKubeProxyHealthzPort";

/** Asks Felix's port on every node; on none where there is nothing to ask. A probe has a port all the same. */
function asking(calico: Calico, port: pulumi.Input<any>): object {
  const httpGet = { path: "/healthz", port: pulumi.output(port).apply((known) => known || 1) };
  const readinessProbe = { httpGet, periodSeconds: 5, failureThreshold: 2 };
  const nodeSelector = askable(calico, port).apply((yes): Record<string, string> =>
    yes ? everywhere : nowhere,
  );
  return { template: { spec: { nodeSelector, containers: [{ name: container, readinessProbe }] } } };
}

/**
 * By force, over what the patches before have written. It stays as it is when the patch goes: a probe that loses its port is
 * refused by the API server, and the DaemonSet goes as a whole.
 */
function patchWitness(
  context: LayerContext,
  suffix: string,
  annotations: pulumi.Inputs,
  spec: object | undefined,
  options: pulumi.CustomResourceOptions,
): DaemonSetPatch {
  const all = { ...forceAnnotation, ...timeoutAnnotation(context), "pulumi.com/waitFor": "", ...annotations };
  const metadata = { ...proofWitness, annotations: all };
  const stays = { ...options, retainOnDelete: true };
  return new DaemonSetPatch(`${context.name}-${suffix}`, { metadata, spec }, stays);
}

/**
 * The proof while kube-proxy still runs, which goes only then. It is made at each switch to eBPF and never changed: afterwards
 * Felix answers elsewhere ({@link proven}). Where kube-proxy is off already, Felix keeps what it has taken over.
 */
export function provenBesideKubeProxy(
  context: LayerContext,
  calico: Calico,
  ports: { beside: pulumi.Input<any>; without: pulumi.Input<any> },
  { runs }: KubeProxySeen,
  before: Dependency,
): DaemonSetPatch {
  const port = pulumi
    .all([runs, ports.beside, ports.without])
    .apply(([yes, beside, without]) => (yes ? beside : without));
  const options = { ...layerOptions(context, before), ignoreChanges: ["spec"] };
  return patchWitness(context, "proof-beside-kube-proxy", {}, asking(calico, port), options);
}

/** Done when every node has answered. It stays, and asks the nodes that come later as well. */
export function proven(
  context: LayerContext,
  calico: Calico,
  port: pulumi.Input<any>,
  image: pulumi.Input<string>,
  before: Dependency,
): DaemonSetPatch {
  const annotations = { [`${ourPrefix}/proof`]: pulumi.interpolate`${context.fingerprint} ${image}` };
  const patch = patchWitness(
    context,
    "proof",
    annotations,
    asking(calico, port),
    layerOptions(context, before),
  );
  pulumi.all([askable(calico, port), calico.version]).apply(([yes, version]) => {
    if (yes || pulumi.runtime.isDryRun()) return;
    void pulumi.log.warn(
      `not proven node by node: Felix of Calico ${version} answers on no port that tells eBPF from iptables (it does from ` +
        `${firstRelease[portField]} on, unless felix.${portField} is 0). What the operator reports is all that was looked at.`,
      patch,
    );
  });
  return patch;
}

/**
 * On the way back: done when no node answers on its port any more, so that every Felix leaves kube-proxy's rules alone, too.
 * A kube-proxy that runs already would answer there itself; it waits for nothing then.
 */
export function leftToKubeProxy(
  context: LayerContext,
  { runs }: KubeProxySeen,
  before: Dependency,
): DaemonSetPatch {
  const none = "jsonpath={.status.numberReady}=0";
  const annotations = { "pulumi.com/waitFor": runs.apply((yes) => (yes ? "" : none)) };
  const options = { ...layerOptions(context, before), ignoreChanges: ["metadata.annotations"] };
  return patchWitness(context, "proof-left-to-kube-proxy", annotations, undefined, options);
}

/** On the way back, at its end: there is nothing to witness. */
export function witnessParked(context: LayerContext, before: Dependency): DaemonSetPatch {
  const spec = { template: { spec: { nodeSelector: nowhere } } };
  return patchWitness(context, "proof-over", {}, spec, layerOptions(context, before));
}
