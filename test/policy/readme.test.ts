// policy/README.md against the pack: every policy has its row, every knob, and every rule of others its answer.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { policies } from "../../policy/policies";
import { packFolder } from "./judge";
import { checkov, psrule } from "./otherRules";

const all = policies as any[];
const readme = fs.readFileSync(path.join(packFolder, "README.md"), "utf8");
const sources = fs
  .readdirSync(path.join(packFolder, "policies"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => fs.readFileSync(path.join(packFolder, "policies", file), "utf8"));

/** Cells of the tables below a heading, as far as the next one. */
function rows(heading: string): string[][] {
  const begin = readme.indexOf(`\n### ${heading}\n`);
  assert.ok(begin >= 0, `policy/README.md has no heading "${heading}"`);
  const [, section] = /^\n### .*\n([^]*?)(?=\n##|$)/.exec(readme.slice(begin).replace(/\n$/, "") + "\n##")!;
  const cells = section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1))
    .map((line) => line.map((cell) => cell.trim()));
  return cells.slice(2);
}

const named = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
const setsOf = ({ tags }: any) => {
  if (tags.includes("strict")) return "strict";
  return ["baseline", "ebpf"].filter((set) => tags.includes(set) || tags.includes("hygiene")).join(", ");
};

describe("policy/README.md", () => {
  for (const [heading, prefix] of [
    ["Data plane", "ebpf-"],
    ["AKS", "aks-"],
    ["Hygiene", "hygiene-"],
  ]) {
    it(`has a true row for each policy ${prefix}*, and no others`, () => {
      const wanted = all
        .filter(({ name }) => name.startsWith(prefix))
        .map((policy) => [
          `\`${policy.name}\`${policy.remediateResource ? " †" : ""}`,
          `${policy.enforcementLevel}, ${policy.severity}`,
          setsOf(policy),
          policy.description,
        ]);
      assert.deepEqual(new Set(rows(heading)), new Set(wanted));
    });
  }

  it("names every policy: there are none of another kind", () => {
    const others = all.filter(({ name }) => !/^(ebpf|aks|hygiene)-/.test(name));
    assert.deepEqual(others, []);
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length, "two policies have one name");
  });

  it("tells every knob with its default and its meaning", () => {
    const wanted = all.flatMap(({ name, configSchema }) =>
      Object.entries<any>(configSchema?.properties ?? {}).map(([knob, schema]) => [
        `\`${name}\``,
        `\`${knob}\``,
        `\`${JSON.stringify(schema.default)}\``,
        schema.description,
      ]),
    );
    assert.deepEqual(new Set(rows("Knobs")), new Set(wanted));
  });

  for (const [heading, ids] of [
    ["Checkov 3.3", checkov],
    ["PSRule for Azure, `Azure.AKS.*`", psrule],
  ] as const) {
    it(`answers for each rule below "${heading}" with the policies that bear its id`, () => {
      const table = rows(heading);
      assert.deepEqual(
        table.map(([id]) => id),
        ids,
      );
      for (const [id, answer] of table) {
        const bearers = all.filter(({ tags }) => tags.includes(id)).map(({ name }) => name);
        assert.ok(bearers.length > 0, `no policy has the tag ${id}`);
        assert.deepEqual(new Set(named(answer)), new Set(bearers), id);
      }
    });
  }

  it("names built-in definitions of Azure Policy by their ids, each with a policy that is there", () => {
    const table = rows("Azure Policy");
    assert.ok(table.length >= 15);
    for (const [title, id, answer] of table) {
      assert.match(id, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/, title);
      for (const name of named(answer))
        assert.ok(
          all.some((policy) => policy.name === name),
          name,
        );
    }
    assert.equal(new Set(table.map(([, id]) => id)).size, table.length);
  });

  it("lists the definitions that the policies themselves name, with those policies", () => {
    const table = rows("Azure Policy");
    const naming = sources.flatMap((source) => {
      const [, id] = /@frameworks [^@]*Azure\s+(?:\* )?Policy\s+(?:\* )?([\da-f-]{36})/.exec(source) ?? [];
      return id === undefined ? [] : [[id, /\bname: "([^"]+)"/.exec(source)![1]]];
    });
    assert.equal(naming.length, table.flatMap(([, , answer]) => named(answer)).length);
    for (const [id, name] of naming) {
      const row = table.find((one) => one[1] === id);
      assert.ok(row && named(row[2]).includes(name), `${name}: ${id}`);
    }
  });

  it("says how the pack is used in CI in four lines", () => {
    const [, script] = /```sh\n([^]*?)```/.exec(readme)!;
    const lines = script.trim().split("\n");
    assert.equal(lines.length, 4);
    assert.equal(lines[3], "pulumi preview --policy-pack policy");
  });

  it("shows a file of levels that the pack takes", () => {
    const [, file] = /```json\n([^]*?)```/.exec(readme)!;
    for (const [name, value] of Object.entries<any>(JSON.parse(file))) {
      const policy = all.find((one) => one.name === name);
      assert.ok(policy || name === "all", name);
      for (const knob of Object.keys(value)) {
        if (typeof value === "object" && knob !== "enforcementLevel")
          assert.ok(knob in policy.configSchema.properties, knob);
      }
    }
  });
});

describe("every policy", () => {
  it("says what a reader needs, where it comes from and what to write", () => {
    for (const policy of all) {
      for (const member of ["displayName", "description", "remediationSteps"]) {
        assert.ok(policy[member]?.length > 20, `${policy.name}.${member}`);
      }
      assert.match(policy.remediationSteps, /`|"/, `${policy.name}: nothing to write`);
      assert.match(policy.url, /^https:\/\//, policy.name);
      assert.ok(["low", "medium", "high", "critical"].includes(policy.severity), policy.name);
      if (policy.remediationSteps.includes('"remediate"')) assert.ok(policy.remediateResource, policy.name);
    }
  });

  it("names its severity and the rules of others in its file, too", () => {
    for (const { name, tags, severity } of all) {
      const source = sources.find((text) => text.includes(`name: "${name}"`))!;
      const doc = source.slice(source.indexOf("@severity")).split("*/")[0];
      assert.ok(doc.startsWith(`@severity ${severity}\n`), `${name}: severity`);
      for (const id of tags.filter((tag: string) => /^(CKV_|Azure\.)/.test(tag)))
        assert.ok(doc.includes(id), `${name}: ${id}`);
    }
  });

  it("has no remedy that only looks at the whole stack", () => {
    for (const { name, validateStack, remediateResource, enforcementLevel } of all) {
      assert.ok(!validateStack || !remediateResource, name);
      assert.notEqual(enforcementLevel, "remediate", name);
    }
  });
});
