import assert from "node:assert/strict";
import type { ConfiguredProvider, Operation, Props, State } from "../../rehearsal/plugin/provider";
import { randomProvider } from "../../rehearsal/random";

describe("plugin: @pulumi/random", () => {
  const provider = randomProvider();
  let random: ConfiguredProvider;
  const warnings: string[] = [];
  before(async () => void (random = await provider.configure({})));

  const op = (name: string) =>
    ({
      type: provider.types.find((type) => type.endsWith(`:${name}`)) ?? name,
      log: (_severity: string, message: string) => void warnings.push(message),
    }) as Operation;
  const make = async (name: string, inputs: Props): Promise<State> => {
    const checked = await random.check(op(name), undefined, inputs);
    assert.deepEqual(checked.failures, []);
    return random.create(op(name), checked.inputs);
  };

  it("makes values of the asked shape", async () => {
    const text = await make("RandomString", { length: 24, minNumeric: 3, minUpper: 3, special: false });
    assert.match(String(text.outputs.result), /^(?=(.*\d){3})(?=(.*[A-Z]){3})[A-Za-z0-9]{24}$/);
    const only = { length: 12, lower: false, upper: false, number: false, overrideSpecial: "@" };
    assert.equal((await make("RandomString", only)).outputs.result, "@".repeat(12));
    const { outputs } = await make("RandomId", { byteLength: 4, prefix: "p-" });
    assert.equal(BigInt(`0x${String(outputs.hex).slice(2)}`), BigInt(String(outputs.dec).slice(2)));
    assert.match((await make("RandomPet", { length: 3, prefix: "aks" })).id, /^aks-[a-z]+-[a-z]+-[a-z]+$/);
    const { outputs: bytes } = await make("RandomBytes", { length: 5 });
    assert.equal(Buffer.from(String(bytes.base64), "base64").toString("hex"), bytes.hex);
    assert.equal((await make("RandomInteger", { min: 7, max: 7 })).outputs.result, 7);
    const mixed = await make("RandomShuffle", { inputs: ["a", "b", "c"], resultCount: 2 });
    assert.equal(new Set(mixed.outputs.results as string[]).size, 2);
    assert.match((await make("RandomUuid", {})).id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });

  it("keeps passwords out of ids, and says what they lack", async () => {
    assert.equal((await make("RandomPassword", { length: 8 })).id, "none");
    assert.deepEqual(warnings, ["the rehearsal does not compute `bcryptHash`"]);
  });

  it("makes a new value when any input changes, and only then", async () => {
    const diff = (news: Props) => random.diff(op("RandomId"), "", { keepers: { k: "1" } }, {}, news);
    assert.deepEqual((await diff({ keepers: { k: "1" } })).changed, []);
    assert.deepEqual((await diff({ keepers: { k: "2" } })).replace, ["keepers"]);
  });

  const wrong: [string, Props, RegExp][] = [
    ["RandomString", { length: 0 }, /^length: must be a whole number of at least 1, got 0/],
    ["RandomString", { length: 3, minLower: 2, minUpper: 2 }, /^length: must be .* at least 4, got 3/],
    ["RandomInteger", { min: 3, max: 2 }, /^max: must be .* at least 3, got 2/],
    ["RandomId", {}, /^byteLength: must be a whole number of at least 1, got undefined/],
  ];
  for (const [name, inputs, message] of wrong)
    it(`refuses ${name} ${JSON.stringify(inputs)}`, async () => {
      const [failure] = (await random.check(op(name), undefined, inputs)).failures;
      assert.match(`${failure.property}: ${failure.reason}`, message);
    });

  it("refuses a type that it does not know", () =>
    assert.rejects(
      random.check(op("random:x:Y"), undefined, {}),
      /cannot make resources of type random:x:Y/,
    ));
});
