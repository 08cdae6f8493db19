// The settings of the eBPF data plane, and the operator's word that it is on.
import { createHash } from "node:crypto";
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import * as pulumi from "@pulumi/pulumi";
import { type Calico, missingUntil } from "../calicoVersion";
import type { FelixPlan } from "../validate/dataplaneFelix";
import { ownerAnnotations, skipAwaitAnnotations, waitForAnnotations } from "./annotations";
import { declaredApi, inApi } from "./calicoApi";
import { declare, type Dependency, type LayerContext } from "./layer";

/**
 * Layer 4: patches `FelixConfiguration/default` and waits until the operator has set `bpfEnabled`. Only the operator may: it
 * goes Degraded when anybody else has (tigera/operator, pkg/controller/installation/bpf.go).
 */
export function felix(
  context: LayerContext,
  calico: Calico,
  spec: FelixPlan["settings"],
  bpfEnabled: boolean,
  before: Dependency,
): CustomResourcePatch {
  // A mark that is another one whenever a setting or the switch is.
  const digest = pulumi
    .jsonStringify({ spec, rollout: context.rollout })
    .apply((text) => createHash("sha256").update(text).digest("hex").slice(0, 12));
  const condition = `jsonpath={.spec.bpfEnabled}=${bpfEnabled}`;
  const annotations = { ...waitForAnnotations(context, "felix", digest, condition), ...ownerAnnotations };
  return patchFelix(context, calico, "felix", before, spec, annotations);
}

/**
 * Says whether Felix leaves kube-proxy's iptables rules alone, or removes them. Felix follows within seconds, without a
 * roll-out (felix/daemon/daemon.go), and does not report when.
 */
export const felixAndKubeProxy = (
  context: LayerContext,
  calico: Calico,
  bpfKubeProxyIptablesCleanupEnabled: FelixPlan["cleanup"],
  before: Dependency,
): CustomResourcePatch =>
  patchFelix(context, calico, "felix-and-kube-proxy", before, { bpfKubeProxyIptablesCleanupEnabled });

/**
 * As {@link felixAndKubeProxy}, at the first switch to eBPF, while kube-proxy still runs; that overwrites it at the end.
 * Where kube-proxy is off already, as when the layers' state was lost, Felix goes on removing its rules.
 */
export function felixBesideKubeProxy(
  context: LayerContext,
  calico: Calico,
  { cleanup }: FelixPlan,
  runs: pulumi.Output<boolean>,
  before: Dependency,
): CustomResourcePatch {
  const spec = { bpfKubeProxyIptablesCleanupEnabled: runs.apply((yes) => (yes ? false : cleanup)) };
  const options = { ignoreChanges: ["spec"] };
  return patchFelix(context, calico, "felix-beside-kube-proxy", before, spec, undefined, options);
}

/**
 * Says where Felix answers in kube-proxy's stead, but for our default where this Calico has no such field. Nothing else
 * writes that: wherever a way back is broken off, the state has what is in the cluster.
 */
export function felixHealthzPort(
  context: LayerContext,
  calico: Calico,
  { given }: FelixPlan,
  port: pulumi.Input<number>,
  before: Dependency,
): CustomResourcePatch {
  const field = "bpfKubeProxyHealthzPort";
  const known = pulumi.output(calico.version).apply((it) => (missingUntil(it, field) ? undefined : port));
  return patchFelix(context, calico, "felix-healthz-port", before, {
    [field]: field in given ? port : known,
  });
}

/** By force: the operator writes a default of the health port, from 1.43 on. */
function patchFelix(
  context: LayerContext,
  calico: Calico,
  suffix: string,
  before: Dependency,
  spec: FelixPlan["settings"],
  annotations: pulumi.Inputs = skipAwaitAnnotations,
  options?: pulumi.CustomResourceOptions,
): CustomResourcePatch {
  const metadata = { name: "default", annotations };
  const args = { apiVersion: declaredApi, kind: "FelixConfiguration", metadata, spec };
  return declare(context, suffix, CustomResourcePatch, before, args, {
    ...options,
    ...inApi(calico.apiVersion),
  });
}
