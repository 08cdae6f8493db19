// The gate: `pulumi up` ends when the last node runs the data plane that was asked for.
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import * as pulumi from "@pulumi/pulumi";
import { lookAnnotations, waitForAnnotations } from "./annotations";
import { patchInstallation } from "./calicoFound";
import { declare, type Dependency, type LayerContext } from "./layer";

/**
 * Waits until `TigeraStatus/calico` says that the roll-out is over, about a later generation of the Installation than the
 * last that the switch is not yet in: others may write to it meanwhile.
 * @param before done when the operator has acknowledged the switch: `metadata.generation` counts the switch then and whatever
 * the operator defaulted on top of it. Conditions of an older one describe the previous data plane.
 */
export function rolledOut(
  context: LayerContext,
  suffix: string,
  before: Dependency,
): { gate: CustomResourcePatch; generation: pulumi.Output<string> } {
  const look = lookAnnotations("acknowledged", context.rollout);
  const acknowledged = patchInstallation(context, "switch-acknowledged", before, look);
  const read = acknowledged.metadata as pulumi.Output<{ generation?: number } | undefined>;
  const generation = read.apply((metadata) => {
    if (metadata?.generation !== undefined) return String(metadata.generation - 1);
    // A preview does not touch the cluster, so nothing is read there and nothing will wait for this.
    if (pulumi.runtime.isDryRun()) return "(read when applied)";
    throw new pulumi.ResourceError(
      "the Kubernetes provider returned no metadata.generation of Installation/default: without it nobody can tell " +
        "the conditions of the new data plane from those of the old; use @pulumi/kubernetes 4.29 or newer",
      acknowledged,
      true,
    );
  });
  // "At least" would be read as the sign before a value (pulumi-kubernetes, provider/pkg/jsonpath).
  const observed = (type: string) =>
    pulumi.interpolate`jsonpath={.status.conditions[?(@.type=="${type}" && @.observedGeneration>${generation})]}`;
  const annotations = waitForAnnotations(
    context,
    suffix,
    context.rollout,
    observed("Available"),
    observed("Progressing"),
    "condition=Available",
    "condition=Progressing=False",
    "condition=Degraded=False",
  );
  const metadata = { name: "calico", annotations };
  const status = { apiVersion: "operator.tigera.io/v1", kind: "TigeraStatus", metadata };
  return { gate: declare(context, suffix, CustomResourcePatch, acknowledged, status), generation };
}
