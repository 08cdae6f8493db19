import assert from "node:assert/strict";
import { stacks } from "./harness";

describe("engine: @pulumi/random", () => {
  const stack = stacks();
  const all = `
    const random = require("@pulumi/random");
    const string = new random.RandomString("string", { length: 24, minNumeric: 3, minUpper: 3, special: false });
    const special = new random.RandomString("special", { length: 12, lower: false, upper: false, number: false, overrideSpecial: "@" });
    const password = new random.RandomPassword("password", { length: 16 });
    const id = new random.RandomId("id", { byteLength: 4, prefix: "p-" });
    const bytes = new random.RandomBytes("bytes", { length: 8 });
    const pet = new random.RandomPet("pet", { length: 3, prefix: "aks" });
    const integer = new random.RandomInteger("integer", { min: 3, max: 5 });
    const uuid = new random.RandomUuid("uuid");
    const shuffle = new random.RandomShuffle("shuffle", { inputs: ["a", "b", "c"], resultCount: 5 });
    module.exports = { string: string.result, special: special.result, password: password.result, hex: id.hex, url: id.b64Url,
      dec: id.dec, bytes: bytes.base64, pet: pet.id, integer: integer.result, uuid: uuid.result, shuffle: shuffle.results };`;

  it("makes values of the asked shape once and keeps them", async () => {
    const one = stack().program(all);
    const { outputs } = await one.ok("up");
    assert.match(String(outputs.string), /^(?=(.*\d){3})(?=(.*[A-Z]){3})[A-Za-z0-9]{24}$/);
    assert.equal(outputs.special, "@".repeat(12));
    assert.match(String(outputs.hex), /^p-[0-9a-f]{8}$/);
    assert.equal(BigInt(`0x${String(outputs.hex).slice(2)}`), BigInt(String(outputs.dec).slice(2)));
    assert.match(String(outputs.pet), /^aks-[a-z]+-[a-z]+-[a-z]+$/);
    assert.ok([3, 4, 5].includes(outputs.integer as number));
    assert.match(String(outputs.uuid), /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    assert.equal((outputs.shuffle as string[]).length, 5);
    assert.deepEqual([...(outputs.shuffle as string[]).slice(0, 3)].sort(), ["a", "b", "c"]);
    assert.deepEqual([outputs.password, outputs.bytes], ["[secret]", "[secret]"]);
    const again = await one.ok("up");
    assert.equal(again.changes.same, 10);
    assert.deepEqual(again.outputs, outputs);
  });

  it("makes a new value when a keeper changes, and only then", async () => {
    const program = (keeper: string) => `
      const random = require("@pulumi/random");
      exports.v = new random.RandomId("id", { byteLength: 16, keepers: { k: "${keeper}" } }).hex;`;
    const one = stack().program(program("1"));
    const { outputs } = await one.ok("up");
    assert.deepEqual((await one.ok("up")).outputs, outputs);
    one.program(program("2"));
    const changed = await one.ok("up");
    assert.notDeepEqual(changed.outputs, outputs);
    assert.equal(changed.changes.replace, 1);
  });

  const wrong: [string, RegExp][] = [
    [`RandomString("x", { length: 0 })`, /length: must be at least 1, got 0/],
    [
      `RandomString("x", { length: 3, minLower: 2, minUpper: 2 })`,
      /length: must be at least 4, the sum of the minimums/,
    ],
    [
      `RandomString("x", { length: 3, lower: false, upper: false, numeric: false, special: false })`,
      /at least one of/,
    ],
    [`RandomId("x", { byteLength: 0 })`, /byteLength: must be at least 1/],
    [`RandomInteger("x", { min: 5, max: 3 })`, /max: must be at least min \(5\), got 3/],
    [`RandomInteger("x", { min: 1, max: 3, seed: "s" })`, /seed: is not supported by the rehearsal/],
    [`RandomUuid7("x")`, /cannot make resources of type random:index\/randomUuid7:RandomUuid7/],
  ];
  for (const [program, message] of wrong) {
    it(`refuses ${program}`, async () => {
      const one = stack().program(`const random = require("@pulumi/random"); new random.${program};`);
      assert.match((await one.run("preview")).failures[0].message, message);
    });
  }
});
