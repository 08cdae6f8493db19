// kube-proxy steps aside when eBPF is on, stays aside, and is back before eBPF goes.
import { DaemonSetPatch } from "@pulumi/kubernetes/apps/v1/daemonSetPatch";
import * as pulumi from "@pulumi/pulumi";
import type { KubeProxy } from "../enums";
import { ArgumentError } from "../validate/findings";
import {
  layerOptions,
  type Dependency,
  type LayerContext,
  skipAwaitAnnotation,
  ourPrefix,
  ownerAnnotations,
  forceAnnotation,
  waitForAnnotations,
  timeoutAnnotation,
} from "./layer";

const kubeProxy = { name: "kube-proxy", namespace: "kube-system" };

/** kube-proxy before the switch. */
export interface KubeProxySeen {
  layer: Dependency;
  /** Whether it is meant to run on any node. */
  runs: pulumi.Output<boolean>;
}

/**
 * Reads how kube-proxy was started. Handed on only when it is in iptables mode: what the other modes leave in the
 * kernel Felix does not clean up, and beside them it does not work (tigera/docs, operations/ebpf/enabling-ebpf).
 * @throws ArgumentError, when it is known, in place of the layers that come after
 */
export function checkKubeProxyMode(
  context: LayerContext,
  subject: string,
  choice: KubeProxy,
  before: Dependency,
): KubeProxySeen {
  const seen = new DaemonSetPatch(
    `${context.name}-kube-proxy-seen`,
    {
      metadata: {
        ...kubeProxy,
        annotations: {
          ...forceAnnotation,
          // It only looks: how far kube-proxy's pods are does not matter.
          ...skipAwaitAnnotation,
          [`${ourPrefix}/seen`]: context.fingerprint,
        },
      },
    },
    layerOptions(context, before),
  );
  const runs = pulumi.output(seen.status).apply((status) => status?.desiredNumberScheduled !== 0);
  if (pulumi.runtime.isDryRun()) return { layer: seen, runs };
  const layer = pulumi.output(seen.spec).apply((spec) => {
    const containers = spec?.template?.spec?.containers ?? [];
    const words = containers.flatMap(({ command, args }) => [...(command ?? []), ...(args ?? [])]).join(" ");
    const mode = /--proxy-mode[= ]["']?([a-z]+)/i.exec(words)?.[1].toLowerCase() ?? "iptables";
    if (mode === "iptables") return seen as pulumi.Resource;
    throw new ArgumentError(subject, [
      {
        path: "kubeProxy",
        wrong: `is ${choice}, and kube-proxy of this cluster runs in mode ${mode}`,
        why: "Calico's eBPF data plane works beside and after a kube-proxy in iptables mode only; Felix does not remove what the others leave in the kernel",
        write:
          "nothing here: set the cluster's kube-proxy to iptables first (az aks update --kube-proxy-config), then update with --refresh",
      },
    ]);
  });
  return { layer, runs };
}

/**
 * Gives kube-proxy a node selector that matches no node, and waits until no pod of it is left. By force, because the
 * platform's manifest may own the selector, or whoever has switched the cluster by hand: the addon manager merges its own
 * keys back in beside ours, which does no harm.
 */
export function kubeProxyOff(context: LayerContext, before: Dependency): DaemonSetPatch {
  return kubeProxyRuns(context, false, before);
}

/**
 * Takes that selector back, and waits until kube-proxy is ready on every node.
 * @throws ArgumentError, when it is known, in place of the layers that come after, where somebody else's keeps it off
 */
export function kubeProxyEverywhere(context: LayerContext, subject: string, before: Dependency): Dependency {
  const patch = kubeProxyRuns(context, true, before);
  if (pulumi.runtime.isDryRun()) return patch;
  return pulumi.all([patch.spec, patch.status]).apply(([spec, status]) => {
    if (status?.desiredNumberScheduled !== 0) return patch as pulumi.Resource;
    const selector = JSON.stringify(spec?.template?.spec?.nodeSelector ?? {});
    throw new ArgumentError(subject, [
      {
        path: "kubeProxy",
        wrong: `is to run, and kube-proxy of this cluster is meant for no node: its nodeSelector is ${selector}, which is not this component's`,
        why: "somebody has switched it off; without it a node serves no Services unless eBPF is on",
        write: `nothing, if it may run again: kubectl -n kube-system patch daemonset kube-proxy --type=json -p '[{"op":"remove","path":"/spec/template/spec/nodeSelector"}]', and update with --refresh. Otherwise Disable with dataplane Ebpf`,
      },
    ]);
  });
}

/** One patch for both. */
function kubeProxyRuns(context: LayerContext, runs: boolean, before: Dependency): DaemonSetPatch {
  // No node bears this label.
  const off = { template: { spec: { nodeSelector: { [`${ourPrefix}/kube-proxy`]: "off" } } } };
  // The last look at a kube-proxy that was off has left its condition there, which the provider would wait for.
  const wait: Record<string, string> = runs ? { "pulumi.com/waitFor": "" } : {};
  return new DaemonSetPatch(
    `${context.name}-kube-proxy`,
    {
      metadata: {
        ...kubeProxy,
        annotations: { ...ownerAnnotations, ...timeoutAnnotation(context), ...wait },
      },
      spec: runs ? undefined : off,
    },
    layerOptions(context, before),
  );
}

/**
 * Looks again when all is done: an addon manager that overwrites the whole DaemonSet brings kube-proxy back, and
 * this is where the user hears of it.
 */
export function kubeProxyStillOff(context: LayerContext, before: Dependency): DaemonSetPatch {
  return new DaemonSetPatch(
    `${context.name}-kube-proxy-still-off`,
    {
      metadata: {
        ...kubeProxy,
        annotations: {
          ...forceAnnotation,
          ...waitForAnnotations(
            "looked-again",
            context.fingerprint,
            "jsonpath={.status.desiredNumberScheduled}=0",
          ),
          ...timeoutAnnotation(context),
        },
      },
    },
    layerOptions(context, before),
  );
}
