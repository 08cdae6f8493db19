// The marks by which layers look and wait anew: when they change.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { RecordedLayers } from "../../components/layers/recordedLayers";
import type { CalicoEbpfDataplaneArgs } from "../../components";
import { declare, host, layersOf, newDataplane } from "./declare";
import { record } from "./record";

describe("the marks of CalicoEbpfDataplane's layers", () => {
  it("reads and waits anew when host, port, data plane, the roll-out's pace or a version change", async () => {
    const annotations = async (args: Partial<CalicoEbpfDataplaneArgs>) => {
      const recording = await declare(args);
      const gate = layersOf(recording).find((name) => name.endsWith("-rolled-out"))!;
      return ["endpoint-in-calico-node", "switch-acknowledged", gate].map((name) =>
        JSON.stringify(recording.named(`net-${name}`).inputs.metadata.annotations),
      );
    };
    const before = await annotations({});
    const others = [
      { apiServerHost: "other.example.net" },
      { apiServerPort: 6443 },
      { dataplane: "Iptables" as const },
      { rollout: { maxUnavailable: 2 } },
      { kubernetesVersion: "1.36" },
    ];
    for (const change of others) {
      const after = await annotations(change);
      after.forEach((text, index) => assert.notEqual(text, before[index], JSON.stringify(change)));
    }
  });

  it("has an id of its own for each change, also for one that is taken back", async () => {
    const { inputs, parent } = (await declare({ kubernetesVersion: "1.36" })).named("net-rollout-id");
    assert.deepEqual(inputs.keepers, { fingerprint: `${host}:443/BPF/1.36`, again: "0" });
    assert.equal(parent, "net");
    // Protected with the component it could not be replaced, and no version could change.
    const guarded = await record(() => newDataplane("net", {}, { protect: true }));
    const isProtected = ["net-rollout-id", "net-endpoint"].map((name) => guarded.named(name).protect);
    assert.deepEqual(isProtected, [false, true]);
  });
});

describe("a switch that a refresh has found undone", () => {
  const component = { urn: pulumi.output("urn:pulumi:s::p::aks-calico-ebpf:index:CalicoEbpfDataplane::net") };
  const again = (layers: Record<string, object>, linuxDataplane = "BPF") => {
    const recorded = new RecordedLayers("net");
    for (const [layer, { inputs = {}, outputs = {} }] of Object.entries(layers) as [string, any][])
      recorded.see({ type: "kubernetes:x:Patch", inputs, outputs }, `net-${layer}`);
    return recorded.again(component as any, linuxDataplane);
  };
  const told = (linuxDataplane: string) => ({ inputs: { spec: { calicoNetwork: { linuxDataplane } } } });
  const felix = (bpfEnabled?: boolean) => ({ outputs: { spec: { bpfEnabled } } });
  const id = { inputs: { keepers: { again: "4" } } };

  it("is made again, by a number that stays until the next time", async () => {
    assert.equal(await again({}), "0");
    const done = { "dataplane-switch": told("BPF"), felix: felix(true), "rollout-id": id };
    assert.equal(await again(done), "4");
    assert.equal(await again({ ...done, "dataplane-switch": told("Iptables") }), "5");
    assert.equal(await again({ ...done, installation: told("Iptables") }), "5");
    assert.equal(await again({ ...done, felix: felix(false) }), "5");
    assert.equal(await again({ "rollout-id": id, felix: felix() }, "Iptables"), "4");
    assert.equal(await again({ "rollout-id": id, felix: felix(true) }, "Iptables"), "5");
  });
});
