// Who may write `bpfEnabled`: tigera/operator v1.40.2 pkg/controller/installation/bpf.go and core_controller.go
// (setDefaultsOnFelixConfiguration, setBPFUpdatesOnFelixConfiguration).
import type { KubeObject } from "../controlPlane/api";
import { type InstallationSpec, isBpf } from "./defaults";

/** pkg/render/node.go, BPFOperatorAnnotation: what the operator itself last wrote into `bpfEnabled`. */
export const bpfAnnotation = "operator.tigera.io/bpfEnabled";

/** An error that makes the operator Degraded, under the reason and with the prefix that it would use. */
export class Degraded extends Error {
  constructor(
    readonly reason: string,
    prefix: string,
    message: string,
    /** What is wrong with the IP pools at the same time. */
    readonly pools?: Degraded,
  ) {
    super(`${prefix}: ${message}`);
  }
}

/** bpfValidateAnnotations: field and annotation must agree, or somebody else has been writing. */
function write(felix: KubeObject, enabled: boolean): object {
  const annotation = felix.metadata.annotations?.[bpfAnnotation];
  const written = annotation ? annotation === "true" : undefined;
  if (written !== felix.spec?.bpfEnabled) {
    throw new Degraded(
      "ResourceUpdateError",
      "Error updating resource",
      'Unable to set bpfEnabled: FelixConfiguration "default" has been modified by someone else, refusing to override potential user configuration.',
    );
  }
  return {
    metadata: { annotations: { [bpfAnnotation]: String(enabled) } },
    spec: { bpfEnabled: enabled },
  };
}

/** setDefaultsOnFelixConfiguration: before calico-node is rendered. */
export function felixDefaults(
  spec: InstallationSpec,
  felix: KubeObject,
  calicoNode: KubeObject | undefined,
): object | undefined {
  const defaults: Record<string, number> = { healthPort: 9099, vxlanVNI: 4096, vxlanPort: 4789 };
  const open = Object.entries(defaults).filter(([name]) => felix.spec?.[name] === undefined);
  const settings = Object.fromEntries(open);
  // A fresh install in BPF mode is BPF from birth.
  if (!calicoNode && isBpf(spec) && felix.spec?.bpfEnabled !== true) {
    const enable = write(felix, true) as { spec: object };
    return { ...enable, spec: { ...settings, ...enable.spec } };
  }
  return open.length > 0 ? { spec: settings } : undefined;
}

/**
 * isRolloutCompleteWithBPFVolumes. Meant as "calico-node has been rolled with its BPF volume". But every template of
 * today has that volume (pkg/render/node.go, nodeVolumes), and the operator reads from a cache that has not seen its
 * own update yet: in practice the answer is about the roll-out before, and comes at once.
 */
function rolledOutBefore(calicoNode: KubeObject): boolean {
  const { status, metadata, spec } = calicoNode;
  if (status?.observedGeneration !== metadata.generation) return false;
  if (!spec.template.spec.volumes?.some((volume: any) => volume.name === "bpffs")) return false;
  return (
    status.currentNumberScheduled === (status.updatedNumberScheduled ?? 0) &&
    status.currentNumberScheduled === (status.numberAvailable ?? 0)
  );
}

/**
 * setBPFUpdatesOnFelixConfiguration: after calico-node is rendered.
 * @param before calico-node as it was before this round wrote to it
 */
export function bpfUpdate(
  spec: InstallationSpec,
  felix: KubeObject,
  before: KubeObject | undefined,
): object | undefined {
  if (isBpf(spec)) {
    if (felix.spec?.bpfEnabled === true || !before || !rolledOutBefore(before)) return undefined;
    return write(felix, true);
  }
  return felix.spec?.bpfEnabled === false ? undefined : write(felix, false);
}
