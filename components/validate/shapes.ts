// Shapes of arguments, with the reason of each and what to write instead. Nothing is required unless it says so. A text or
// a number that Azure judges by itself, at once, is not judged here.
import * as v from "valibot";
import { parseCidr } from "../cidr";

type Schema = v.GenericSchema<any, any>;

/** What a schema says of its values beside their shape. */
export interface Meaning {
  why?: string;
  write?: string;
  /** Of an object: where a property may go that it does not have. */
  elsewhere?: string;
  /** Of an object with too many properties to list: what they are. */
  properties?: string;
  /** No Output and no Promise. */
  plain?: boolean;
  /** Must be there. */
  needed?: boolean;
}

export const decides = "it decides what is declared, so it must be known when the program runs";

const meaning =
  (more: Meaning) =>
  <T extends Schema>(schema: T) =>
    v.pipe(schema, v.metadata({ ...v.getMetadata(schema), ...more }));

/** A value that is no Output and no Promise. */
export const plain = meaning({ plain: true });
/** A property that must be there. */
export const needed = meaning({ needed: true });

const optional = (entries: Record<string, Schema>) =>
  Object.fromEntries(
    Object.entries(entries).map(([key, schema]) => [
      key,
      (v.getMetadata(schema) as Meaning).needed ? schema : v.optional(schema),
    ]),
  );

/** An object of these properties and no other, known at once; the compiler checks the keys against the type. */
export const object = <T extends object>(
  entries: { [Key in keyof Required<T>]: Schema },
  more: Meaning = {},
) =>
  v.pipe(
    v.strictObject(optional(entries)),
    v.metadata({
      plain: true,
      why: decides,
      write: `an object with ${Object.keys(entries).join(", ")}`,
      ...more,
    }),
  );

/** What Azure judges by itself. */
export const anything = v.unknown();

/** What azure-native's resource takes, by its own code in the SDK that is installed. None where that is minified. */
export const inputsOf = (resource: new (...args: any[]) => object): string[] =>
  [...String(resource).matchAll(/resourceInputs\["(\w+)"\] = \(?args/g)].map(([, name]) => name);

/** The properties of azure-native's resource, some known here. The SDK would leave out any other without a word. */
export const resourceObject = (resource: new (...args: any[]) => object, entries: Record<string, Schema>) => {
  const names = inputsOf(resource).filter(
    (name) => !/^(agentPoolName|resourceName|resourceGroupName)$/.test(name),
  );
  if (names.length === 0) return open(entries);
  const all = { ...Object.fromEntries(names.map((name) => [name, anything])), ...entries };
  const properties = `a property of azure-native's ${resource.name}, by its name there`;
  return v.pipe(v.strictObject(optional(all)), v.metadata({ why: decides, write: "an object", properties }));
};

/** An object of which some properties are known here, and the others are somebody else's to judge. */
export const open = (entries: Record<string, Schema> = {}) =>
  v.pipe(v.looseObject(optional(entries)), v.metadata({ why: decides, write: "an object" }));

export const satisfying = (holds: (value: any) => boolean, why: string, write: string) =>
  v.pipe(v.any(), v.check(holds), v.metadata({ why, write }));

export const matching = (pattern: RegExp, why: string, write: string) =>
  v.pipe(v.string(), v.regex(pattern), v.metadata({ why, write }));

export const text = matching(/./, "it is a text", "a text that is not empty");

export const wholeNumber = (min: number, max: number, why: string) =>
  satisfying(
    (value) => Number.isInteger(value) && value >= min && value <= max,
    why,
    `a whole number from ${min} to ${max}`,
  );

export const yesOrNo = v.pipe(v.boolean(), v.metadata({ why: "it is a switch", write: "true or false" }));

/** One of the words of an enumeration. */
export const oneOf = v.enum;

export const listOf = (item: Schema, write = "a list") =>
  v.pipe(v.array(item), v.metadata({ why: decides, write, plain: item.type === "strict_object" }));

/** What this component says itself. */
export const ours = (why: string, write: string) => v.pipe(v.never(), v.metadata({ why, write }));

export const cidr = satisfying(
  (value) => typeof value === "string" && parseCidr(value) !== undefined,
  "a range must be in CIDR notation, without bits set behind its prefix",
  "an address and a prefix length, such as 10.244.0.0/16",
);

/** A time in minutes; a wait of more than a week is a mistake. */
export const minutes = satisfying(
  (value) => Number.isFinite(value) && value >= 0.1 && value <= 7 * 24 * 60,
  "it is a time in minutes",
  "a number from 0.1 to 10080, at most a week",
);
