// The resources of @pulumi/random: names, defaults, ranges and ids are those of the provider that the plugin is built
// on (hashicorp/terraform-provider-random).
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { type CheckFailure, type Json, type Props, type State, UNKNOWN } from "../plugin/provider";
import { petName } from "./petNames";

/** Why a property is wrong; false = it is not. */
type Wrong = Record<string, string | false>;

export interface Kind {
  readonly defaults?: Props;
  /** Inputs that are whole numbers, with the least of each. */
  readonly least?: Record<string, number>;
  /** What is wrong besides, by property, with inputs that are known. */
  check?(inputs: Props): Wrong;
  make(inputs: Props): State;
  /** From the id that `pulumi import` is given; those without take none. */
  imported?(id: string): State;
}

/** Wrong inputs, by property. */
export function checkKind(kind: Kind, inputs: Props): CheckFailure[] {
  const numbers = Object.entries(kind.least ?? {}).map(([property, least]) => {
    const value = inputs[property];
    if (value === UNKNOWN || (value === undefined && property === "resultCount")) return [property, false];
    if (!Number.isInteger(value)) return [property, `must be a whole number, got ${JSON.stringify(value)}`];
    return [property, Number(value) < least && `must be at least ${least}, got ${String(value)}`];
  });
  const all = [...numbers, ...Object.entries(kind.check?.(inputs) ?? {})] as [string, string | false][];
  return all.flatMap(([property, reason]) => (reason ? [{ property, reason }] : []));
}

const made = (id: string, inputs: Props, computed: Props): State => ({
  id,
  inputs,
  outputs: { ...inputs, ...computed },
});
const result = (value: string | number, inputs: Props) => made(String(value), inputs, { result: value });

function shuffled<T>(items: readonly T[]): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

/** Characters by the input that asks for them, with the input that says of how many at least. */
const sets: [flag: string, minimum: string, characters: string][] = [
  ["lower", "minLower", "abcdefghijklmnopqrstuvwxyz"],
  ["upper", "minUpper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
  ["numeric", "minNumeric", "0123456789"],
  ["special", "minSpecial", "!@#$%&*()-_=+[]{}<>:?"],
];
const flags = Object.fromEntries(sets.map(([flag]) => [flag, true]));
const minimums = Object.fromEntries(sets.map(([, minimum]) => [minimum, 0]));

const text: Kind = {
  defaults: { ...flags, ...minimums, number: true },
  least: { length: 1, ...minimums },
  check({ length, ...inputs }) {
    const least = sets.reduce((sum, [, minimum]) => sum + (Number(inputs[minimum]) || 0), 0);
    return {
      length:
        Number(length) < least && `must be at least ${least}, the sum of the minimums, got ${String(length)}`,
      lower:
        sets.every(([flag]) => inputs[flag] === false) &&
        "at least one of lower, upper, numeric and special must be true",
    };
  },
  make(inputs) {
    const times = (count: number, from: string) =>
      Array.from({ length: count }, () => [...from][randomInt([...from].length)]);
    const charactersOf = (flag: string, characters: string) =>
      flag === "special" && inputs.overrideSpecial ? String(inputs.overrideSpecial) : characters;
    const picked = sets.flatMap(([flag, minimum, characters]) =>
      times(Number(inputs[minimum]), charactersOf(flag, characters)),
    );
    const asked = sets.filter(([flag]) => inputs[flag] !== false);
    const all = asked.map(([flag, , characters]) => charactersOf(flag, characters)).join("");
    const rest = times(Number(inputs.length) - picked.length, all);
    return result(shuffled([...picked, ...rest]).join(""), inputs);
  },
  imported: (id) => result(id, { ...text.defaults, length: [...id].length }),
};

const uuid: Kind = {
  make: (inputs) => result(randomUUID(), inputs),
  imported: (id) => result(id, {}),
};

function identifier(bytes: Buffer, inputs: Props): State {
  const hex = bytes.toString("hex");
  const all = {
    b64Url: bytes.toString("base64url"),
    b64Std: bytes.toString("base64"),
    hex,
    dec: String(BigInt(`0x${hex}`)),
  };
  const prefixed = Object.entries(all).map(([name, value]) => [name, `${inputs.prefix ?? ""}${value}`]);
  return made(all.b64Url, inputs, Object.fromEntries(prefixed));
}

const secretBytes = (bytes: Buffer, inputs: Props) =>
  made("none", inputs, { base64: bytes.toString("base64"), hex: bytes.toString("hex") });

/** Seeds give the values of Go's generator, which cannot be had here. */
const noSeed = ({ seed }: Props): Wrong => ({
  seed: seed !== undefined && "is not supported by the rehearsal: its values come from Go's generator",
});

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
      const [, prefix, value] = /^(?:(.*),)?(.*)$/s.exec(id)!;
      const bytes = Buffer.from(value, "base64url");
      return identifier(bytes, { byteLength: bytes.length, ...(prefix !== undefined && { prefix }) });
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
      return made(words.filter(Boolean).join(String(inputs.separator)), inputs, {});
    },
  },
  RandomInteger: {
    least: { min: -Infinity, max: -Infinity },
    check: ({ min, max, ...others }) => ({
      ...noSeed(others),
      max: Number(max) < Number(min) && `must be at least min (${String(min)}), got ${String(max)}`,
    }),
    make(inputs) {
      const [min, max] = [Number(inputs.min), Number(inputs.max)];
      return result(min + Math.floor(Math.random() * (max - min + 1)), inputs);
    },
    // "RESULT,MIN,MAX"
    imported(id) {
      const [value, min, max] = id.split(",").map(Number);
      return result(value, { min, max });
    },
  },
  RandomShuffle: {
    least: { resultCount: 0 },
    check: noSeed,
    make(inputs) {
      const items = inputs.inputs as Json[];
      const count = Number(inputs.resultCount ?? items.length);
      const results: Json[] = [];
      // More results than inputs start over with another shuffle.
      while (results.length < count && items.length > 0) results.push(...shuffled(items));
      return made("-", inputs, { results: results.slice(0, count) });
    },
  },
};
