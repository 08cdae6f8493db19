import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { enumOf } from "../../rehearsal/azure/enums";
import { sdk, type Mapper } from "../../rehearsal/azure/sdk";

/** The SDK's own declarations: interface -> member -> type, with what it extends folded in. */
function declarations(): Map<string, Map<string, string>> {
  const manifest = require.resolve("@azure/arm-containerservice/package.json");
  const source = fs.readFileSync(
    path.join(path.dirname(manifest), "dist/commonjs/models/index.d.ts"),
    "utf8",
  );
  const found = new Map<string, Map<string, string>>();
  const parents = new Map<string, string[]>();
  for (const [, name, base, body] of source.matchAll(
    /^export interface (\w+)(?: extends ([\w, ]+))? \{\n([\s\S]*?)^\}/gm,
  )) {
    const members = [...body.matchAll(/^ {4}(?:readonly )?(\w+)\??: ([^;]+);/gm)];
    found.set(name, new Map(members.map(([, member, type]) => [member, type])));
    parents.set(name, base?.split(", ") ?? []);
  }
  const all = (name: string): [string, string][] => [
    ...(parents.get(name) ?? []).flatMap(all),
    ...(found.get(name) ?? new Map<string, string>()),
  ];
  return new Map([...found.keys()].map((name) => [name, new Map(all(name))]));
}

/** Every class that a request for these types can hold. */
function classes(): Set<string> {
  const seen = new Set<string>();
  const visit = (mapper: Mapper | undefined): void => {
    if (!mapper) return;
    visit(mapper.type.element);
    visit(mapper.type.value);
    const name = mapper.type.className;
    if (mapper.type.name !== "Composite" || seen.has(name!)) return;
    seen.add(name!);
    Object.values(sdk().models[name!].type.modelProperties ?? {}).forEach(visit);
  };
  for (const root of ["ManagedCluster", "AgentPool", "MaintenanceConfiguration"]) visit(sdk().models[root]);
  return seen;
}

describe("azure: the table of enums", () => {
  const declared = declarations();

  it("knows every property that the SDK declares with an open enum, and its enum", () => {
    const expected: Record<string, Record<string, string>> = {};
    for (const name of classes())
      for (const [member, type] of declared.get(name) ?? []) {
        const known = `Known${type.replace("[]", "")}`;
        if (known in sdk().enums) (expected[name] ??= {})[member] = known;
      }
    assert.ok(Object.keys(expected).length > 25, "the declarations were not read");
    assert.deepEqual(enumOf, expected);
  });

  it("has mappers that look as they are read", () => {
    assert.equal(declared.get("ManagedCluster")?.get("publicNetworkAccess"), "PublicNetworkAccess");
    assert.equal(
      sdk().models.ManagedCluster.type.modelProperties?.enableRbac.serializedName,
      "properties.enableRBAC",
    );
  });
});
