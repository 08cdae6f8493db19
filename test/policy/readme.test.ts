// policy/README.md against the pack: its tables, its usage lines, its examples.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import * as prettier from "prettier";
import { policies } from "../../policy/policies";
import { packFolder } from "./judge";
import { checkov, psrule, retired } from "./otherRules";
import { tables } from "./tables";

const all = policies as any[];
const file = path.join(packFolder, "README.md");
const readme = fs.readFileSync(file, "utf8");
const begin = readme.indexOf("## The policies\n");

describe("policy/README.md", () => {
  it("has the tables that the policies make: `UPDATE_POLICY_README=1 npm test -- test/policy/readme.test.ts`", async () => {
    assert.ok(begin > 0);
    const made = await prettier.format(readme.slice(0, begin) + tables(all), {
      ...(await prettier.resolveConfig(file)),
      parser: "markdown",
    });
    if (process.env.UPDATE_POLICY_README) fs.writeFileSync(file, made);
    assert.equal(fs.readFileSync(file, "utf8"), made);
  });

  it("has a policy for each rule of Checkov and PSRule, less what is retired", () => {
    const answered = (ids: string[]) => ids.filter((id) => all.some(({ tags }) => tags.includes(id)));
    assert.deepEqual(answered(checkov), checkov);
    assert.equal(checkov.length, 17);
    const aks = psrule.filter((id) => id.startsWith("Azure.AKS."));
    assert.equal(aks.length, 30);
    assert.deepEqual(
      answered(aks),
      aks.filter((id) => !(id in retired)),
    );
    assert.ok(answered(aks).length >= 28);
    for (const reason of Object.values(retired)) assert.match(reason, /^retired: .*https:\/\//);
  });

  it("says how the pack is used in CI in four lines", () => {
    const [, script] = /```sh\n([^]*?)```/.exec(readme)!;
    const lines = script.trim().split("\n");
    assert.equal(lines.length, 4);
    assert.equal(lines[3], "pulumi preview --policy-pack policy");
  });

  it("shows a file of levels that the pack takes", () => {
    const [, example] = /```json\n([^]*?)```/.exec(readme)!;
    for (const [name, value] of Object.entries<any>(JSON.parse(example))) {
      const policy = all.find((one) => one.name === name);
      assert.ok(policy || name === "all", name);
      for (const knob of Object.keys(value)) {
        if (typeof value === "object" && knob !== "enforcementLevel")
          assert.ok(knob in policy.configSchema.properties, knob);
      }
    }
  });

  it("names only policies that exist", () => {
    for (const [, name] of readme.slice(0, begin).matchAll(/`((?:ebpf|aks|hygiene|pack)-[a-z-]+)`/g))
      assert.ok(
        all.some((one) => one.name === name),
        name,
      );
  });
});

describe("every policy", () => {
  it("has a name of its own, of one of four kinds", () => {
    for (const { name } of all) assert.match(name, /^(ebpf|aks|hygiene|pack)-/);
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
  });

  it("says what a reader needs, where it comes from and what to write", () => {
    for (const policy of all) {
      for (const member of ["description", "remediationSteps"])
        assert.ok(policy[member]?.length > 20, `${policy.name}.${member}`);
      assert.match(policy.description, /^[A-Z][^]*\.$/, policy.name);
      assert.match(policy.remediationSteps, /^[A-Z][^]*\.$/, policy.name);
      assert.match(policy.url, /^https:\/\//, policy.name);
      assert.ok(["low", "medium", "high", "critical"].includes(policy.severity), policy.name);
    }
  });

  it("answers only for rules that there are", () => {
    const known = [...checkov, ...psrule, "baseline", "ebpf", "hygiene", "strict"];
    for (const { name, tags } of all)
      for (const tag of tags)
        assert.ok(
          known.includes(tag) || /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(tag),
          `${name}: ${tag}`,
        );
  });

  it("has no remedy that only looks at the whole stack, and no look at a resource that hides in one", () => {
    for (const { name, validateStack, validateResource, remediateResource, enforcementLevel } of all) {
      assert.ok(!validateStack || !(remediateResource || validateResource), name);
      assert.notEqual(enforcementLevel, "remediate", name);
    }
  });
});
