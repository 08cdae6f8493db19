// The files of policy/sets/ against the pack.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { policies } from "../../policy/policies";
import { policySet, setNames } from "./sets";
import { packFolder } from "./judge";

const all = policies as any[];

describe("policy sets", () => {
  for (const set of setNames) {
    const file = path.join(packFolder, "sets", `${set}.json`);
    it(`${set}.json holds what sets.ts says, and names only policies that exist`, () => {
      const wanted = policySet(set);
      if (process.env.UPDATE_SETS) fs.writeFileSync(file, `${JSON.stringify(wanted, null, 2)}\n`);
      const written = JSON.parse(fs.readFileSync(file, "utf8"));
      assert.deepEqual(written, wanted, "npm test -- test/policy/sets.test.ts with UPDATE_SETS=1 writes it");
      for (const name of Object.keys(written))
        assert.ok(name === "all" || all.some((one) => one.name === name), name);
    });
  }

  it("leaves no policy out: each is in strict, and in one of the others unless it is strict's alone", () => {
    const levels = setNames.map((set) => policySet(set));
    for (const { name, tags } of all) {
      const [baseline, ebpf, strict] = levels.map((set) => set[name] ?? set.all);
      assert.notEqual(strict, "disabled", name);
      assert.equal(baseline !== "disabled" || ebpf !== "disabled", !tags.includes("strict"), name);
    }
  });

  it("has on by default what is in baseline or ebpf, and off what only strict asks for", () => {
    for (const { name, tags, enforcementLevel } of all)
      assert.equal(enforcementLevel === "disabled", tags.includes("strict"), name);
  });

  it("makes nothing mandatory that is advice", () => {
    const advice = all
      .filter(({ enforcementLevel }) => enforcementLevel === "advisory")
      .map(({ name }) => name);
    assert.ok(advice.length > 0);
    for (const set of setNames.map(policySet))
      for (const name of advice) assert.notEqual(set[name] ?? set.all, "mandatory");
  });
});
