// kube-proxy steps aside when eBPF is on, stays aside, and is back before eBPF goes.
import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import * as pulumi from "@pulumi/pulumi";
import type { KubeProxy } from "../enums";
import { kubeProxyListensAt, wordsOf } from "../healthzPorts";
import {
  lookAnnotations,
  ourPrefix,
  ownerAnnotations,
  timeoutAnnotations,
  waitForAnnotations,
} from "./annotations";
import { declare, type Dependency, type LayerContext, unlessRefused } from "./layer";

export const kubeProxyDaemonSet = { name: "kube-proxy", namespace: "kube-system" };
/** No node bears this label. */
export const noNode = { [`${ourPrefix}/kube-proxy`]: "off" };

/**
 * Reads how kube-proxy was started, and whether it is meant to run on any node. Handed on, where there is a `choice`, only when it is in iptables mode: what the other
 * modes leave in the kernel Felix does not clean up, and beside them it does not work (tigera/docs,
 * operations/ebpf/enabling-ebpf). Nor may it listen where only Felix is to answer.
 * @param choice left out on the way back, where any mode is right
 * @param proofPort left out where no proof is wanted
 */
export function kubeProxySeen(
  context: LayerContext,
  before: Dependency,
  choice?: KubeProxy,
  proofPort?: pulumi.Input<number>,
) {
  // It only looks: how far kube-proxy's pods are does not matter.
  const look = lookAnnotations("seen", context.fingerprint);
  const seen = patchKubeProxy(context, "kube-proxy-seen", before, look);
  const runs = pulumi.output(seen.status).apply((status) => status?.desiredNumberScheduled !== 0);
  if (choice === undefined) return { layer: seen, runs };
  const layer = unlessRefused(context, seen, pulumi.all([seen.spec, proofPort]), ([spec, port]) => {
    const words = wordsOf(spec?.template?.spec?.containers ?? []);
    const mode = /--proxy-mode[= ]["']?([a-z]+)/i.exec(words)?.[1].toLowerCase() ?? "iptables";
    if (mode !== "iptables")
      return {
        path: "kubeProxy",
        wrong: `is ${choice}, and kube-proxy of this cluster runs in mode ${mode}`,
        why: "Calico's eBPF data plane works beside and after a kube-proxy in iptables mode only; Felix does not remove what the others leave in the kernel",
        write:
          "nothing here: set the cluster's kube-proxy to iptables first (az aks update --kube-proxy-config), then update with --refresh",
      };
    if (!port || port !== kubeProxyListensAt(words)) return undefined;
    return {
      path: "felix.bpfKubeProxyHealthzPort",
      wrong: `is ${port}, and kube-proxy of this cluster serves its own health check there`,
      why: "Felix could not listen there, and an answer of kube-proxy would pass for a proof of eBPF on a node that runs iptables",
      write:
        "another port that is free on every node; or move kube-proxy's (--healthz-bind-address), then update with --refresh",
    };
  });
  return { layer, runs };
}

/**
 * Gives kube-proxy a node selector that matches no node, and waits until no pod of it is left. By force, because the
 * platform's manifest may own the selector, or whoever has switched the cluster by hand: the addon manager merges its own
 * keys back in beside ours, which does no harm.
 */
export function kubeProxyOff(context: LayerContext, before: Dependency): DaemonSetPatch {
  const annotations = { ...ownerAnnotations, ...timeoutAnnotations(context) };
  const spec = { template: { spec: { nodeSelector: noNode } } };
  // The look at the end leaves a condition on the object that is true before this write too (see skipAwaitAnnotations): what
  // may change while kube-proxy stays off would be recorded wrongly.
  const ignoreChanges = ['metadata.annotations["pulumi.com/timeoutSeconds"]'];
  return patchKubeProxy(context, "kube-proxy", before, annotations, spec, { ignoreChanges });
}

/**
 * Takes that selector back, and waits until kube-proxy is ready on every node. Refused where somebody else's keeps it off.
 */
export function kubeProxyEverywhere(context: LayerContext, before: Dependency): Dependency {
  // The last look at a kube-proxy that was off has left its condition there, which the provider would wait for.
  const annotations = { ...ownerAnnotations, ...timeoutAnnotations(context), "pulumi.com/waitFor": "" };
  const patch = patchKubeProxy(context, "kube-proxy", before, annotations);
  return unlessRefused(context, patch, pulumi.all([patch.spec, patch.status]), ([spec, status]) => {
    if (status?.desiredNumberScheduled !== 0) return undefined;
    const selector = JSON.stringify(spec?.template?.spec?.nodeSelector ?? {});
    return {
      path: "kubeProxy",
      wrong: `is to run, and kube-proxy of this cluster is meant for no node: its nodeSelector is ${selector}, which is not this component's`,
      why: "somebody has switched it off; without it a node serves no Services unless eBPF is on",
      write: `nothing, if it may run again: kubectl -n kube-system patch daemonset kube-proxy --type=json -p '[{"op":"remove","path":"/spec/template/spec/nodeSelector"}]', and update with --refresh. Otherwise Disable with dataplane Ebpf`,
    };
  });
}

/**
 * Looks again when all is done: an addon manager that overwrites the whole DaemonSet brings kube-proxy back, and
 * this is where the user hears of it.
 */
export function kubeProxyStillOff(context: LayerContext, before: Dependency): DaemonSetPatch {
  const off = "jsonpath={.status.desiredNumberScheduled}=0";
  const annotations = waitForAnnotations(context, "looked-again", context.rollout, off);
  return patchKubeProxy(context, "kube-proxy-still-off", before, annotations);
}

function patchKubeProxy(
  context: LayerContext,
  suffix: string,
  before: Dependency,
  annotations: pulumi.Inputs,
  spec?: object,
  options?: pulumi.CustomResourceOptions,
): DaemonSetPatch {
  const metadata = { ...kubeProxyDaemonSet, annotations };
  return declare(context, suffix, DaemonSetPatch, before, { metadata, spec }, options);
}
