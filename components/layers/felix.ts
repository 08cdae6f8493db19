// Layer 4: the settings of the eBPF data plane, and the operator's word that it is on.
import { createHash } from "node:crypto";
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import * as pulumi from "@pulumi/pulumi";
import { type Calico, type FelixSpec, supportedFields } from "../calicoVersion";
import type { FelixPlan } from "../validate/dataplaneFelix";
import { forceAnnotation, ownerAnnotations, skipAwaitAnnotation, waitForAnnotations } from "./annotations";
import { declaredApi, inApi } from "./calicoApi";
import { type Dependency, type LayerContext, layerOptions } from "./layer";

/**
 * Patches `FelixConfiguration/default` and waits until the operator has set `bpfEnabled`. Only the operator may: it
 * goes Degraded when anybody else has (tigera/operator, pkg/controller/installation/bpf.go).
 */
export function felix(
  context: LayerContext,
  calico: Calico,
  settings: FelixSpec,
  bpfEnabled: boolean,
  before: Dependency,
): CustomResourcePatch {
  const spec = supportedFields(settings, calico.version);
  // A mark that is another one whenever a setting or the switch is.
  const digest = pulumi
    .jsonStringify({ spec, rollout: context.rollout })
    .apply((text) => createHash("sha256").update(text).digest("hex").slice(0, 12));
  const condition = `jsonpath={.spec.bpfEnabled}=${bpfEnabled}`;
  const annotations = { ...waitForAnnotations(context, "felix", digest, condition), ...ownerAnnotations };
  return patchFelix(context, "felix", calico, settings, layerOptions(context, before), annotations);
}

/**
 * Says whether Felix leaves kube-proxy's iptables rules alone, or removes them. Felix follows within seconds, without a
 * roll-out (felix/daemon/daemon.go), and does not report when.
 */
export function felixAndKubeProxy(
  context: LayerContext,
  calico: Calico,
  settings: FelixSpec,
  before: Dependency,
): CustomResourcePatch {
  return patchFelix(context, "felix-and-kube-proxy", calico, settings, layerOptions(context, before));
}

/**
 * Says where Felix answers in kube-proxy's stead. Nothing else writes that: wherever a way back is broken off, the state
 * has what is in the cluster.
 */
export function felixHealthzPort(
  context: LayerContext,
  calico: Calico,
  { settings: { given } }: Pick<FelixPlan, "settings">,
  bpfKubeProxyHealthzPort: pulumi.Input<number>,
  before: Dependency,
): CustomResourcePatch {
  const settings = { values: { bpfKubeProxyHealthzPort }, given };
  return patchFelix(context, "felix-healthz-port", calico, settings, layerOptions(context, before));
}

/**
 * As {@link felixAndKubeProxy}, at the first switch to eBPF, while kube-proxy still runs; that overwrites it at the end.
 * Where kube-proxy is off already, as when the layers' state was lost, Felix goes on removing its rules.
 */
export function felixBesideKubeProxy(
  context: LayerContext,
  calico: Calico,
  { besideKubeProxy, withoutKubeProxy }: Pick<FelixPlan, "besideKubeProxy" | "withoutKubeProxy">,
  runs: pulumi.Output<boolean>,
  before: Dependency,
): CustomResourcePatch {
  const field = "bpfKubeProxyIptablesCleanupEnabled";
  const value = runs.apply((yes) => (yes ? besideKubeProxy : withoutKubeProxy).values[field]);
  const settings = { ...besideKubeProxy, values: { [field]: value } };
  const options = { ...layerOptions(context, before), ignoreChanges: ["spec"] };
  return patchFelix(context, "felix-beside-kube-proxy", calico, settings, options);
}

/** By force: the operator writes a default of the health port, from 1.43 on. */
function patchFelix(
  context: LayerContext,
  suffix: string,
  calico: Calico,
  settings: FelixSpec,
  options: pulumi.CustomResourceOptions,
  annotations: pulumi.Inputs = { ...forceAnnotation, ...skipAwaitAnnotation },
): CustomResourcePatch {
  return new CustomResourcePatch(
    `${context.name}-${suffix}`,
    {
      apiVersion: declaredApi,
      kind: "FelixConfiguration",
      metadata: { name: "default", annotations },
      spec: supportedFields(settings, calico.version),
    },
    inApi(calico.apiVersion, options),
  );
}
