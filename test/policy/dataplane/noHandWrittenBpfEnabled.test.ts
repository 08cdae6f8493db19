import assert from "node:assert/strict";
import { noHandWrittenBpfEnabled } from "../../../policy/policies/dataplane/noHandWrittenBpfEnabled";
import { judge, remediate, unknown } from "../judge";

const policy = noHandWrittenBpfEnabled;
const felix = (spec: object, name: string = "default") => ({ metadata: { name }, spec });

describe("policy ebpf-no-hand-written-bpf-enabled", () => {
  const spellings = [
    "kubernetes:crd.projectcalico.org/v1:FelixConfiguration",
    "kubernetes:crd.projectcalico.org/v1:FelixConfigurationPatch",
    "kubernetes:projectcalico.org/v3:FelixConfiguration",
    "kubernetes:projectcalico.org/v3:FelixConfigurationPatch",
  ];
  for (const type of spellings) {
    it(`refuses bpfEnabled on ${type}`, async () => {
      for (const value of [true, false]) {
        const [message, ...more] = await judge(policy, type, felix({ bpfEnabled: value }));
        assert.match(message, new RegExp(`^spec\\.bpfEnabled is written by hand \\(${value}\\)`));
        assert.match(message, /The operator \(1\.34 and later\) owns this field/);
        assert.match(message, /Take bpfEnabled out and write .*linuxDataplane: "BPF"/);
        assert.deepEqual(more, []);
      }
    });
    it(`accepts every other setting on ${type}`, async () => {
      const props = felix({ bpfLogLevel: "Off", bpfExternalServiceMode: "Tunnel" });
      // What our own readiness wait says must not be taken for a write.
      const annotations = { "pulumi.com/waitFor": "jsonpath={.spec.bpfEnabled}=true" };
      const waiting = { ...props, metadata: { name: "default", annotations } };
      assert.deepEqual(await judge(policy, type, waiting), []);
    });
    it(`stays silent where a preview does not know the value on ${type}`, async () => {
      assert.deepEqual(await judge(policy, type, felix({ bpfEnabled: unknown })), []);
      assert.deepEqual(await judge(policy, type, { metadata: { name: "default" }, spec: unknown }), []);
      assert.deepEqual(await judge(policy, type, felix({ bpfEnabled: null })), []);
      const named = await judge(policy, type, { metadata: unknown, spec: { bpfEnabled: true } });
      assert.equal(named.length, 1, "an unknown name does not hide a known bpfEnabled");
    });
  }

  it("refuses it in a custom resource as Pulumi YAML declares it", async () => {
    for (const token of [
      "kubernetes:apiextensions.k8s.io:CustomResource",
      "kubernetes:apiextensions.k8s.io/v1:CustomResourcePatch",
    ]) {
      const object = { apiVersion: "crd.projectcalico.org/v1", kind: "FelixConfiguration" };
      const props = { ...object, ...felix({ bpfEnabled: true }) };
      assert.equal((await judge(policy, token, props)).length, 1, token);
      assert.deepEqual(await judge(policy, token, { ...object, ...felix({}) }), [], token);
      assert.deepEqual(await judge(policy, token, { ...props, kind: "BGPConfiguration" }), [], token);
      assert.deepEqual(await judge(policy, token, { ...props, apiVersion: unknown }), [], token);
    }
  });

  it("refuses it in the values of a Helm release of the operator", async () => {
    const type = "kubernetes:helm.sh/v3:Release";
    const values = { defaultFelixConfiguration: { enabled: true, bpfEnabled: true } };
    const [message] = await judge(policy, type, { chart: "tigera-operator", values });
    assert.match(message, /^values\.defaultFelixConfiguration\.bpfEnabled is written by hand \(true\)/);
    for (const harmless of [
      { defaultFelixConfiguration: { enabled: false, bpfEnabled: true } },
      // The chart's own default is not to make one.
      { defaultFelixConfiguration: { bpfEnabled: true } },
      { defaultFelixConfiguration: { enabled: true, bpfLogLevel: "Off" } },
      { defaultFelixConfiguration: { enabled: true, bpfEnabled: unknown } },
      { defaultFelixConfiguration: unknown },
      unknown,
    ]) {
      assert.deepEqual(await judge(policy, type, { values: harmless }), [], JSON.stringify(harmless));
    }
  });

  it("says that the nodes of one cluster must not differ, for a node's own FelixConfiguration", async () => {
    const [message] = await judge(policy, spellings[0], felix({ bpfEnabled: true }, "node.aks-system-0"));
    assert.match(message, /^spec\.bpfEnabled is true for node aks-system-0 alone\./);
    assert.match(message, /Nodes of one cluster must not differ/);
    assert.match(message, /switch the cluster: `linuxDataplane: BPF`/);
  });

  it("takes it out, and nothing else, when it is told to remediate", async () => {
    const remedy = (type: string, props: object) => remediate(policy, type, props);
    const object = felix({ bpfEnabled: true, bpfLogLevel: unknown });
    assert.deepEqual(await remedy(spellings[0], object), felix({ bpfLogLevel: unknown }));
    const values = { defaultFelixConfiguration: { enabled: true, bpfEnabled: false } };
    assert.deepEqual(await remedy("kubernetes:helm.sh/v3:Release", { values }), {
      values: { defaultFelixConfiguration: { enabled: true } },
    });
    assert.equal(await remedy(spellings[0], felix({ bpfEnabled: unknown })), undefined);
    assert.equal(await remedy(spellings[0], felix({ bpfLogLevel: "Off" })), undefined);
    assert.equal(await remedy("kubernetes:core/v1:ConfigMap", felix({ bpfEnabled: true })), undefined);
  });

  it("leaves other kinds and other people's groups alone", async () => {
    for (const type of [
      "kubernetes:crd.projectcalico.org/v1:BGPConfiguration",
      "kubernetes:example.org/v1:FelixConfiguration",
      "kubernetes:core/v1:ConfigMap",
      "random:index/randomString:RandomString",
    ]) {
      assert.deepEqual(await judge(policy, type, felix({ bpfEnabled: true })), [], type);
    }
  });
});
