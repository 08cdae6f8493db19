import { felixConfiguration, installation, installsCalico, isParked } from "../../calicoObjects";
import { Dataplane, hasCalicoAddOn, stackPolicy, switches, Written } from "../../stack";
import { Unknown } from "../../unknown";

const whatToWrite =
  "Declare a CalicoEbpfDataplane (aks-calico-ebpf), or an operator.tigera.io/v1 InstallationPatch named `default` " +
  'with `spec: { calicoNetwork: { linuxDataplane: "BPF" } }`.';

/** A setting of eBPF that the program itself writes; what the operator wrote is no proof. */
function ebpfSetting(object: Written): string | undefined {
  const spec = object.isInput ? felixConfiguration(object) : undefined;
  const values = spec && spec.get();
  if (values === undefined || values === Unknown) return undefined;
  return Object.keys(values).find((field) => /^bpf/.test(field) && field !== "bpfEnabled");
}

/** What shows that a data plane without the switch should have it, and the resource that shows it. */
function missingSwitch(dataplane: Dataplane): { message: string; urn?: string } | undefined {
  const { title, cluster, objects } = dataplane;
  const parked = objects.find((object) => isParked(object) === true);
  const other = switches(dataplane)[0];
  if (other) {
    return {
      urn: other.object.urn,
      message:
        `The Installation says linuxDataplane: ${other.value}, so the operator runs the ${other.value} data plane ` +
        `on ${title} and keeps bpfEnabled false. Write ` +
        '`spec: { calicoNetwork: { linuxDataplane: "BPF" } }`. If this is a planned way back from eBPF, run it ' +
        'with this policy set to "advisory".',
    };
  }
  if (cluster && hasCalicoAddOn(dataplane)) {
    return {
      urn: cluster.resource.urn,
      message:
        `Cluster ${cluster.resource.name} runs Calico (networkPolicy: calico), but nothing in the stack switches it ` +
        "to eBPF. Without linuxDataplane: BPF in Installation/default the operator keeps the iptables data plane. " +
        whatToWrite,
    };
  }
  if (parked) {
    return {
      urn: parked.urn,
      message:
        "kube-proxy is kept off the nodes by its nodeSelector, but nothing in the stack switches Calico to eBPF: " +
        `new Services would get no rules on any node. ${whatToWrite} Or take the nodeSelector out.`,
    };
  }
  // What an Installation says, where there is one, stands nearer to the line to write than its operator's release.
  const calico =
    objects.find((one) => installation(one) && installsCalico(one)) || objects.find(installsCalico);
  if (calico) {
    return {
      urn: calico.urn,
      message:
        `${calico.name} installs Calico on ${title}, but nothing in the stack switches it to eBPF: without ` +
        `linuxDataplane the operator runs iptables. ${whatToWrite}`,
    };
  }
  const felix = objects.find(ebpfSetting);
  if (felix) {
    return {
      urn: felix.urn,
      message:
        `${felix.name} sets ${ebpfSetting(felix)}, which only the eBPF data plane reads, but nothing in the stack ` +
        `switches ${title} to eBPF: with this update the switch would be given up. ${whatToWrite}`,
    };
  }
  return undefined;
}

/**
 * A stack that means to run eBPF holds the switch that turns it on.
 *
 * Source: tigera/operator pkg/controller/installation: without `linuxDataplane: BPF` it defaults to Iptables and
 * sets `bpfEnabled: false`.
 *
 * @severity high
 * @topics network, kubernetes
 * @link https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf
 */
export const switchPresent = stackPolicy(
  {
    name: "ebpf-switch-present",
    displayName: "eBPF: the switch is in the stack",
    description: "A stack whose cluster is meant to run Calico eBPF must set linuxDataplane: BPF.",
    enforcementLevel: "mandatory",
    severity: "high",
    tags: ["calico", "ebpf", "dataplane"],
    remediationSteps:
      `${whatToWrite} Where another stack holds the switch, or for a planned way back to iptables, set this policy ` +
      'to "disabled" or "advisory" for this stack.',
    url: "https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf",
  },
  (stack, reportViolation) => {
    if (stack.hasUnrenderedManifests) return;
    const isOn = (dataplane: Dataplane) =>
      switches(dataplane).some(({ value }) => value === "BPF" || value === Unknown);
    /** Switches that lead to no cluster of this stack: each may be meant for one of them. */
    let elsewhere = stack.dataplanes.filter((one) => !one.cluster && isOn(one)).length;
    for (const dataplane of stack.dataplanes) {
      const missing = isOn(dataplane) ? undefined : missingSwitch(dataplane);
      if (!missing) continue;
      if (dataplane.cluster && elsewhere-- > 0) continue;
      reportViolation(missing.message, missing.urn);
    }
  },
);
