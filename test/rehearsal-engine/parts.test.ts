import assert from "node:assert/strict";
import { parseDuration } from "../../rehearsal/engine/goal";
import { covers, parsePath, withIgnoredChanges } from "../../rehearsal/engine/propertyPath";
import { UNKNOWN } from "../../rehearsal/engine/provider";
import { makeUrn, nameOf, typeOf } from "../../rehearsal/engine/urn";
import { forProvider, fromProgram, masked, secret, withSecretsOf } from "../../rehearsal/engine/values";
import { satisfies } from "../../rehearsal/engine/versionRange";

describe("engine: its parts", () => {
  it("property paths", () => {
    assert.deepEqual(parsePath('a.b[0]["c.d"].*'), ["a", "b", 0, "c.d", "*"]);
    assert.deepEqual(parsePath('["x\\"y"]'), ['x"y']);
    assert.throws(() => parsePath("a..b"), /'a..b' is not a property path/);
    assert.throws(() => parsePath("a[b"), /not a property path/);
    assert.ok(covers("spec", "spec.template") && covers("spec.*.x", "spec.a") && covers("*", "anything"));
    assert.ok(!covers("spec.a", "spec.b"));
    const news = {
      list: [
        { a: 1, b: 1 },
        { a: 2, b: 2 },
      ],
      gone: 1,
      map: { x: 1 },
    };
    const olds = {
      list: [
        { a: 9, b: 9 },
        { a: 8, b: 8 },
      ],
      map: { x: 0, y: 0 },
    };
    assert.deepEqual(withIgnoredChanges(news, olds, ["list[*].a", "gone", "map.*"]), {
      list: [
        { a: 9, b: 1 },
        { a: 8, b: 2 },
      ],
      map: { x: 0, y: 0 },
    });
  });

  it("durations and version ranges", () => {
    assert.deepEqual(
      [parseDuration("1h30m", ""), parseDuration("1.5s", ""), parseDuration("", "")],
      [5400, 1.5, undefined],
    );
    assert.throws(() => parseDuration("10", "here"), /here: "10" is not a duration/);
    assert.ok(satisfies("3.270.0", ">=3.5.0 !3.7.7") && satisfies("3.270.0", "<3.4.0 || >3.8.0"));
    assert.ok(!satisfies("3.270.0", "!3.270.0") && !satisfies("3.2.0", ">3.2.0"));
    assert.throws(() => satisfies("3.0.0", "latest"), /could not parse version range/);
  });

  it("names", () => {
    const stack = makeUrn("dev", "p", "", "pulumi:pulumi:Stack", "p-dev");
    const box = makeUrn("dev", "p", stack, "test:index:Box", "box");
    const inner = makeUrn("dev", "p", box, "fake:index:Thing", "a::b");
    assert.equal(inner, "urn:pulumi:dev::p::test:index:Box$fake:index:Thing::a::b");
    assert.deepEqual([typeOf(inner), nameOf(inner)], ["fake:index:Thing", "a::b"]);
  });

  it("values", () => {
    const signature = "4dabf18193072939515e22adb298388d";
    const output = (rest: object) => ({ [signature]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", ...rest });
    const reference = { [signature]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:x" };
    assert.deepEqual(fromProgram(output({ value: 1, secret: true }), ""), secret(1));
    assert.equal(fromProgram(output({}), ""), UNKNOWN);
    assert.deepEqual(forProvider([{ ...reference, id: "7" }, reference, { ...reference, id: "" }]), [
      "7",
      "urn:x",
      UNKNOWN,
    ]);
    assert.deepEqual(forProvider({ a: [secret({ b: secret(1) })] }), { a: [{ b: 1 }] });
    assert.deepEqual(masked({ a: secret("x"), b: [UNKNOWN, 1] }), { a: "[secret]", b: ["[unknown]", 1] });
    assert.deepEqual(
      withSecretsOf(
        { a: 1, deep: { b: [1, 2], c: [1] } },
        { a: secret(1), deep: { b: [1, secret(2)], c: [secret(1), 2] } },
      ),
      {
        a: secret(1),
        deep: { b: [1, secret(2)], c: secret([1]) },
      },
    );
  });
});
