import assert from "node:assert/strict";
import { layersInOrder } from "../../../policy/policies/dataplane/layersInOrder";
import { type Declared, judgeStack, unknown } from "../judge";
import { type Stacks, stacks } from "../stacks";
import { asYaml, cluster, endpoint, felix, installation, object, parked, provider } from "./programs";

const waiting = {
  name: "default",
  annotations: { "pulumi.com/waitFor": "jsonpath={.spec.bpfEnabled}=true" },
};
const layers: Record<string, (more?: Partial<Declared>) => Declared> = {
  endpoint: (more) => endpoint("host", more),
  parked: (more) => parked({ "no-kube-proxy": "true" }, more),
  switch: (more) => installation("BPF", more),
  felix: (more) => felix({}, { props: { metadata: waiting, spec: { bpfLogLevel: "Off" } }, ...more }),
  gate: (more) =>
    object("operator.tigera.io/v1:TigeraStatusPatch", "gate", { metadata: { name: "calico" } }, more),
};
const base = [cluster(), provider()];
const order = Object.keys(layers);
/** The layers of that order, each after the one before; without those edges that are cut. */
const chain = (names: string[], cut?: string): Declared[] => [
  ...base,
  ...names.map((name, at) => layers[name]({ dependsOn: at > 0 && name !== cut ? [names[at - 1]] : [] })),
];
const policy = (title: string, expected: Stacks) => stacks(layersInOrder, title, expected);

const green = [cluster({}, { name: "green" }), provider(["green"], "k8s-green")];
const greens = layers.endpoint({ name: "endpoint-green", provider: "k8s-green" });
policy("accepts the chain, as patches and as Pulumi YAML, also with layers left out, and beside another's", {
  right: [
    chain(order),
    chain(["endpoint", "switch", "felix", "gate", "parked"]),
    chain(["endpoint", "switch", "parked"]),
    [...base, ...chain(order).slice(base.length).map(asYaml)],
    ...order.map((left) => chain(order.filter((one) => one !== left))),
    [...green, greens, ...chain(order)],
  ],
});

const between: Declared = { type: "command:local:Command", name: "between", dependsOn: ["endpoint"] };
const component: Declared = { type: "my:own:Component", name: "component" };
const root: Declared = { type: "pulumi:pulumi:Stack", name: "stack" };
policy("follows dependencies through other resources, through properties and into components", {
  right: [
    [...base, layers.endpoint(), between, layers.switch({ dependsOn: ["between"] })],
    [...base, layers.endpoint(), layers.switch({ propertyDependencies: { metadata: ["endpoint"] } })],
    [
      ...[...base, component, layers.endpoint({ parent: "component" })],
      layers.switch({ dependsOn: ["component"] }),
    ],
  ],
  wrong: [
    [
      [...base, root, layers.endpoint({ parent: "stack" }), layers.switch({ dependsOn: ["stack"] })],
      "switch",
    ],
  ],
});

const cuts: [layer: string, missed: string, why: RegExp][] = [
  ["parked", "endpoint", /kube-proxy's stop\) .* calico-node finds the API server through kube-proxy until/],
  ["felix", "switch", /\(acknowledgement\) .* bpfEnabled, which the operator sets after the switch/],
  ["gate", "felix", /\(gate\) .* it would praise the data plane before/],
];
const settings = felix({ bpfKubeProxyIptablesCleanupEnabled: false });
policy("refuses a layer that does not come after the one before it", {
  // Settings may be written at any time, but not wait for a switch that comes later.
  right: [[...base, settings, layers.switch()]],
  wrong: [
    ...cuts.map(([layer, missed, why]): [Declared[], string, ...(string | RegExp)[]] => [
      chain(order, layer),
      layer,
      new RegExp(`^${layer} \\(.* does not depend on ${missed}, so`),
      why,
      new RegExp(`Write \`dependsOn: \\[${missed}\\]\` on ${layer}\\.$`),
    ]),
    [
      [
        ...[...base, layers.endpoint(), layers.parked({ dependsOn: ["endpoint"] })],
        ...[layers.switch({ dependsOn: ["endpoint"] }), layers.gate({ dependsOn: ["switch"] })],
      ],
      "parked",
      /^parked \(kube-proxy's stop\) does not depend on gate, so .*`dependsOn: \[gate\]` on parked/,
    ],
    [chain(["felix", "switch"]), "felix", /^felix \(acknowledgement\) does not depend on switch/],
    // A gap is told once.
    [
      [...[...base, layers.endpoint(), layers.switch()], ...[layers.gate({ dependsOn: ["switch"] })]],
      "switch",
      /^switch \(switch\) does not depend on endpoint, so .*`dependsOn: \[endpoint\]` on switch/,
    ],
  ],
});
it("policy ebpf-layers-in-order names every layer that comes too early", async () => {
  const none = [...base, layers.endpoint(), layers.parked(), layers.switch()];
  const found = await judgeStack(layersInOrder, none);
  const named = found.map(({ resource }) => resource);
  assert.deepEqual(named, ["parked", "switch", "parked"]);
});
policy("stays silent where nothing switches to eBPF, or a preview does not know it", {
  right: [
    ...["Iptables", unknown].map((value) => [
      ...[...base, layers.endpoint(), layers.parked()],
      ...[installation(value), layers.felix(), layers.gate()],
    ]),
    [
      ...[...base, parked(unknown), felix(unknown), endpoint(unknown)],
      layers.switch({ dependsOn: ["endpoint"] }),
    ],
  ],
});
