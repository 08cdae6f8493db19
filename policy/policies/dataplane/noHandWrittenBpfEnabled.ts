import { ResourceValidationPolicy } from "@pulumi/policy";
import { AnyResource, Section } from "../../aksCluster";
import { felixConfiguration, nodeOf } from "../../calicoObjects";
import { Unknown } from "../../unknown";

const field = "bpfEnabled";

/** The settings that say it, as far as they are known. */
function handWritten(resource: AnyResource): Section | undefined {
  const spec = felixConfiguration(resource);
  return spec && ![undefined, Unknown].includes(spec.get(field)) ? spec : undefined;
}

/**
 * Nobody but the operator writes `bpfEnabled`. A resource policy, because it must see what the program writes: the
 * outputs that a stack policy gets hold what the operator wrote, too.
 *
 * Source: tigera/operator from 1.34, pkg/controller/installation, which compares the field with its own
 * annotation `operator.tigera.io/bpfEnabled` and goes Degraded where they disagree.
 *
 * @severity critical
 * @topics network, kubernetes
 * @link https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf
 */
export const noHandWrittenBpfEnabled: ResourceValidationPolicy = {
  name: "ebpf-no-hand-written-bpf-enabled",
  displayName: "eBPF: nobody but the operator writes bpfEnabled",
  description:
    "A FelixConfiguration must not write bpfEnabled: the operator owns it and refuses other writers.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["calico", "ebpf", "dataplane"],
  remediationSteps:
    "Take bpfEnabled out of the FelixConfiguration and write `spec: { calicoNetwork: { linuxDataplane: " +
    '"BPF" } }` on operator.tigera.io/v1 Installation `default`. Where Calico runs without an operator, or with ' +
    'one before 1.34, set this policy to "disabled".',
  url: "https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf",
  validateResource: (args, reportViolation) => {
    const spec = handWritten(args);
    if (!spec) return;
    const value = spec.get(field);
    const node = nodeOf(args);
    if (node !== undefined) {
      reportViolation(
        `${spec.path(field)} is ${value} for node ${node} alone. Nodes of one cluster must not differ in ` +
          "their data plane: the operator rolls calico-node and switches Felix for all of them together. Take " +
          "bpfEnabled out and switch the cluster: `linuxDataplane: BPF` in Installation/default.",
      );
      return;
    }
    reportViolation(
      `${spec.path(field)} is written by hand (${value}). The operator (1.34 and later) owns this field: when ` +
        'somebody else writes it, it goes Degraded ("has been modified by someone else, refusing to override") and ' +
        "stops managing the data plane. Take bpfEnabled out and write `spec: { calicoNetwork: { linuxDataplane: " +
        '"BPF" } }` on operator.tigera.io/v1 Installation `default`; the operator then sets bpfEnabled itself.',
    );
  },
  // Safe: where the switch is on, the operator writes the field itself.
  remediateResource: (args) => {
    const spec = handWritten(args);
    if (!spec) return undefined;
    delete spec.get()[field];
    return args.props;
  },
};
