// The settings of the eBPF data plane, and the operator's word that it is on.
import { createHash } from "node:crypto";
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import * as pulumi from "@pulumi/pulumi";
import type { Calico } from "../calicoVersion";
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
  spec: object,
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

/** By force: the operator writes a default of the health port, from 1.43 on. */
export function patchFelix(
  context: LayerContext,
  calico: Calico,
  suffix: string,
  before: Dependency,
  spec: object,
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
