// The program's source and its schema of settings; what it does is seen through the real CLI (test/rehearsal).
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { load } from "js-yaml";
import * as path from "node:path";
import { clusterEntries } from "../../components/validate/aksCluster";
import { settingsEntries } from "../../components/validate/dataplane";

const root = path.dirname(path.dirname(__dirname));
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

describe("the program", () => {
  it("describes every setting in Pulumi.yaml, with a type and a default, and no other", () => {
    const settings: Record<string, any> = (load(read("Pulumi.yaml")) as any).config;
    // Other namespaces belong to providers.
    const own = Object.keys(settings).filter((key) => !key.includes(":"));
    const schemas: Record<string, { type: string }> = { ...clusterEntries, ...settingsEntries };
    const types: Record<string, string[]> = {
      array: ["array"],
      // The empty text where "left out" is not false.
      boolean: ["boolean", "string"],
      loose_object: ["object"],
      record: ["object"],
      strict_object: ["object"],
    };
    assert.deepEqual(Object.keys(schemas).sort(), own.sort());
    for (const key of own) {
      const { type, description, default: value } = settings[key];
      // Numbers too: fractions, and the empty text for "left out", need a text.
      assert.ok((types[schemas[key].type] ?? ["string"]).includes(type), key);
      assert.ok(description.length > 10, key);
      assert.notEqual(value, undefined, `${key}: the CLI demands a setting without default of every stack`);
    }
  });

  it("loads no SDK whole: leaf modules only, which halves the time of a start", () => {
    const files = readdirSync(path.join(root, "components"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => path.join("components", file));
    const imports = [...files, "index.ts"].flatMap((file) => [
      ...read(file).matchAll(
        /^import (?!type)[^;]*? from "(@pulumi\/(?:azure-native|kubernetes|random)[^"]*)"/gm,
      ),
    ]);
    assert.ok(imports.length > 10);
    for (const [, name] of imports) {
      const file = require.resolve(name);
      assert.ok(!/\/index\.js$/.test(file), name);
    }
  });
});
