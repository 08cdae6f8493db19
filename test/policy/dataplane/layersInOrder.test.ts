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
  [
    "felix",
    "switch",
    /\(acknowledgement\) .* It waits for bpfEnabled, which the operator sets after the switch/,
  ],
  ["gate", "felix", /\(gate\) .* Until then TigeraStatus describes the previous data plane/],
];
const settings = felix({ bpfKubeProxyIptablesCleanupEnabled: false });
policy("refuses a layer that does not come after the one before it", {
  // Settings may be written at any time, but not wait for a switch that comes later.
  right: [[...base, settings, layers.switch()]],
  wrong: [
    ...cuts.map(([layer, missed, why]): [Declared[], string, ...(string | RegExp)[]] => [
      chain(order, layer),
      layer,
      new RegExp(`^${layer} \\(.* does not depend on ${missed} \\(.*\\), so`),
      why,
      new RegExp(`Write \`dependsOn: \\[${missed}\\]\` on ${layer}\\.$`),
    ]),
    [
      [
        ...[...base, layers.endpoint(), layers.parked({ dependsOn: ["endpoint"] })],
        ...[layers.switch({ dependsOn: ["endpoint"] }), layers.gate({ dependsOn: ["switch"] })],
      ],
      "parked",
      /^parked \(kube-proxy's stop\) does not depend on gate \(gate\), so .*`dependsOn: \[gate\]` on parked/,
    ],
    [
      chain(["felix", "switch"]),
      "switch",
      /^switch \(switch\) depends on felix \(acknowledgement\), which must come/,
    ],
    [
      [
        ...[...base, layers.endpoint(), layers.parked({ dependsOn: ["endpoint"] })],
        layers.switch({ dependsOn: ["endpoint"] }),
      ],
      "parked",
      /does not depend on switch \(switch\), so an update runs them at once\. .* their Services until eBPF runs\. /,
    ],
    // A gap is told once.
    [
      [...[...base, layers.endpoint(), layers.switch()], ...[layers.gate({ dependsOn: ["switch"] })]],
      "switch",
      /^switch \(switch\) does not depend on endpoint \(endpoint\), so .*`dependsOn: \[endpoint\]` on switch/,
    ],
  ],
});
it("policy ebpf-layers-in-order names every layer that comes too early", async () => {
  const none = [...base, layers.endpoint(), layers.parked(), layers.switch()];
  const found = await judgeStack(layersInOrder, none);
  const named = found.map(({ resource }) => resource);
  assert.deepEqual(named, ["switch", "parked"]);
});

policy("accepts the orders of others", {
  right: [
    // Tigera's page stops kube-proxy before the switch; a team may stop it anywhere after the endpoint.
    ...[1, 2, 3, 4].map((at) => {
      const names = ["endpoint", "switch", "felix", "gate"];
      return chain([...names.slice(0, at), "parked", ...names.slice(at)]);
    }),
    // Ours: settings before and after.
    [
      ...chain(["endpoint", "switch", "felix", "gate", "parked"]),
      felix({ bpfKubeProxyHealthzPort: 10256 }, { name: "alone", dependsOn: ["parked"] }),
    ],
    // Waits for a Calico that is well, and switches it then.
    chain(["gate", "endpoint", "switch", "felix"]),
    // One release that is the endpoint and the switch.
    [
      ...base,
      object("helm.sh/v3:Release", "operator", {
        chart: "tigera-operator",
        values: {
          kubernetesServiceEndpoint: { host: "host" },
          installation: { calicoNetwork: { linuxDataplane: "BPF" } },
        },
      }),
      layers.gate({ dependsOn: ["operator"] }),
    ],
  ],
});
const part = (name: string, more: Partial<Declared> = {}): Declared => ({
  type: "my:own:Part",
  name,
  ...more,
});
policy("follows what a component comes after to what is in it", {
  right: [
    [
      ...[...base, part("one"), layers.endpoint({ parent: "one" })],
      ...[part("two", { dependsOn: ["one"] }), layers.switch({ parent: "two" })],
      ...[part("three", { dependsOn: ["two"] }), part("inner", { parent: "three" })],
      layers.gate({ parent: "inner" }),
    ],
  ],
  // What stands side by side in a component has no order.
  wrong: [
    [[...base, part("one"), layers.endpoint({ parent: "one" }), layers.switch({ parent: "one" })], "switch"],
  ],
});
it("policy ebpf-layers-in-order says of a chain the wrong way round which depends on which and must not", async () => {
  const found = await judgeStack(layersInOrder, chain(["felix", "switch", "parked", "endpoint"]));
  assert.deepEqual(
    found.map(({ message }) => message),
    [
      "endpoint (endpoint) depends on parked (kube-proxy's stop), which must come after it. calico-node finds the API server " +
        "through kube-proxy until then, and pods their Services until eBPF runs. Take parked out of what " +
        "endpoint depends on, and write `dependsOn: [endpoint]` on parked.",
      "switch (switch) depends on felix (acknowledgement), which must come after it. It waits for bpfEnabled, which the " +
        "operator sets after the switch. Take felix out of what switch depends on, and write `dependsOn: [switch]` on felix.",
    ],
  );
});
it("policy ebpf-layers-in-order holds for any names", async () => {
  const names = ["gate", "felix", "switch", "parked"];
  const stack = [...base, ...names.map((name, at) => layers[order[at]]({ name }))];
  const found = await judgeStack(
    layersInOrder,
    stack.filter((one) => one.name !== "felix"),
  );
  assert.deepEqual(
    found.map(({ message }) => message.split(",")[0]),
    [
      "switch (switch) does not depend on gate (endpoint)",
      "parked (acknowledgement) does not depend on switch (switch)",
    ],
  );
});

/** Whether those orders are right, which layer comes after which being known. */
function isRight(isAfter: (later: string, earlier: string) => boolean): boolean {
  const isEither = (one: string, other: string) => isAfter(one, other) || isAfter(other, one);
  const gateIsRight = isAfter("switch", "gate") || (isAfter("gate", "switch") && isAfter("gate", "felix"));
  return (
    [
      isAfter("switch", "endpoint"),
      isAfter("felix", "switch"),
      isAfter("parked", "endpoint"),
      gateIsRight,
    ].every(Boolean) &&
    ["switch", "felix"].every((one) => isEither("parked", one)) &&
    (isAfter("switch", "gate") || isEither("parked", "gate"))
  );
}
function permutations(of: string[]): string[][] {
  return of.length
    ? of.flatMap((one) => permutations(of.filter((other) => other !== one)).map((rest) => [one, ...rest]))
    : [[]];
}
const plain =
  /^\w+ \([\w' -]+\) (does not depend|depends) on \w+ \([\w' -]+\), .*`dependsOn: \[\w+\]` on \w+\.$/;
async function agrees(stack: Declared[], right: boolean): Promise<void> {
  const found = await judgeStack(layersInOrder, stack);
  const told = JSON.stringify(stack.map(({ name, dependsOn }) => [name, dependsOn]));
  assert.equal(found.length === 0, right, told);
  for (const { message } of found) assert.match(message, plain, told);
}
it("policy ebpf-layers-in-order judges every order in which a chain may be", async () => {
  for (const names of permutations(order)) {
    const isAfter = (later: string, earlier: string) => names.indexOf(later) > names.indexOf(earlier);
    await agrees(chain(names), isRight(isAfter));
  }
});
it("policy ebpf-layers-in-order judges every way to leave dependencies out", async function () {
  // Some 2,000 stacks, on a machine that others use too.
  this.timeout(300_000);
  for (const names of [order, ["endpoint", "switch", "felix", "gate", "parked"], [...order].reverse()]) {
    const pairs = names.flatMap((later, at) => names.slice(0, at).map((earlier) => [later, earlier]));
    for (let bits = 0; bits < 1 << pairs.length; bits++) {
      const edges = pairs.filter((_, at) => bits & (1 << at));
      const direct = (later: string) => edges.flatMap(([one, earlier]) => (one === later ? [earlier] : []));
      const isAfter = (later: string, earlier: string): boolean =>
        direct(later).some((one) => one === earlier || isAfter(one, earlier));
      await agrees(
        [...base, ...names.map((name) => layers[name]({ dependsOn: direct(name) }))],
        isRight(isAfter),
      );
    }
  }
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
