// The layers depend on each other in the order of the switch, so that no update runs them at once.
import { endpoint, felixConfiguration, installation, isGate, isParked, waitsFor } from "../../calicoObjects";
import { ebpfPolicy, enablingEbpf } from "../../dataplane";
import { ebpf, Verdict } from "../../define";
import { ancestors, before, Declared } from "../../stack";

interface Kind {
  readonly title: string;
  readonly is: (object: Declared) => boolean;
  /** What goes wrong when it comes too early. */
  readonly why: string;
}

const turn: Kind = {
  title: "switch",
  is: (one) => installation(one)?.get("calicoNetwork", "linuxDataplane") === "BPF",
  why: "What the eBPF data plane needs must be settled before it starts.",
};
const gate: Kind = {
  title: "gate",
  is: isGate,
  why: "Until then TigeraStatus describes the previous data plane.",
};
/** Each comes after those before it. */
const chain: Kind[] = [
  { title: "endpoint", is: (one) => endpoint(one) !== undefined, why: "" },
  turn,
  {
    title: "acknowledgement",
    // Settings that wait for nothing may be written at any time.
    is: (one) => felixConfiguration(one) !== undefined && waitsFor(one, "bpfEnabled"),
    why: "It waits for bpfEnabled, which the operator sets after the switch.",
  },
  gate,
];
/** After the endpoint; after or, as on Tigera's page, before each of the others, but not at the same time. */
const stop: Kind = {
  title: "kube-proxy's stop",
  is: (one) => isParked(one) === true,
  why:
    "calico-node finds the API server through kube-proxy until it has the endpoint, and pods find Services through it " +
    "until eBPF is there.",
};

interface Layer {
  readonly kind: Kind;
  readonly rank: number;
  readonly object: Declared;
  /** What it comes after. */
  readonly after: Set<Layer>;
}

/** Everything that a resource comes after. What is in a component comes after all that the component does. */
function allBefore(object: Declared): Set<Declared> {
  const found = new Set<Declared>();
  const queue = [object];
  for (let one = queue.pop(); one; one = queue.pop()) {
    const next = [one, ...ancestors(one)].flatMap(before).filter((other) => !found.has(other));
    for (const other of next) found.add(other);
    queue.push(...next);
  }
  return found;
}

/** Notes that one layer comes after another, and so does all that comes after the one. */
function put(layers: Layer[], later: Layer, earlier: Layer): void {
  for (const one of layers)
    if (one === later || one.after.has(later))
      for (const other of [earlier, ...earlier.after]) one.after.add(other);
}

function layersOf(objects: Declared[]): Layer[] {
  const layers = [...chain, stop].flatMap((kind, rank) =>
    objects.filter(kind.is).map((object): Layer => ({ kind, rank, object, after: new Set() })),
  );
  for (const later of layers) {
    const found = allBefore(later.object);
    // A dependency on a component is one on all that is in it; on the stack it says nothing.
    const isFound = (one: Declared) => found.has(one) && one.type !== "pulumi:pulumi:Stack";
    for (const earlier of layers)
      if (earlier.object !== later.object && [earlier.object, ...ancestors(earlier.object)].some(isFound))
        put(layers, later, earlier);
  }
  // What waits for a Calico that is well before the switch is no gate of it.
  const isBeforeTurn = (one: Layer) => layers.some(({ kind, after }) => kind === turn && after.has(one));
  return layers.filter((one) => one.kind !== gate || !isBeforeTurn(one));
}

const shown = ({ object, kind }: Layer) => `${object.name} (${kind.title})`;

function* judged(layers: Layer[]): Generator<Verdict> {
  const isReversed = (one: Layer, other: Layer) =>
    one.after.has(other) && (other.kind === stop ? one.rank === 0 : one.rank < other.rank);
  for (const one of layers)
    for (const other of layers.filter((later) => isReversed(one, later))) {
      const between = layers.filter(({ after }) => after.has(other)).filter((layer) => one.after.has(layer));
      if (between.some((layer) => isReversed(one, layer) || isReversed(layer, other))) continue;
      const [name, later] = [one.object.name, other.object.name];
      yield {
        found: `${shown(one)} depends on ${shown(other)}, which must come after it`,
        why: other.kind.why,
        write: `Take ${later} out of what ${name} depends on, and write \`dependsOn: [${name}]\` on ${later}.`,
        of: one.object,
      };
    }
  // Those that come first are judged first: what comes after them has their gaps, and is not to blame.
  for (const later of [...layers].sort((one, other) => one.after.size - other.after.size)) {
    const missed = layers.filter(
      (one) =>
        one.rank < later.rank &&
        one.object !== later.object &&
        !later.after.has(one) &&
        !one.after.has(later),
    );
    if (!missed.length) continue;
    for (const one of missed) put(layers, later, one);
    const last = missed.filter(({ rank }) => rank === Math.max(...missed.map((one) => one.rank)));
    const names = last.map(({ object }) => object.name).join(", ");
    yield {
      found: `${shown(later)} does not depend on ${last.map(shown).join(" and ")}, so an update runs them at once`,
      why: later.kind.why,
      write: `Write \`dependsOn: [${names}]\` on ${later.object.name}.`,
      of: later.object,
    };
  }
}

export const layersInOrder = ebpfPolicy(
  {
    name: "ebpf-layers-in-order",
    wants:
      "Endpoint, switch, acknowledgement, gate and kube-proxy's stop must depend on each other in this order; the stop may " +
      "come before the switch.",
    write:
      "Give each layer the one before: `dependsOn: [endpoint]` on the Installation, `dependsOn: [installation]` on what " +
      "waits for bpfEnabled, that on the gate, and `dependsOn: [gate]` on the stop of kube-proxy; or declare " +
      "a CalicoEbpfDataplane (aks-calico-ebpf), which does.",
    ...ebpf("high"),
    url: enablingEbpf,
  },
  ({ objects }) => judged(layersOf(objects)),
);
