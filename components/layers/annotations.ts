// What the layers tell the Kubernetes provider about themselves.
import * as pulumi from "@pulumi/pulumi";
import type { LayerContext } from "./layer";

/** Keys of annotations and labels that are ours begin with this (a DNS subdomain, as Kubernetes wants). */
export const ourPrefix = "aks-calico-ebpf";

/** A patch may take a field from whoever owned it: each use says who that is. */
export const forceAnnotation = { "pulumi.com/patchForce": "true" };

/**
 * Of the one patch of an object that owns a field whose end matters: the provider's own name for the owner is another one
 * in a state that was begun anew, and the old owner would hold the field for ever.
 */
export const ownerAnnotations = { ...forceAnnotation, "pulumi.com/patchFieldManager": ourPrefix };

/**
 * By force, and done when it is written. Without it the provider waits for the `waitFor` that another patch has left on the
 * same object, finds it true of the object as it was before this write, and records that (provider/pkg/await, Update): a
 * later `up` then compares with what is no more, and may see nothing to do.
 */
export const skipAwaitAnnotations = { ...forceAnnotation, "pulumi.com/skipAwait": "true" };

/** Of a layer that only reads, again whenever what the switch is about changes. */
export function lookAnnotations(mark: string, value: pulumi.Input<string>): pulumi.Inputs {
  return { ...skipAwaitAnnotations, [`${ourPrefix}/${mark}`]: value };
}

/**
 * Annotations of a layer that waits until all of the conditions hold. The first of them is a mark of ours, or they could
 * be met by the object as it was before this write (see {@link skipAwaitAnnotations}); so the mark changes with whatever
 * else of the annotations may.
 */
export function waitForAnnotations(
  context: LayerContext,
  mark: string,
  value: pulumi.Input<string>,
  ...conditions: pulumi.Input<string>[]
): pulumi.Inputs {
  const key = `${ourPrefix}/${mark}`;
  const marked = pulumi.interpolate`${value}/${context.wait}s`;
  const written = pulumi.interpolate`jsonpath={.metadata.annotations['${key}']}=${marked}`;
  return {
    ...timeoutAnnotations(context),
    [key]: marked,
    "pulumi.com/waitFor": pulumi.jsonStringify([written, ...conditions]),
  };
}

/**
 * By force, and how long the provider may wait. Not the option `customTimeouts`, which would take precedence over it
 * (pulumi-kubernetes, provider/pkg/metadata/overrides.go) and cannot depend on an Output.
 */
export const timeoutAnnotations = ({ wait }: LayerContext): pulumi.Inputs => ({
  ...forceAnnotation,
  "pulumi.com/timeoutSeconds": wait,
});
