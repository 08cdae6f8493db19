import { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { isHelmRelease, kubernetesKind } from "../../resourceTypes";
import { read, Unknown } from "../../unknown";

/** Where a resource writes `bpfEnabled`, if it does. Null and unknown count as not written. */
function handWritten(args: ResourceValidationArgs): { path: string; value: any; node?: string } | undefined {
  const isWritten = (value: any) => value !== undefined && value !== Unknown;
  if (isHelmRelease(args.type)) {
    // The tigera-operator chart renders FelixConfiguration/default from these values, and only where `enabled`.
    if (read(args.props, "values", "defaultFelixConfiguration", "enabled") !== true) return undefined;
    const value = read(args.props, "values", "defaultFelixConfiguration", "bpfEnabled");
    return isWritten(value) ? { path: "values.defaultFelixConfiguration.bpfEnabled", value } : undefined;
  }
  const object = kubernetesKind(args.type, args.props);
  if (!object || object.kind !== "FelixConfiguration") return undefined;
  if (!/^(crd\.)?projectcalico\.org\//.test(object.apiVersion)) return undefined;
  const value = read(args.props, "spec", "bpfEnabled");
  if (!isWritten(value)) return undefined;
  const name = read(args.props, "metadata", "name");
  const node = typeof name === "string" && name.startsWith("node.") ? name.slice("node.".length) : undefined;
  return { path: "spec.bpfEnabled", value, node };
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
    const found = handWritten(args);
    if (!found) return;
    if (found.node !== undefined) {
      reportViolation(
        `${found.path} is ${found.value} for node ${found.node} alone. Nodes of one cluster must not differ in ` +
          "their data plane: the operator rolls calico-node and switches Felix for all of them together. Take " +
          "bpfEnabled out and switch the cluster: `linuxDataplane: BPF` in Installation/default.",
      );
      return;
    }
    reportViolation(
      `${found.path} is written by hand (${found.value}). The operator (1.34 and later) owns this field: when ` +
        'somebody else writes it, it goes Degraded ("has been modified by someone else, refusing to override") and ' +
        "stops managing the data plane. Take bpfEnabled out and write `spec: { calicoNetwork: { linuxDataplane: " +
        '"BPF" } }` on operator.tigera.io/v1 Installation `default`; the operator then sets bpfEnabled itself.',
    );
  },
};
