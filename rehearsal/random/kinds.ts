// The resources of @pulumi/random: names, defaults, ranges and ids are those of the provider that the plugin is built
// on (hashicorp/terraform-provider-random).
import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { type CheckFailure, type Props, type State, UNKNOWN } from "../plugin/provider";
import { mapValues } from "../plugin/values";

export interface Kind {
  readonly defaults?: Props;
  /** Inputs that are whole numbers, with the least of each. */
  least?(inputs: Props): Record<string, number>;
  make(inputs: Props): State;
}

export const checkKind = (kind: Kind, inputs: Props): CheckFailure[] =>
  Object.entries(kind.least?.(inputs) ?? {}).flatMap(([property, least]) => {
    const value = inputs[property];
    if (value === UNKNOWN || (Number.isInteger(value) && Number(value) >= least)) return [];
    const reason = `must be a whole number of at least ${least}, got ${JSON.stringify(value)}`;
    return [{ property, reason }];
  });

const made = (id: string, inputs: Props, computed: Props): State => ({
  id,
  inputs,
  outputs: { ...inputs, ...computed },
});
const result = (value: string, inputs: Props) => made(value, inputs, { result: value });
const pick = <T>(items: readonly T[]): T => items[randomInt(items.length)];

const shuffled = (items: string[]): string[] =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);

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
  least: (inputs) => {
    const sum = sets.reduce((total, [, minimum]) => total + (Number(inputs[minimum]) || 0), 0);
    return { length: Math.max(sum, 1) };
  },
  make(inputs) {
    const times = (count: number, from: string) => Array.from({ length: count }, () => pick([...from]));
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
};

// Of the words that github.com/dustinkirkland/golang-petname takes.
const adjectives =
  "able ample apt bold brave bright brief calm clean clear clever cosmic crisp daring decent eager exact fair fast fine firm frank fresh gentle glad grand guided handy hardy humble ideal keen kind large light lively loyal lucky mellow merry model modern neat noble open polite prime proud pure quick quiet rapid ready rich robust sharp smart solid steady sunny sweet tender tidy upright vast vital warm wise witty".split(
    " ",
  );
const animals =
  "adder alpaca ant badger bat bear beetle bison boar buck bull camel cat cheetah cobra colt coral cow crab crane cricket crow deer dingo dog dolphin donkey dove dragon drake duck eagle eel egret elk falcon fawn ferret finch fish fox frog gator gecko gnu goat goose grouse gull hamster hare hawk hen heron horse hound ibex iguana impala jackal jay kid kit kite kiwi koala lamb lark lemur lion lizard llama lynx mackerel mantis marlin marmot mole monkey moose moth mouse mule newt octopus osprey otter owl ox oyster panda panther parrot pelican perch pig pigeon pony puma quail rabbit ram raven ray robin salmon seal shark sheep shrew skink skunk sloth snail snake snipe spider squid stag starling stork swan tapir termite tern tiger toad trout tuna turkey turtle viper vole walrus wasp weasel whale wolf wombat worm wren yak zebra".split(
    " ",
  );

/** By class name. */
export const kinds: Record<string, Kind> = {
  RandomString: text,
  RandomPassword: { ...text, make: (inputs) => ({ ...text.make(inputs), id: "none" }) },
  RandomUuid: { make: (inputs) => result(randomUUID(), inputs) },
  RandomId: {
    least: () => ({ byteLength: 1 }),
    make(inputs) {
      const bytes = randomBytes(inputs.byteLength as number);
      const hex = bytes.toString("hex");
      const b64Url = bytes.toString("base64url");
      const all = { b64Url, b64Std: bytes.toString("base64"), hex, dec: String(BigInt(`0x${hex}`)) };
      return made(
        b64Url,
        inputs,
        mapValues(all, (value) => `${inputs.prefix ?? ""}${value}`),
      );
    },
  },
  RandomBytes: {
    least: () => ({ length: 1 }),
    make(inputs) {
      const bytes = randomBytes(inputs.length as number);
      return made("none", inputs, { base64: bytes.toString("base64"), hex: bytes.toString("hex") });
    },
  },
  RandomInteger: {
    least: ({ min }) => ({ max: Number(min) }),
    make(inputs) {
      const value = randomInt(Number(inputs.min), Number(inputs.max) + 1);
      return made(String(value), inputs, { result: value });
    },
  },
  RandomShuffle: {
    make(inputs) {
      const results = shuffled(inputs.inputs as string[]).slice(0, inputs.resultCount as number | undefined);
      return made("-", inputs, { results });
    },
  },
  RandomPet: {
    defaults: { length: 2, separator: "-" },
    least: () => ({ length: 1 }),
    make(inputs) {
      const leading = Array.from({ length: Number(inputs.length) - 1 }, () => pick(adjectives));
      const words = [inputs.prefix, ...leading, pick(animals)];
      return made(words.filter(Boolean).join(String(inputs.separator)), inputs, {});
    },
  },
};
