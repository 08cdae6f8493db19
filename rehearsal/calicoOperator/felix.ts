// Who may write `bpfEnabled`: tigera/operator v1.40.2 pkg/controller/installation/bpf.go and core_controller.go
// (setDefaultsOnFelixConfiguration, setBPFUpdatesOnFelixConfiguration).
import type { KubeObject } from "../controlPlane/api";
import { type InstallationSpec, isBpf } from "./defaults";

/** pkg/render/node.go, BPFOperatorAnnotation: what the operator itself last wrote into `bpfEnabled`. */
const bpfAnnotation = "operator.tigera.io/bpfEnabled";

/** An error that makes the operator Degraded, under the reason and with the message that it would use. */
export class Degraded extends Error {
  constructor(
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** bpfValidateAnnotations: field and annotation must agree, or somebody else has been writing. */
function write(felix: KubeObject, enabled: boolean, settings: object = {}): object {
  const annotation = felix.metadata.annotations?.[bpfAnnotation];
  const written = annotation ? annotation === "true" : undefined;
  if (written !== felix.spec?.bpfEnabled) {
    throw new Degraded(
      "ResourceUpdateError",
      'Error updating resource: Unable to set bpfEnabled: FelixConfiguration "default" has been modified by someone else, refusing to override potential user configuration.',
    );
  }
  const metadata = { annotations: { [bpfAnnotation]: String(enabled) } };
  return { metadata, spec: { ...settings, bpfEnabled: enabled } };
}

/** setDefaultsOnFelixConfiguration: before calico-node is rendered. */
export function felixDefaults(spec: InstallationSpec, felix: KubeObject, calicoNode?: KubeObject) {
  const defaults = { healthPort: 9099, vxlanVNI: 4096, vxlanPort: 4789 };
  const open = Object.entries(defaults).filter(([name]) => felix.spec?.[name] === undefined);
  const settings = Object.fromEntries(open);
  // A fresh install in BPF mode is BPF from birth.
  if (!calicoNode && isBpf(spec) && felix.spec?.bpfEnabled !== true) return write(felix, true, settings);
  return open.length > 0 ? { spec: settings } : undefined;
}

/**
 * isRolloutCompleteWithBPFVolumes. Meant as "calico-node has been rolled with its BPF volume". But every template of
 * today has that volume (pkg/render/node.go, nodeVolumes), and the operator reads from a cache that has not seen its
 * own update yet: in practice the answer is about the roll-out before, and comes at once.
 */
function rolledOutBefore({ status, metadata }: KubeObject): boolean {
  return (
    status?.observedGeneration === metadata.generation &&
    status.currentNumberScheduled === (status.updatedNumberScheduled ?? 0) &&
    status.currentNumberScheduled === (status.numberAvailable ?? 0)
  );
}

/**
 * setBPFUpdatesOnFelixConfiguration: after calico-node is rendered.
 * @param before calico-node as it was before this round wrote to it
 */
export function bpfUpdate(spec: InstallationSpec, felix: KubeObject, before?: KubeObject) {
  const enabled = felix.spec?.bpfEnabled;
  if (!isBpf(spec)) return enabled === false ? undefined : write(felix, false);
  return enabled === true || !before || !rolledOutBefore(before) ? undefined : write(felix, true);
}
