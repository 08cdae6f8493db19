// Layer 3: the switch itself, and the generation of it that the operator has to have worked off.
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import type * as pulumi from "@pulumi/pulumi";
import { installation } from "./calicoFound";
import {
  layerOptions,
  type Dependency,
  type LayerContext,
  skipAwaitAnnotation,
  ourPrefix,
  ownerAnnotations,
  forceAnnotation,
} from "./layer";

/** `spec.calicoNetwork.linuxDataplane`, as the Installation spells it (tigera/operator, api/v1). */
export const LinuxDataplane = { Ebpf: "BPF", Iptables: "Iptables" } as const;

/** Turns the data plane over. By force, because the operator's own defaulting has written the field before us. */
export function dataplaneSwitch(
  context: LayerContext,
  linuxDataplane: string,
  before: Dependency,
): CustomResourcePatch {
  return new CustomResourcePatch(
    `${context.name}-dataplane-switch`,
    {
      ...installation,
      metadata: { name: "default", annotations: { ...ownerAnnotations, ...skipAwaitAnnotation } },
      spec: { calicoNetwork: { linuxDataplane } },
    },
    layerOptions(context, before),
  );
}

/**
 * Reads the Installation after the operator has acknowledged the switch: its `metadata.generation` now counts the
 * switch and whatever the operator defaulted on top of it. Conditions that observed this generation speak of the new
 * data plane; older ones still praise the old. Its `status` names the Calico version.
 */
export function switchAcknowledged(context: LayerContext, before: Dependency): CustomResourcePatch {
  return readInstallation(context, "switch-acknowledged", "acknowledged", layerOptions(context, before));
}

/**
 * Reads the Installation once more when all is done. In every mode and direction this is the last layer, and there is no other
 * that nothing depends on: where it is protected, `pulumi destroy` is refused before it has touched any of them (it deletes
 * what nothing depends on first, and stops at the first refusal: pulumi/pulumi, pkg/resource/deploy, `ScheduleDeletes`).
 */
export function ready(context: LayerContext, protect: boolean, ...before: Dependency[]): CustomResourcePatch {
  return readInstallation(context, "ready", "ready", { ...layerOptions(context, ...before), protect });
}

function readInstallation(
  context: LayerContext,
  suffix: string,
  mark: string,
  options: pulumi.CustomResourceOptions,
): CustomResourcePatch {
  return new CustomResourcePatch(
    `${context.name}-${suffix}`,
    {
      ...installation,
      metadata: {
        name: "default",
        annotations: {
          ...forceAnnotation,
          ...skipAwaitAnnotation,
          [`${ourPrefix}/${mark}`]: context.fingerprint,
        },
      },
      // Not written; named so that the SDK hands it out.
      status: undefined,
    },
    options,
  );
}
