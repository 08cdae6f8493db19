// The resources of @pulumi/random: names, defaults, ranges and ids are those of the provider that the plugin is built
// on (hashicorp/terraform-provider-random).
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { type CheckFailure, type Json, type Props, type State, UNKNOWN } from "../plugin/provider";
import { petName } from "./petNames";

export interface Kind {
  defaults: Props;
  /** Wrong inputs, by property. Known values only. */
  check(inputs: Props): CheckFailure[];
  make(inputs: Props): State;
}

const isNumber = (value: Json | undefined): value is number => typeof value === "number";
const wrong = (property: string, reason: string): CheckFailure => ({ property, reason });
const atLeast = (inputs: Props, property: string, least: number): CheckFailure[] => {
  const value = inputs[property];
  if (value === UNKNOWN) return [];
  if (!Number.isInteger(value))
    return [wrong(property, `must be a whole number, got ${JSON.stringify(value)}`)];
  return (value as number) < least ? [wrong(property, `must be at least ${least}, got ${value}`)] : [];
};

const sets = {
  Lower: "abcdefghijklmnopqrstuvwxyz",
  Upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  Numeric: "0123456789",
  Special: "!@#$%&*()-_=+[]{}<>:?",
};
type SetName = keyof typeof sets;
const setNames = Object.keys(sets) as SetName[];
const flag = (name: SetName) => name.toLowerCase();
const minimum = (name: SetName) => `min${name}`;

const text: Kind = {
  defaults: {
    ...Object.fromEntries(
      setNames.flatMap((name) => [
        [flag(name), true],
        [minimum(name), 0],
      ]),
    ),
    number: true,
  },
  check(inputs) {
    const failures = [
      ...atLeast(inputs, "length", 1),
      ...setNames.flatMap((name) => atLeast(inputs, minimum(name), 0)),
    ];
    const least = setNames
      .map((name) => inputs[minimum(name)])
      .filter(isNumber)
      .reduce((a, b) => a + b, 0);
    if (isNumber(inputs.length) && inputs.length < least) {
      failures.push(
        wrong("length", `must be at least ${least}, the sum of the minimums, got ${inputs.length}`),
      );
    }
    if (setNames.every((name) => inputs[flag(name)] === false)) {
      failures.push(wrong("lower", "at least one of lower, upper, numeric and special must be true"));
    }
    return failures;
  },
  make(inputs) {
    const characters = (name: SetName) =>
      name === "Special" && typeof inputs.overrideSpecial === "string" ? inputs.overrideSpecial : sets[name];
    const pick = (from: string) => [...from][randomInt([...from].length)];
    const result = setNames.flatMap((name) =>
      Array.from({ length: inputs[minimum(name)] as number }, () => pick(characters(name))),
    );
    const all = setNames
      .filter((name) => inputs[flag(name)] !== false)
      .map(characters)
      .join("");
    while (result.length < (inputs.length as number)) result.push(pick(all));
    const value = shuffled(result).join("");
    return { id: value, outputs: { ...inputs, result: value } };
  },
};

function shuffled<T>(items: readonly T[]): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

const uuid: Kind = {
  defaults: {},
  check: () => [],
  make(inputs) {
    const result = randomUUID();
    return { id: result, outputs: { ...inputs, result } };
  },
};

/** Seeds give the values of Go's generator, which cannot be had here. */
const noSeed = (inputs: Props): CheckFailure[] =>
  inputs.seed === undefined
    ? []
    : [wrong("seed", "is not supported by the rehearsal: its values come from Go's generator")];

/** By class name. */
export const kinds: Record<string, Kind> = {
  RandomString: text,
  RandomPassword: {
    ...text,
    make: (inputs) => ({ id: "none", outputs: text.make(inputs).outputs }),
  },
  RandomUuid: uuid,
  RandomUuid4: uuid,
  RandomId: {
    defaults: {},
    check: (inputs) => atLeast(inputs, "byteLength", 1),
    make(inputs) {
      const bytes = randomBytes(inputs.byteLength as number);
      const prefix = typeof inputs.prefix === "string" ? inputs.prefix : "";
      const hex = bytes.toString("hex");
      const outputs = {
        b64Url: prefix + bytes.toString("base64url"),
        b64Std: prefix + bytes.toString("base64"),
        hex: prefix + hex,
        dec: prefix + BigInt(`0x${hex}`).toString(),
      };
      return { id: bytes.toString("base64url"), outputs: { ...inputs, ...outputs } };
    },
  },
  RandomBytes: {
    defaults: {},
    check: (inputs) => atLeast(inputs, "length", 1),
    make(inputs) {
      const bytes = randomBytes(inputs.length as number);
      return {
        id: "none",
        outputs: { ...inputs, base64: bytes.toString("base64"), hex: bytes.toString("hex") },
      };
    },
  },
  RandomPet: {
    defaults: { length: 2, separator: "-" },
    check: (inputs) => atLeast(inputs, "length", 1),
    make(inputs) {
      const separator = String(inputs.separator);
      const name = petName(inputs.length as number, separator);
      const id =
        typeof inputs.prefix === "string" && inputs.prefix !== "" ? inputs.prefix + separator + name : name;
      return { id, outputs: { ...inputs } };
    },
  },
  RandomInteger: {
    defaults: {},
    check(inputs) {
      const failures = [
        ...noSeed(inputs),
        ...["min", "max"].flatMap((key) => atLeast(inputs, key, -(2 ** 47))),
      ];
      const { min, max } = inputs;
      if (isNumber(min) && isNumber(max) && max < min)
        failures.push(wrong("max", `must be at least min (${min}), got ${max}`));
      if (isNumber(min) && isNumber(max) && max - min >= 2 ** 48 - 1) {
        failures.push(wrong("max", "the range must be smaller than 2^48 in the rehearsal"));
      }
      return failures;
    },
    make(inputs) {
      const result = randomInt(inputs.min as number, (inputs.max as number) + 1);
      return { id: String(result), outputs: { ...inputs, result } };
    },
  },
  RandomShuffle: {
    defaults: {},
    check: (inputs) => [
      ...noSeed(inputs),
      ...(inputs.resultCount === undefined ? [] : atLeast(inputs, "resultCount", 0)),
    ],
    make(inputs) {
      const items = inputs.inputs as Json[];
      const count = isNumber(inputs.resultCount) ? inputs.resultCount : items.length;
      const results: Json[] = [];
      // More results than inputs start over with another shuffle.
      while (results.length < count && items.length > 0) results.push(...shuffled(items));
      return { id: "-", outputs: { ...inputs, results: results.slice(0, count) } };
    },
  },
};
