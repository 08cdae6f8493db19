// The gate: `pulumi up` ends when the last node runs the data plane that was asked for.
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import * as pulumi from "@pulumi/pulumi";
import { waitForAnnotations } from "./annotations";
import { type LayerContext, layerOptions } from "./layer";

/**
 * Waits until `TigeraStatus/calico` says that the roll-out is over, about the generation that was acknowledged or a later
 * one: others may write to the Installation meanwhile.
 */
export function rolledOut(
  context: LayerContext,
  suffix: string,
  acknowledged: CustomResourcePatch,
): CustomResourcePatch {
  const generation = acknowledged.metadata.apply((metadata) => generationBefore(metadata, acknowledged));
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
          context.fingerprint,
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

/** The last one that the switch is not yet in. */
function generationBefore(
  metadata: { generation?: number } | undefined,
  acknowledged: pulumi.Resource,
): string {
  if (metadata?.generation !== undefined) return String(metadata.generation - 1);
  // A preview does not touch the cluster, so nothing is read there and nothing will wait for this.
  if (pulumi.runtime.isDryRun()) return "(read when applied)";
  throw new pulumi.ResourceError(
    "the Kubernetes provider returned no metadata.generation of Installation/default: without it nobody can tell " +
      "the conditions of the new data plane from those of the old; use @pulumi/kubernetes 4.29 or newer",
    acknowledged,
    true,
  );
}
