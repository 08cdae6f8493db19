// Layer 3: the switch itself, and the generation of it that the operator has to have worked off.
import type { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import * as pulumi from "@pulumi/pulumi";
import { lookAnnotations, ownerAnnotations, skipAwaitAnnotation } from "./annotations";
import { patchInstallation } from "./calicoFound";
import { type Dependency, type LayerContext, layerOptions } from "./layer";

/** `spec.calicoNetwork.linuxDataplane`, as the Installation spells it (tigera/operator, api/v1). */
export const LinuxDataplane = { Ebpf: "BPF", Iptables: "Iptables" } as const;

/** Turns the data plane over. By force, because the operator's own defaulting has written the field before us. */
export function dataplaneSwitch(
  context: LayerContext,
  linuxDataplane: string,
  before: Dependency,
): CustomResourcePatch {
  const annotations = { ...ownerAnnotations, ...skipAwaitAnnotation };
  const spec = { calicoNetwork: { linuxDataplane } };
  return patchInstallation(context, "dataplane-switch", annotations, layerOptions(context, before), spec);
}

/**
 * Reads the Installation after the operator has acknowledged the switch: its `metadata.generation` counts the switch and
 * whatever the operator defaulted on top of it. Conditions of an older one describe the previous data plane.
 */
export function switchAcknowledged(context: LayerContext, before: Dependency): CustomResourcePatch {
  const look = lookAnnotations("acknowledged", context.rollout);
  return patchInstallation(context, "switch-acknowledged", look, layerOptions(context, before));
}

/** The last generation that the switch is not yet in. */
export const readGenerationBefore = (acknowledged: CustomResourcePatch): pulumi.Output<string> =>
  (acknowledged.metadata as pulumi.Output<{ generation?: number } | undefined>).apply((metadata) => {
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

/**
 * Reads the Installation once more when all is done. In every mode and direction this is the last layer, and there is no other
 * that nothing depends on: where it is protected, `pulumi destroy` is refused before it has touched any of them (it deletes
 * what nothing depends on first, and stops at the first refusal: pulumi/pulumi, pkg/resource/deploy, `ScheduleDeletes`).
 */
export function ready(context: LayerContext, protect: boolean, before: Dependency): CustomResourcePatch {
  const options = { ...layerOptions(context, before), protect };
  return patchInstallation(context, "ready", lookAnnotations("ready", context.rollout), options);
}
