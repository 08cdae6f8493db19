import { PolicyResource } from "@pulumi/policy";
import { endpoint, felixConfiguration, isGate, isParked, waitsFor } from "../../calicoObjects";
import { Dataplane, stackPolicy, switches, switchToEbpf, Written } from "../../stack";

/** Dependencies that are missing and have been reported: one gap is one violation. */
type Reported = Map<PolicyResource, PolicyResource[]>;

/** Everything that a resource comes after, directly or through others. */
function comesAfter(resource: PolicyResource, reported: Reported): Set<PolicyResource> {
  const found = new Set<PolicyResource>();
  const queue = [resource];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const before = [...next.dependencies, ...Object.values(next.propertyDependencies).flat()];
    for (const one of before.concat(reported.get(next) || [])) {
      if (found.has(one)) continue;
      found.add(one);
      queue.push(one);
    }
  }
  return found;
}

/** A dependency on a component counts for all that is in it. */
function isAmong(found: Set<PolicyResource>, resource: PolicyResource): boolean {
  for (let one: PolicyResource | undefined = resource; one; one = one.parent) {
    if (found.has(one) && one.type !== "pulumi:pulumi:Stack") return true;
  }
  return false;
}

/** The wait for the operator's acknowledgement. Settings that wait for nothing may be written at any time. */
function waitsForSwitch(object: Written): boolean {
  return felixConfiguration(object) !== undefined && waitsFor(object, "bpfEnabled");
}

interface Layer {
  readonly title: string;
  readonly its: Written[];
  /** Titles of the layers that it must come after; those before them follow. */
  readonly after: string[];
  /** Titles of those that it must come after or before: not at the same time. */
  readonly orBefore?: string[];
  /** What goes wrong when it does not. */
  readonly why: string;
}

function layersOf(dataplane: Dataplane): Layer[] {
  const { objects } = dataplane;
  const on = switches(dataplane).filter(({ value }) => value === "BPF");
  const stop = {
    title: "kube-proxy's stop",
    its: objects.filter((one) => isParked(one) === true),
    after: [],
  };
  return [
    { title: "endpoint", its: objects.filter((one) => endpoint(one) !== undefined), after: [], why: "" },
    {
      ...stop,
      after: ["endpoint"],
      why: "calico-node finds the API server through kube-proxy until it has the endpoint",
    },
    {
      title: "switch",
      its: on.map(({ object }) => object),
      after: ["endpoint"],
      why: "what the eBPF data plane needs must be settled before it starts",
    },
    {
      title: "acknowledgement",
      its: objects.filter(waitsForSwitch),
      after: ["switch"],
      why: "it waits for bpfEnabled, which the operator sets after the switch",
    },
    {
      title: "gate",
      its: objects.filter(isGate),
      after: ["switch", "acknowledgement"],
      why: "it would praise the data plane before",
    },
    {
      ...stop,
      // Tigera's page stops it before the switch: Services live on the rules that it leaves until eBPF has begun.
      orBefore: ["switch", "acknowledgement", "gate"],
      why: "pods find Services through kube-proxy until eBPF is there",
    },
  ];
}

/**
 * The layers depend on each other in the order of the switch, so that no update runs them at once.
 *
 * Source: the order of steps in tigera/docs calico/operations/ebpf/enabling-ebpf.
 *
 * @severity high
 * @topics network, kubernetes
 * @link https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf
 */
export const layersInOrder = stackPolicy(
  {
    name: "ebpf-layers-in-order",
    displayName: "eBPF: the layers in their order",
    description:
      "Endpoint, switch, acknowledgement, gate and kube-proxy's stop must depend on each other in this order; the stop may " +
      "come before the switch.",
    enforcementLevel: "mandatory",
    severity: "high",
    tags: ["calico", "ebpf", "order"],
    remediationSteps:
      "Give each layer the one before: `dependsOn: [endpoint]` on the Installation, `dependsOn: [installation]` on what " +
      "waits for bpfEnabled, that on the gate, and `dependsOn: [gate]` on the stop of kube-proxy; or declare " +
      "a CalicoEbpfDataplane (aks-calico-ebpf), which does.",
    url: "https://docs.tigera.io/calico/latest/operations/ebpf/enabling-ebpf",
  },
  (stack, reportViolation) => {
    for (const dataplane of stack.dataplanes.filter((one) => switchToEbpf(one) !== undefined)) {
      const layers = layersOf(dataplane);
      const reported: Reported = new Map();
      const isAfter = (later: Written, earlier: Written) =>
        later.resource === earlier.resource ||
        isAmong(comesAfter(later.resource, reported), earlier.resource);
      for (const { title, its, after, orBefore = [], why } of layers) {
        const all = (titles: string[]) =>
          layers.flatMap((layer) => (titles.includes(layer.title) ? layer.its : []));
        for (const object of its) {
          const missed = [...all(after), ...all(orBefore).filter((one) => !isAfter(one, object))].filter(
            (one) => !isAfter(object, one),
          );
          if (!missed.length) continue;
          const last = missed.filter((one) => !missed.some((other) => other !== one && isAfter(other, one)));
          const names = last.map(({ name }) => name);
          reported.set(
            object.resource,
            missed.map(({ resource }) => resource),
          );
          reportViolation(
            `${object.name} (${title}) does not depend on ${names.join(" and ")}, so an update runs them at once or the ` +
              `wrong way round: ${why}. Write \`dependsOn: [${names.join(", ")}]\` on ${object.name}.`,
            object.urn,
          );
        }
      }
    }
  },
);
