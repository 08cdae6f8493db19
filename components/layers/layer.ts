import * as pulumi from "@pulumi/pulumi";

/** What every layer of one data plane shares. */
export interface LayerContext {
  /** The component's name, with which the name of each layer begins. */
  name: string;
  /** Parent, and `deletedWith` where the cluster is ours: children do not inherit that. */
  options: pulumi.CustomResourceOptions;
  host: pulumi.Input<string>;
  port: pulumi.Input<number>;
  /** How long a layer may wait, in seconds, as the annotation wants it: a text. */
  wait: pulumi.Input<string>;
  /**
   * What the switch is about, in words: host, port and data plane, and what rolls calico-node again or decides on its
   * version. It stands in an annotation of every layer that looks or waits, so that a change of any of them makes these
   * layers look and wait again.
   */
  fingerprint: pulumi.Output<string>;
}

/** What a layer comes after: a resource, or one that is handed out only when a check of it has passed. */
export type Dependency = pulumi.Input<pulumi.Resource>;

/** The options of a layer that comes after others. */
export function layerOptions(context: LayerContext, ...layers: Dependency[]): pulumi.CustomResourceOptions {
  return { ...context.options, dependsOn: layers };
}

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
 * Annotation of the Kubernetes provider: done when it is written. Without it the provider waits for the `waitFor` that
 * another patch has left on the same object, finds it true of the object as it was before this write, and records that
 * (provider/pkg/await, Update): a later `up` then compares with what is no more, and may see nothing to do.
 */
export const skipAwaitAnnotation = { "pulumi.com/skipAwait": "true" };

/**
 * Annotations of a layer that waits: a mark of ours, and the provider's own by which the resource is ready when all of
 * the conditions hold. The mark is the first of them, or a condition that held before would be met by the object as it
 * was before this write, and that be recorded (see {@link skipAwaitAnnotation}).
 */
export function waitForAnnotations(
  mark: string,
  value: pulumi.Input<string>,
  ...conditions: pulumi.Input<string>[]
): Record<string, pulumi.Input<string>> {
  const key = `${ourPrefix}/${mark}`;
  const written = pulumi.interpolate`jsonpath={.metadata.annotations['${key}']}=${value}`;
  return { [key]: value, "pulumi.com/waitFor": pulumi.jsonStringify([written, ...conditions]) };
}

/**
 * Annotation of the Kubernetes provider: how long it may wait. Not the option `customTimeouts`, which would take
 * precedence over it (pulumi-kubernetes, provider/pkg/metadata/overrides.go) and cannot depend on an Output.
 */
export function timeoutAnnotation(context: LayerContext): Record<string, pulumi.Input<string>> {
  return { "pulumi.com/timeoutSeconds": context.wait };
}
