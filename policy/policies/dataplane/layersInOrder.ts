// The layers depend on each other in the order of the switch, so that no update runs them at once.
import { endpoint, felixConfiguration, installation, isGate, isParked, waitsFor } from "../../calicoObjects";
import { calicoEbpf, ebpfPolicy } from "../../dataplane";
import { Verdict } from "../../define";
import { ancestors, before, Declared } from "../../stack";

interface Kind {
  readonly title: string;
  readonly is: (object: Declared) => unknown;
  /** What goes wrong when it comes too early. */
  readonly why?: string;
}

/** Each comes after those before it; the stop may, as on Tigera's page, come anywhere after the endpoint. */
const order: Kind[] = [
  { title: "endpoint", is: endpoint },
  {
    title: "switch",
    is: (one) => installation(one)?.get("calicoNetwork", "linuxDataplane") === "BPF",
    why: "What the eBPF data plane needs must be settled before it starts.",
  },
  {
    title: "acknowledgement",
    // Settings that wait for nothing may be written at any time.
    is: (one) => felixConfiguration(one) && waitsFor(one, "bpfEnabled"),
    why: "It waits for bpfEnabled, which the operator sets after the switch.",
  },
  { title: "gate", is: isGate, why: "Until then TigeraStatus describes the previous data plane." },
  {
    title: "kube-proxy's stop",
    is: (one) => isParked(one) === true,
    why: "calico-node finds the API server through kube-proxy until it has the endpoint.",
  },
];
const [, turn, , gate, stop] = order;

interface Layer {
  readonly kind: Kind;
  readonly rank: number;
  readonly object: Declared;
  /** What it comes after. */
  readonly after: Set<Layer>;
}

/** Everything that a resource comes after. What is in a component comes after all that the component does. */
function allBefore(object: Declared): Set<Declared> {
  const next = (one: Declared) => [one, ...ancestors(one)].flatMap(before);
  const found = new Set(next(object));
  // This loop also goes through what it adds.
  for (const one of found) for (const other of next(one)) found.add(other);
  return found;
}

/** Notes that one layer comes after another, and so does all that comes after the one. */
function put(layers: Layer[], later: Layer, earlier: Layer): void {
  for (const one of layers.filter((layer) => layer === later || layer.after.has(later)))
    for (const other of [earlier, ...earlier.after]) one.after.add(other);
}

function layersOf(objects: Declared[]): Layer[] {
  const layers = order.flatMap((kind, rank) =>
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
    for (const other of layers.filter((layer) => isReversed(one, layer))) {
      // One that lies between, and is itself reversed, is told instead.
      const between = layers.filter((layer) => one.after.has(layer) && layer.after.has(other));
      if (between.some((layer) => isReversed(one, layer) || isReversed(layer, other))) continue;
      const [name, later] = [one.object.name, other.object.name];
      yield {
        found: `${shown(one)} depends on ${shown(other)}, which must come after it`,
        why: other.kind.why,
        write: `Take ${later} out of what ${name} depends on, and write \`dependsOn: [${name}]\` on ${later}.`,
        of: one.object,
      };
    }
  const isApart = (one: Layer, other: Layer) =>
    one.object !== other.object && !one.after.has(other) && !other.after.has(one);
  // Those that come first are judged first: what comes after them has their gaps, and is not to blame.
  for (const later of [...layers].sort((one, other) => one.after.size - other.after.size)) {
    const missed = layers.filter((one) => one.rank < later.rank && isApart(one, later));
    const last = missed.slice(-1)[0];
    if (!last) continue;
    for (const one of missed) put(layers, later, one);
    yield {
      found: `${shown(later)} does not depend on ${shown(last)}, so an update runs them at once`,
      why: later.kind.why,
      write: `Write \`dependsOn: [${last.object.name}]\` on ${later.object.name}.`,
      of: later.object,
    };
  }
}

export const layersInOrder = ebpfPolicy({
  name: "ebpf-layers-in-order",
  wants: "Endpoint, switch, acknowledgement, gate and kube-proxy's stop must depend on each other in order.",
  write: "Write `dependsOn` in each on the one before, or declare a CalicoEbpfDataplane, which does.",
  ...calicoEbpf("high"),
  judge: ({ objects }) => judged(layersOf(objects)),
});
