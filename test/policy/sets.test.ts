// The pack's documents against the pack: sets, README, coverage.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { policies } from "../../policy/policies";
import { policySet, setNames } from "../../policy/sets";
import { packFolder } from "./judge";

const all = policies as any[];
const names = all.map((policy) => policy.name);

describe("policy sets", () => {
  for (const set of setNames) {
    const file = path.join(packFolder, "sets", `${set}.json`);
    it(`${set}.json holds what policy/sets.ts says, and names only policies that exist`, () => {
      const wanted = policySet(set);
      if (process.env.UPDATE_SETS) fs.writeFileSync(file, `${JSON.stringify(wanted, null, 2)}\n`);
      const written = JSON.parse(fs.readFileSync(file, "utf8"));
      assert.deepEqual(written, wanted, "npm run test:unit with UPDATE_SETS=1 writes it");
      const strangers = Object.keys(written).filter((name) => name !== "all" && !names.includes(name));
      assert.deepEqual(strangers, []);
    });
  }

  it("leaves no policy out: each is in strict, and in one of the others unless it is strict's alone", () => {
    const [baseline, ebpf, strict] = setNames.map((set) => Object.keys(policySet(set)));
    for (const { name, tags } of all) {
      assert.ok(strict.includes(name), name);
      assert.equal(baseline.includes(name) || ebpf.includes(name), !tags.includes("strict"), name);
    }
  });

  it("has on by default what is in baseline or ebpf, and off what only strict asks for", () => {
    for (const { name, tags, enforcementLevel } of all) {
      assert.equal(enforcementLevel, tags.includes("strict") ? "disabled" : "mandatory", name);
    }
  });
});
