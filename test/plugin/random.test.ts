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
    const { result } = (await make("RandomInteger", { min: 3, max: 5 })).outputs;
    assert.ok([3, 4, 5].includes(result as number));
    assert.match((await make("RandomUuid", {})).id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    const shuffle = (await make("RandomShuffle", { inputs: ["a", "b", "c"], resultCount: 5 })).outputs;
    assert.deepEqual((shuffle.results as string[]).slice(0, 3).sort(), ["a", "b", "c"]);
    assert.equal((shuffle.results as string[]).length, 5);
  });

  it("keeps passwords and bytes out of ids, and says what a password lacks", async () => {
    for (const name of ["RandomPassword", "RandomBytes"])
      assert.equal((await make(name, { length: 8 })).id, "none");
    assert.deepEqual(warnings, ["the rehearsal does not compute `bcryptHash`"]);
  });

  it("makes a new value when any input changes, and only then", async () => {
    const diff = (news: Props) => random.diff(op("RandomId"), "", { keepers: { k: "1" } }, {}, news);
    assert.deepEqual((await diff({ keepers: { k: "1" } })).changed, []);
    assert.deepEqual((await diff({ keepers: { k: "2" } })).replace, ["keepers"]);
  });

  const imports: [string, string, Props, Props][] = [
    ["RandomString", "aB3!", { length: 4, special: true }, { result: "aB3!" }],
    ["RandomPassword", "aB3!", { length: 4 }, { result: "aB3!" }],
    ["RandomUuid", "7f3c", {}, { result: "7f3c" }],
    ["RandomId", "p-,AQI", { byteLength: 2, prefix: "p-" }, { hex: "p-0102", dec: "p-258" }],
    ["RandomBytes", "AQI=", { length: 2 }, { hex: "0102" }],
    ["RandomInteger", "4,3,5", { min: 3, max: 5 }, { result: 4 }],
  ];
  for (const [name, id, inputs, outputs] of imports)
    it(`imports ${name} ${id}, so that a program with its inputs changes nothing`, async () => {
      const state = (await random.read(op(name), id, {}, {}))!;
      assert.deepEqual({ ...state.outputs, ...inputs, ...outputs }, state.outputs);
      const declared = await random.check(op(name), state.inputs, inputs);
      assert.deepEqual(declared.inputs, state.inputs);
    });

  const wrong: [string, Props, RegExp][] = [
    ["RandomString", { length: 0 }, /^length: must be at least 1, got 0/],
    ["RandomString", { length: 3, minLower: 2, minUpper: 2 }, /^length: must be at least 4, the sum of/],
    [
      "RandomString",
      { length: 3, lower: false, upper: false, numeric: false, special: false },
      /at least one/,
    ],
    ["RandomId", {}, /^byteLength: must be a whole number, got undefined/],
    ["RandomInteger", { min: 5, max: 3 }, /^max: must be at least min \(5\), got 3/],
    ["RandomInteger", { min: 1, max: 3, seed: "s" }, /^seed: is not supported by the rehearsal/],
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
