import assert from "node:assert/strict";
import { reconcile } from "../../rehearsal/policy/configuration";
import type { PackInfo, PolicyInfo } from "../../rehearsal/policy/messages";

const policy = (name: string, more: Partial<PolicyInfo> = {}): PolicyInfo => ({
  name,
  displayName: "",
  description: "",
  enforcementLevel: "mandatory",
  severity: "high",
  kind: "resource",
  tags: [],
  remediationSteps: "",
  url: "",
  configSchema: {},
  required: [],
  ...more,
});
const knobs = {
  regions: { type: "array", items: { type: "string", pattern: "^[a-z0-9]+$" }, default: ["westeurope"] },
  nodes: { type: "integer", minimum: 1 },
  share: { type: "number" },
  kind: { enum: ["a", "b"] },
};
const info: PackInfo = {
  name: "pack",
  displayName: "",
  version: "1",
  policies: [policy("plain"), policy("knobs", { configSchema: knobs, required: ["nodes"] })],
};

describe("policy pack configuration", () => {
  it("takes a policy's own level before all's, and the pack's where neither is given", () => {
    const some = reconcile(info, { all: "advisory", plain: "disabled", knobs: { nodes: 3 } });
    assert.equal(some.plain.enforcementLevel, "disabled");
    assert.equal(some.knobs.enforcementLevel, "advisory");
    const none = reconcile(info, { knobs: { nodes: 3 } });
    assert.equal(none.plain.enforcementLevel, "mandatory");
    assert.equal(none.knobs.enforcementLevel, "mandatory");
  });

  it("fills in the defaults of knobs, and takes what is given before them", () => {
    const filled = reconcile(info, { knobs: { nodes: 3, enforcementLevel: "advisory" } }).knobs;
    assert.deepEqual(filled, {
      enforcementLevel: "advisory",
      properties: { regions: ["westeurope"], nodes: 3 },
    });
    const given = reconcile(info, { knobs: { nodes: 3, regions: [], share: 1 } }).knobs;
    assert.deepEqual(given.properties, { regions: [], nodes: 3, share: 1 });
  });

  const refused: [string, Parameters<typeof reconcile>[1], RegExp][] = [
    ["an unknown policy", { plian: "advisory" }, /has no policy "plian"[^]*write one of plain, knobs or all/],
    ["an unknown level", { plain: "warn" }, /plain is "warn"[^]*write one of advisory, mandatory/],
    ["an unknown level inside", { plain: { enforcementLevel: 1 } }, /plain\.enforcementLevel is 1/],
    [
      "an entry of another kind",
      { plain: ["advisory"] },
      /plain is \["advisory"\][^]*it takes an enforcement level/,
    ],
    [
      "an unknown knob",
      { knobs: { nodes: 3, regoins: [] } },
      /knobs has no setting "regoins"[^]* regions, nodes/,
    ],
    ["a knob for all", { all: { nodes: 3 } }, /all\.nodes belongs to a single policy/],
    ["a knob of another type", { knobs: { nodes: "3" } }, /knobs\.nodes is "3"[^]*must be of type integer/],
    ["half a node", { knobs: { nodes: 1.5 } }, /knobs\.nodes is 1\.5[^]*must be of type integer/],
    ["too small a knob", { knobs: { nodes: 0 } }, /knobs\.nodes is 0[^]*must be at least 1/],
    [
      "a list for a text",
      { knobs: { nodes: 3, kind: ["a"] } },
      /knobs\.kind is \["a"\][^]*must be one of a, b/,
    ],
    [
      "an item that does not fit",
      { knobs: { nodes: 3, regions: ["West Europe"] } },
      /knobs\.regions is \["West Europe"\][^]*a list in which each is like/,
    ],
    ["a missing required knob", {}, /knobs needs a value for "nodes"/],
  ];
  for (const [what, config, message] of refused) {
    it(`refuses ${what}`, () => assert.throws(() => reconcile(info, config), { message }));
  }
});
