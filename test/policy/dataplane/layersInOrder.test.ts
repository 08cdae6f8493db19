import assert from "node:assert/strict";
import { layersInOrder } from "../../../policy/policies/dataplane/layersInOrder";
import { type Declared, judgeStack, unknown } from "../judge";
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

/** The layers of that order, each after the one before; without those edges that are cut. */
const chain = (order: string[], cut: string[] = []): Declared[] =>
  order.map((name, at) => layers[name]({ dependsOn: at > 0 && !cut.includes(name) ? [order[at - 1]] : [] }));
const judge = (...declared: Declared[]) => judgeStack(layersInOrder, [...base, ...declared]);
const order = ["endpoint", "parked", "switch", "felix", "gate"];

describe("policy ebpf-layers-in-order", () => {
  it("accepts the chain, as patches and as Pulumi YAML, also with layers left out", async () => {
    assert.deepEqual(await judge(...chain(order)), []);
    assert.deepEqual(await judge(...chain(order).map(asYaml)), []);
    for (const left of order)
      assert.deepEqual(await judge(...chain(order.filter((one) => one !== left))), []);
  });

  it("follows dependencies through other resources, through properties and into components", async () => {
    const between: Declared = { type: "command:local:Command", name: "between", dependsOn: ["endpoint"] };
    const switched = layers.switch({ dependsOn: ["between"] });
    assert.deepEqual(await judge(layers.endpoint(), between, switched), []);
    const byProperty = layers.switch({ propertyDependencies: { metadata: ["endpoint"] } });
    assert.deepEqual(await judge(layers.endpoint(), byProperty), []);
    const component: Declared = { type: "my:own:Component", name: "component" };
    const inside = layers.endpoint({ parent: "component" });
    assert.deepEqual(await judge(component, inside, layers.switch({ dependsOn: ["component"] })), []);
    const stack: Declared = { type: "pulumi:pulumi:Stack", name: "stack" };
    const root = layers.endpoint({ parent: "stack" });
    assert.equal((await judge(stack, root, layers.switch({ dependsOn: ["stack"] }))).length, 1);
  });

  const cuts: [string, string, RegExp][] = [
    [
      "parked",
      "endpoint",
      /kube-proxy's stop\) .* calico-node finds the API server through kube-proxy until/,
    ],
    ["switch", "parked", /\(switch\) .* must be settled before it starts/],
    ["felix", "switch", /\(acknowledgement\) .* bpfEnabled, which the operator sets after the switch/],
    ["gate", "felix", /\(gate\) .* it would praise the data plane before/],
  ];
  for (const [layer, missed, why] of cuts) {
    it(`refuses ${layer} that does not come after ${missed}`, async () => {
      const [violation, ...more] = await judge(...chain(order, [layer]));
      assert.equal(violation.resource, layer);
      assert.ok(violation.message.startsWith(`${layer} (`), violation.message);
      assert.match(violation.message, new RegExp(`does not depend on ${missed}, so`));
      assert.match(violation.message, why);
      assert.match(violation.message, new RegExp(`Write \`dependsOn: \\[${missed}\\]\` on ${layer}\\.$`));
      assert.deepEqual(more, []);
    });
  }

  it("refuses a switch before kube-proxy's stop", async () => {
    const [violation] = await judge(...chain(["endpoint", "switch", "parked"]));
    assert.match(violation.message, /^switch \(switch\) does not depend on parked, so/);
  });

  it("lets settings be written at any time, but not wait for a switch that comes later", async () => {
    const settings = felix({ bpfKubeProxyIptablesCleanupEnabled: false });
    assert.deepEqual(await judge(settings, layers.switch()), []);
    const [deadlock] = await judge(...chain(["felix", "switch"]));
    assert.match(deadlock.message, /^felix \(acknowledgement\) does not depend on switch/);
  });

  it("stays silent where nothing switches to eBPF, or a preview does not know it", async () => {
    for (const value of ["Iptables", unknown]) {
      const off = [layers.endpoint(), layers.parked(), installation(value), layers.felix(), layers.gate()];
      assert.deepEqual(await judge(...off), []);
    }
    const unread = [parked(unknown), felix(unknown), endpoint(unknown)];
    assert.deepEqual(await judge(...unread, layers.switch({ dependsOn: ["endpoint"] })), []);
  });

  it("names every layer that is missed, and the gap once", async () => {
    const alone = [layers.endpoint(), layers.parked({ dependsOn: ["endpoint"] }), layers.switch()];
    const [violation, ...more] = await judge(...alone, layers.gate({ dependsOn: ["switch"] }));
    assert.match(
      violation.message,
      /^switch \(switch\) does not depend on parked, so .*`dependsOn: \[parked\]` on switch/,
    );
    assert.deepEqual(more, []);
    const none = await judge(layers.endpoint(), layers.parked(), layers.switch());
    assert.deepEqual(
      none.map(({ resource }) => resource),
      ["parked", "switch"],
    );
  });

  it("does not mix up the layers of two clusters", async () => {
    const green = [cluster({}, { name: "green" }), provider(["green"], "k8s-green")];
    const other = layers.endpoint({ name: "endpoint-green", provider: "k8s-green" });
    assert.deepEqual(await judge(...green, other, ...chain(order)), []);
  });
});
