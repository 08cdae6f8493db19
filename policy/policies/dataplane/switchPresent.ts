// The switch between the data planes, in Installation/default.
import { felixConfiguration, installation, installsCalico, isParked } from "../../calicoObjects";
import { enablingEbpf, hasCalicoAddOn, missing, switches, unknownSwitches } from "../../dataplane";
import { advice, ebpf, Found, stackPolicy } from "../../define";
import { Dataplane, Declared } from "../../stack";
import { Unknown } from "../../unknown";

const bpf = '`spec: { calicoNetwork: { linuxDataplane: "BPF" } }`';
const write =
  `Declare a CalicoEbpfDataplane (aks-calico-ebpf), or an operator.tigera.io/v1 InstallationPatch named \`default\` with ${bpf}. ` +
  'Where another stack holds the switch, set this policy to "disabled" for this stack.';

/** A setting of eBPF that the program itself writes; what the operator wrote is no proof. */
function ebpfSetting(object: Declared): string | undefined {
  const values = object.isInput ? felixConfiguration(object)?.get() : undefined;
  if (values === undefined || values === Unknown) return undefined;
  return Object.keys(values).find((field) => /^bpf/.test(field) && field !== "bpfEnabled");
}

/** What shows that a data plane without the switch should have it. */
function missingSwitch(dataplane: Dataplane): Found | undefined {
  const { title, cluster, objects } = dataplane;
  const [said] = switches(dataplane);
  const { object, value } = said ?? {};
  const nothing = `but nothing in the stack switches ${title} to eBPF`;
  if (said && value !== "Iptables")
    return {
      found: `${object.name} says linuxDataplane: ${value}`,
      why: `The operator then runs the ${value} data plane on ${title} and keeps bpfEnabled false.`,
      write: `Write ${bpf}.`,
      of: object,
    };
  if (!said && hasCalicoAddOn(dataplane))
    return { found: `Cluster ${cluster!.name} runs Calico (networkPolicy: calico), ${nothing}`, of: cluster };
  const parked = objects.find((one) => isParked(one) === true);
  if (parked)
    return {
      found:
        "kube-proxy is kept off the nodes by its nodeSelector, " +
        (said ? `and ${object.name} says linuxDataplane: Iptables` : nothing),
      why: "New Services would get no rules on any node.",
      write: `Take the nodeSelector out, or switch to eBPF. ${write}`,
      of: parked,
    };
  if (said) return undefined;
  // What an Installation says, where there is one, stands nearer to the line to write than its operator's release.
  const calico =
    objects.find((one) => installation(one) && installsCalico(one)) ?? objects.find(installsCalico);
  if (calico) return { found: `${calico.name} installs Calico on ${title}, ${nothing}`, of: calico };
  // A stack with Felix's settings alone leaves the switch to another.
  const felix = objects.some(installation) ? objects.find(ebpfSetting) : undefined;
  return (
    felix && {
      found: `${felix.name} sets ${ebpfSetting(felix)}, which only the eBPF data plane reads, ${nothing}`,
      why: "With this update the switch would be given up: the operator would go back to iptables.",
      of: felix,
    }
  );
}

export const switchPresent = stackPolicy(
  {
    name: "ebpf-switch-present",
    wants: "A stack whose cluster is meant to run Calico eBPF must set linuxDataplane: BPF.",
    // Source: tigera/operator, pkg/controller/installation.
    why: "Without linuxDataplane: BPF the operator keeps the iptables data plane, and bpfEnabled false.",
    write,
    ...ebpf("high"),
    url: enablingEbpf,
  },
  function* (stack) {
    // A switch that leads to no cluster of this stack may be meant for one of them.
    let elsewhere = stack.dataplanes.filter((one) => !one.cluster && switches(one).length > 0).length;
    for (const dataplane of stack.dataplanes) {
      const { cluster } = dataplane;
      const all = switches(dataplane);
      if (all.some(({ value }) => value === "BPF")) continue;
      const unknown = unknownSwitches(dataplane);
      const found = unknown.length ? undefined : missingSwitch(dataplane);
      yield* unknown;
      if (found && (all.length || !cluster || elsewhere-- <= 0)) yield* missing(dataplane, found);
      else if (!all.length && cluster?.wanted.get("networkProfile", "networkPolicy") === Unknown)
        yield { notKnown: cluster.wanted.path("networkProfile.networkPolicy"), of: cluster };
    }
  },
);

export const wayBack = stackPolicy(
  {
    name: "ebpf-way-back",
    wants: "A switch from eBPF back to iptables must be meant.",
    why: "The operator runs the iptables data plane then, and sets bpfEnabled to false.",
    write: `Nothing needs to be written if this is a planned way back. Otherwise write ${bpf}.`,
    ...advice("ebpf", "medium"),
    url: enablingEbpf,
  },
  function* ({ dataplanes }) {
    for (const dataplane of dataplanes) {
      const all = switches(dataplane);
      const back = all.find(({ value }) => value === "Iptables");
      if (back && !all.some(({ value }) => value === "BPF"))
        yield {
          found: `${back.object.name} says linuxDataplane: Iptables on ${dataplane.title}`,
          of: back.object,
        };
    }
  },
);
