import * as pulumi from "@pulumi/pulumi";
import { type Finding, throwFindings } from "../validate/findings";

/** What every layer of one data plane shares. */
export interface LayerContext {
  /** The component, as a refusal names it. */
  subject: string;
  /** The component's name, with which the name of each layer begins. */
  name: string;
  /** What it is called in its URN, and whether the state has the endpoint as its own, under whatever name. */
  component: Promise<{ is: string; isOurs: boolean }>;
  /** Parent, and `deletedWith` where the cluster is ours: children do not inherit that. */
  options: pulumi.CustomResourceOptions;
  host: pulumi.Input<string>;
  port: pulumi.Input<number>;
  /** How long a layer may wait, in seconds, as the annotation wants it: a text. */
  wait: pulumi.Input<string>;
  /**
   * What the switch is about, in words: it stands in an annotation of every layer that looks or waits, so that a change of
   * it makes these layers look and wait again.
   */
  fingerprint: pulumi.Output<string>;
  /** The same with an id of its own for each change: of the layers that judge what others have done. */
  rollout: pulumi.Output<string>;
}

/** What a layer comes after: a resource, or one that is handed out only when a check of it has passed. */
export type Dependency = pulumi.CustomResourceOptions["dependsOn"];

/** Declares a layer. */
export function declare<Args, Layer>(
  context: LayerContext,
  suffix: string,
  Type: new (name: string, args: Args, options: pulumi.CustomResourceOptions) => Layer,
  dependsOn: Dependency,
  args: Args,
  options?: pulumi.CustomResourceOptions,
): Layer {
  return new Type(`${context.name}-${suffix}`, args, { ...context.options, dependsOn, ...options });
}

/**
 * A layer, handed on when what it has read of the cluster is not refused. A preview reads nothing.
 * @throws ArgumentError, when it is known, in place of the layers that come after
 */
export function unlessRefused<T>(
  { subject }: LayerContext,
  layer: pulumi.Resource,
  read: pulumi.Output<T>,
  refuse: (value: T) => Finding | Finding[] | undefined,
): Dependency {
  if (pulumi.runtime.isDryRun()) return layer;
  return read.apply((value) => {
    throwFindings(subject, [refuse(value) ?? []].flat());
    return layer;
  });
}
