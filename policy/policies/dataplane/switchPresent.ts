// The switch between the data planes, in Installation/default.
import { felixConfiguration, installation, installsCalico, isParked } from "../../calicoObjects";
import { calicoEbpf, hasCalicoAddOn, missing, switches, switchTo, unknownSwitches } from "../../dataplane";
import { Found, stackPolicy } from "../../define";
import { Dataplane, Declared } from "../../stack";
import { Unknown } from "../../unknown";

const bpf = '`spec: { calicoNetwork: { linuxDataplane: "BPF" } }`';
const write =
  `Declare a CalicoEbpfDataplane (aks-calico-ebpf), or an InstallationPatch \`default\` with ${bpf}. ` +
  'Where another stack does, set this policy to "disabled".';

/** A setting of eBPF that the program itself writes; what the operator wrote is no proof. */
function ebpfSetting(object: Declared): string | undefined {
  const values = object.isInput ? felixConfiguration(object)?.get() : undefined;
  const fields = typeof values === "object" ? Object.keys(values) : [];
  return fields.find((field) => /^bpf/.test(field) && field !== "bpfEnabled");
}

/** What shows that a data plane without the switch should have it. */
function missingSwitch(dataplane: Dataplane): Found | undefined {
  const { title, cluster, objects } = dataplane;
  const [said] = switches(dataplane);
  const other = said && `${said.of.name} says linuxDataplane: ${said.value}`;
  const nothing = `but nothing in the stack switches ${title} to eBPF`;
  if (said && said.value !== "Iptables") return { found: `${other} on ${title}`, of: said.of };
  if (!said && hasCalicoAddOn(dataplane))
    return { found: `Cluster ${cluster!.name} runs Calico (networkPolicy: calico), ${nothing}`, of: cluster };
  const parked = objects.find((one) => isParked(one) === true);
  if (parked)
    return {
      found: `kube-proxy is kept off the nodes by its nodeSelector, ${other ? `and ${other}` : nothing}`,
      why: "New Services would get no rules on any node.",
      write: `Take the nodeSelector out, or switch to eBPF. ${write}`,
      of: parked,
    };
  if (said) return undefined;
  // What an Installation says, where there is one, stands nearer to the line to write than its operator's release.
  const installers = objects.filter(installsCalico);
  const calico = installers.find(installation) ?? installers[0];
  if (calico) return { found: `${calico.name} installs Calico on ${title}, ${nothing}`, of: calico };
  // A stack with Felix's settings alone leaves the switch to another.
  const of = objects.some(installation) ? objects.find(ebpfSetting) : undefined;
  const why = "With this update the switch would be given up: the operator would go back to iptables.";
  const found = of && `${of.name} sets ${ebpfSetting(of)}, which only the eBPF data plane reads, ${nothing}`;
  return found ? { found, why, of } : undefined;
}

export const switchPresent = stackPolicy({
  name: "ebpf-switch-present",
  wants: "A stack whose cluster is meant to run Calico eBPF must set linuxDataplane: BPF.",
  // Source: tigera/operator, pkg/controller/installation.
  why: "Without it the operator keeps bpfEnabled false.",
  write,
  ...calicoEbpf("high"),
  *judge({ dataplanes }) {
    // A switch that leads to no cluster of this stack may be meant for one of them.
    let elsewhere = dataplanes.filter((one) => !one.cluster && switches(one).length).length;
    for (const dataplane of dataplanes.filter((one) => !switchTo(one, "BPF"))) {
      const { cluster } = dataplane;
      const isSaid = switches(dataplane).length > 0;
      const unknown = unknownSwitches(dataplane);
      const found = unknown.length ? undefined : missingSwitch(dataplane);
      yield* unknown;
      if (found && (isSaid || !cluster || elsewhere-- <= 0)) yield* missing(dataplane, found);
      else if (!isSaid && cluster?.wanted.get("networkProfile", "networkPolicy") === Unknown)
        yield { notKnown: cluster.wanted.path("networkProfile.networkPolicy"), of: cluster };
    }
  },
});

export const wayBack = stackPolicy({
  name: "ebpf-way-back",
  wants: "A switch from eBPF back to iptables must be meant.",
  why: "The operator runs the iptables data plane then, and sets bpfEnabled to false.",
  write: `Nothing needs to be written if this is a planned way back. Otherwise write ${bpf}.`,
  ...calicoEbpf("medium"),
  level: "advisory",
  *judge({ dataplanes }) {
    for (const dataplane of dataplanes.filter((one) => !switchTo(one, "BPF"))) {
      const of = switchTo(dataplane, "Iptables");
      if (of) yield { found: `${of.name} says linuxDataplane: Iptables on ${dataplane.title}`, of };
    }
  },
});
