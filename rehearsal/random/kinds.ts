// The resources of @pulumi/random: names, defaults, ranges and ids are those of the provider that the plugin is built
// on (hashicorp/terraform-provider-random).
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { type CheckFailure, type Json, type Props, type State, UNKNOWN } from "../plugin/provider";
import { petName } from "./petNames";

export interface Kind {
  readonly defaults?: Props;
  /** Inputs that are whole numbers, with the least of each. */
  readonly least?: Record<string, number>;
  /** What is wrong besides, with inputs that are known. */
  check?(inputs: Props): CheckFailure[];
  make(inputs: Props): State;
  /** From the id that `pulumi import` is given; those without take none. */
  imported?(id: string): State;
}

const isNumber = (value: Json | undefined): value is number => typeof value === "number";
const wrong = (property: string, reason: string): CheckFailure => ({ property, reason });

/** Wrong inputs, by property. */
export function checkKind(kind: Kind, inputs: Props): CheckFailure[] {
  const numbers = Object.entries(kind.least ?? {}).flatMap(([property, least]) => {
    const value = inputs[property];
    if (value === UNKNOWN || (value === undefined && property === "resultCount")) return [];
    if (!Number.isInteger(value))
      return [wrong(property, `must be a whole number, got ${JSON.stringify(value)}`)];
    return Number(value) < least ? [wrong(property, `must be at least ${least}, got ${String(value)}`)] : [];
  });
  return [...numbers, ...(kind.check?.(inputs) ?? [])];
}

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
const ofEachSet = <T>(key: (name: SetName) => string, value: T) =>
  Object.fromEntries(setNames.map((name) => [key(name), value]));

const text: Kind = {
  defaults: { ...ofEachSet(flag, true), ...ofEachSet(minimum, 0), number: true },
  least: { length: 1, ...ofEachSet(minimum, 0) },
  check(inputs) {
    const minimums = setNames.map((name) => inputs[minimum(name)]).filter(isNumber);
    const least = minimums.reduce((a, b) => a + b, 0);
    return [
      ...(isNumber(inputs.length) && inputs.length < least
        ? [wrong("length", `must be at least ${least}, the sum of the minimums, got ${inputs.length}`)]
        : []),
      ...(setNames.every((name) => inputs[flag(name)] === false)
        ? [wrong("lower", "at least one of lower, upper, numeric and special must be true")]
        : []),
    ];
  },
  make(inputs) {
    const characters = (name: SetName) => [
      ...(name === "Special" && typeof inputs.overrideSpecial === "string"
        ? inputs.overrideSpecial
        : sets[name]),
    ];
    const pick = (from: string[]) => from[randomInt(from.length)];
    const picked = setNames.flatMap((name) =>
      Array.from({ length: inputs[minimum(name)] as number }, () => pick(characters(name))),
    );
    const all = setNames.filter((name) => inputs[flag(name)] !== false).flatMap(characters);
    while (picked.length < (inputs.length as number)) picked.push(pick(all));
    const result = shuffled(picked).join("");
    return { id: result, outputs: { ...inputs, result } };
  },
  imported(id) {
    const inputs: Props = { ...text.defaults, length: [...id].length };
    return { id, inputs, outputs: { ...inputs, result: id } };
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
  make(inputs) {
    const result = randomUUID();
    return { id: result, outputs: { ...inputs, result } };
  },
  imported: (id) => ({ id, inputs: {}, outputs: { result: id } }),
};

const identifier = (bytes: Buffer, inputs: Props): State => {
  const prefix = typeof inputs.prefix === "string" ? inputs.prefix : "";
  const hex = bytes.toString("hex");
  const outputs = {
    b64Url: prefix + bytes.toString("base64url"),
    b64Std: prefix + bytes.toString("base64"),
    hex: prefix + hex,
    dec: prefix + BigInt(`0x${hex}`).toString(),
  };
  return { id: bytes.toString("base64url"), inputs, outputs: { ...inputs, ...outputs } };
};

const secretBytes = (bytes: Buffer, inputs: Props): State => ({
  id: "none",
  inputs,
  outputs: { ...inputs, base64: bytes.toString("base64"), hex: bytes.toString("hex") },
});

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
    make: (inputs) => ({ ...text.make(inputs), id: "none" }),
    imported: (id) => ({ ...text.imported!(id), id: "none" }),
  },
  RandomUuid: uuid,
  RandomUuid4: uuid,
  RandomId: {
    least: { byteLength: 1 },
    make: (inputs) => identifier(randomBytes(inputs.byteLength as number), inputs),
    // "PREFIX,VALUE", or the value alone.
    imported(id) {
      const comma = id.lastIndexOf(",");
      const bytes = Buffer.from(id.slice(comma + 1), "base64url");
      const inputs: Props = { byteLength: bytes.length };
      if (comma >= 0) inputs.prefix = id.slice(0, comma);
      return identifier(bytes, inputs);
    },
  },
  RandomBytes: {
    least: { length: 1 },
    make: (inputs) => secretBytes(randomBytes(inputs.length as number), inputs),
    imported(id) {
      const bytes = Buffer.from(id, "base64");
      return secretBytes(bytes, { length: bytes.length });
    },
  },
  RandomPet: {
    defaults: { length: 2, separator: "-" },
    least: { length: 1 },
    make(inputs) {
      const words = [inputs.prefix, petName(inputs.length as number, String(inputs.separator))];
      return { id: words.filter(Boolean).join(String(inputs.separator)), outputs: inputs };
    },
  },
  RandomInteger: {
    least: { min: -Infinity, max: -Infinity },
    check: ({ min, max, ...others }) => [
      ...noSeed(others),
      ...(isNumber(min) && isNumber(max) && max < min
        ? [wrong("max", `must be at least min (${min}), got ${max}`)]
        : []),
    ],
    make(inputs) {
      const [min, max] = [Number(inputs.min), Number(inputs.max)];
      const result = min + Math.floor(Math.random() * (max - min + 1));
      return { id: String(result), outputs: { ...inputs, result } };
    },
    // "RESULT,MIN,MAX"
    imported(id) {
      const [result, min, max] = id.split(",").map(Number);
      return { id: String(result), inputs: { min, max }, outputs: { min, max, result } };
    },
  },
  RandomShuffle: {
    least: { resultCount: 0 },
    check: noSeed,
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
