// The gate: `pulumi up` ends when the last node runs the data plane that was asked for.
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import * as pulumi from "@pulumi/pulumi";
import { waitForAnnotations } from "./annotations";
import { type LayerContext, layerOptions } from "./layer";

/**
 * Waits until `TigeraStatus/calico` says that the roll-out is over, about a later generation than this one: others may
 * write to the Installation meanwhile.
 */
export function rolledOut(
  context: LayerContext,
  suffix: string,
  generation: pulumi.Input<string>,
  acknowledged: pulumi.Resource,
): CustomResourcePatch {
  // "At least" would be read as the sign before a value (pulumi-kubernetes, provider/pkg/jsonpath).
  const observed = (type: string) =>
    pulumi.interpolate`jsonpath={.status.conditions[?(@.type=="${type}" && @.observedGeneration>${generation})]}`;
  return new CustomResourcePatch(
    `${context.name}-${suffix}`,
    {
      apiVersion: "operator.tigera.io/v1",
      kind: "TigeraStatus",
      metadata: {
        name: "calico",
        annotations: waitForAnnotations(
          context,
          suffix,
          context.rollout,
          observed("Available"),
          observed("Progressing"),
          "condition=Available",
          "condition=Progressing=False",
          "condition=Degraded=False",
        ),
      },
    },
    layerOptions(context, acknowledged),
  );
}
