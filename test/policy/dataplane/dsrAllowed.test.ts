import assert from "node:assert/strict";
import { dsrAllowed } from "../../../policy/policies/dataplane/dsrAllowed";
import { judge, remediate, unknown } from "../judge";
import { asYaml, felix } from "./programs";

const mode = (value: unknown) => felix({ bpfExternalServiceMode: value });

describe("policy ebpf-dsr-allowed", () => {
  it("refuses DSR in every spelling", async () => {
    const whole = { ...mode("DSR"), type: "kubernetes:projectcalico.org/v3:FelixConfiguration" };
    for (const { type, props } of [mode("DSR"), asYaml(mode("DSR")), whole]) {
      const [message, ...more] = await judge(dsrAllowed, type, props!);
      assert.match(message, /^spec\.bpfExternalServiceMode is DSR: .* Azure's network does not document/);
      assert.match(message, /Write `bpfExternalServiceMode: "Tunnel"`.* "allow": true/);
      assert.deepEqual(more, []);
    }
    const values = { defaultFelixConfiguration: { enabled: true, bpfExternalServiceMode: "DSR" } };
    const [message] = await judge(dsrAllowed, "kubernetes:helm.sh/v3:Release", { values });
    assert.match(message, /^values\.defaultFelixConfiguration\.bpfExternalServiceMode is DSR/);
  });

  it("accepts Tunnel, nothing, what is not known, and DSR where it is allowed", async () => {
    for (const value of ["Tunnel", undefined, unknown]) {
      assert.deepEqual(await judge(dsrAllowed, mode(value).type, mode(value).props!), []);
    }
    assert.deepEqual(await judge(dsrAllowed, mode("DSR").type, mode("DSR").props!, { allow: true }), []);
    assert.equal((await judge(dsrAllowed, mode("DSR").type, mode("DSR").props!, { allow: false })).length, 1);
    assert.deepEqual(await judge(dsrAllowed, "kubernetes:core/v1:ConfigMap", mode("DSR").props!), []);
  });

  it("writes Tunnel when it is told to remediate", async () => {
    const { type } = mode("DSR");
    const remedy = (value: unknown, config = {}) => remediate(dsrAllowed, type, mode(value).props!, config);
    assert.deepEqual(await remedy("DSR"), mode("Tunnel").props);
    assert.equal(await remedy("Tunnel"), undefined);
    assert.equal(await remedy(unknown), undefined);
    assert.equal(await remedy("DSR", { allow: true }), undefined);
  });
});
