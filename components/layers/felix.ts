// Layer 4: the settings of the eBPF data plane, and the operator's word that it is on.
import { createHash } from "node:crypto";
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import * as pulumi from "@pulumi/pulumi";
import { after, type Before, type LayerContext, notAwaited, takeOver, waitFor, within } from "./layer";

const felixConfiguration = { apiVersion: "crd.projectcalico.org/v1", kind: "FelixConfiguration" };

type Spec = Record<string, pulumi.Input<unknown>>;

/**
 * Patches `FelixConfiguration/default` and waits until the operator has set `bpfEnabled`. Only the operator may: it
 * goes Degraded when anybody else has (tigera/operator, pkg/controller/installation/bpf.go). By force, because it
 * may have defaulted the health port before us.
 */
export function felix(
  context: LayerContext,
  spec: Spec,
  bpfEnabled: boolean,
  before: Before,
): CustomResourcePatch {
  // A mark that is another one whenever a setting is.
  const digest = pulumi
    .jsonStringify({ spec, bpfEnabled })
    .apply((text) => createHash("sha256").update(text).digest("hex").slice(0, 12));
  return new CustomResourcePatch(
    `${context.name}-felix`,
    {
      ...felixConfiguration,
      metadata: {
        name: "default",
        annotations: {
          ...takeOver,
          ...waitFor("felix", digest, `jsonpath={.spec.bpfEnabled}=${bpfEnabled}`),
          ...within(context),
        },
      },
      spec,
    },
    after(context, before),
  );
}

/**
 * Says whether Felix leaves kube-proxy's iptables rules and health port alone, or takes both over. Felix follows within
 * seconds, without a roll-out (felix/daemon/daemon.go), and does not report when.
 */
export function felixAndKubeProxy(context: LayerContext, spec: Spec, before: Before): CustomResourcePatch {
  return aboutKubeProxy(context, "felix-and-kube-proxy", spec, after(context, before));
}

/**
 * The same at the first switch to eBPF, while kube-proxy still runs. {@link felixAndKubeProxy} overwrites it at the end, and
 * that difference is none to put right.
 */
export function felixBesideKubeProxy(context: LayerContext, spec: Spec, before: Before): CustomResourcePatch {
  const options = { ...after(context, before), ignoreChanges: ["spec"] };
  return aboutKubeProxy(context, "felix-beside-kube-proxy", spec, options);
}

/** By force: the operator writes a default of the port, from 1.43 on. */
function aboutKubeProxy(
  context: LayerContext,
  suffix: string,
  spec: Spec,
  options: pulumi.CustomResourceOptions,
): CustomResourcePatch {
  const metadata = { name: "default", annotations: { ...takeOver, ...notAwaited } };
  return new CustomResourcePatch(
    `${context.name}-${suffix}`,
    { ...felixConfiguration, metadata, spec },
    options,
  );
}
