// Shapes of arguments, with the reason of each and what to write instead. Nothing is required unless it says so.
import * as v from "valibot";
import { parseCidr } from "../cidr";
import { decides, type Meaning } from "./arguments";

type Entries<T> = { [Key in keyof Required<T>]: v.GenericSchema<any, any> };

/** A value that is no Output and no Promise. */
export const plain = <T extends v.GenericSchema<any, any>>(schema: T) =>
  v.pipe(schema, v.metadata({ ...v.getMetadata(schema), plain: true }));

/**
 * An object of these properties and no other, known at once; the keys are checked against the type by the compiler.
 */
export const object = <T extends object>(entries: Entries<T>, meaning: Meaning = {}) =>
  v.pipe(
    v.strictObject(optional(entries)),
    v.metadata({
      plain: true,
      why: decides,
      write: `an object with ${Object.keys(entries).join(", ")}`,
      ...meaning,
    }),
  );

/** An object of which some properties are known here, and the others are somebody else's to judge. */
export const open = (entries: Record<string, v.GenericSchema<any, any>>) =>
  v.pipe(v.looseObject(optional(entries)), v.metadata({ why: decides, write: "an object" }));

const required = new WeakSet<object>();
/** A property that must be there. */
export const needed = <T extends v.GenericSchema<any, any>>(schema: T): T => {
  const own = { ...schema };
  required.add(own);
  return own;
};

const optional = (entries: Record<string, v.GenericSchema<any, any>>) =>
  Object.fromEntries(
    Object.entries(entries).map(([key, schema]) => [key, required.has(schema) ? schema : v.optional(schema)]),
  );

export const anything = v.any();

export const text = (why: string, write: string) =>
  v.pipe(v.string(), v.nonEmpty(), v.metadata({ why, write }));

export const satisfying = (holds: (value: any) => boolean, why: string, write: string) =>
  v.pipe(v.any(), v.check(holds), v.metadata({ why, write }));

export const matching = (pattern: RegExp, why: string, write: string) =>
  v.pipe(v.string(), v.regex(pattern), v.metadata({ why, write }));

export const wholeNumber = (min: number, max: number, why: string) =>
  v.pipe(
    v.number(),
    v.integer(),
    v.minValue(min),
    v.maxValue(max),
    v.metadata({ why, write: `a whole number from ${min} to ${max}` }),
  );

export const yesOrNo = v.pipe(v.boolean(), v.metadata({ why: "it is a switch", write: "true or false" }));

/** One of the words of an enumeration. */
export const oneOf = (words: Record<string, string>) =>
  v.pipe(v.picklist(Object.values(words)), v.metadata({}));

export const listOf = (item: v.GenericSchema<any, any>, write = "a list") =>
  v.pipe(v.array(item), v.metadata({ why: decides, write, plain: item.type === "strict_object" }));

export const texts = (why: string) =>
  v.pipe(
    v.record(v.string(), v.pipe(v.string(), v.metadata({ why, write: "a text" }))),
    v.metadata({ why, write: "names with their values" }),
  );

/** What this component says itself. */
export const ours = (why: string, write: string) => v.pipe(v.never(), v.metadata({ why, write }));

export const cidr = (what: string) =>
  v.pipe(
    v.string(),
    v.check((value) => parseCidr(value) !== undefined),
    v.metadata({
      why: `${what} must be in CIDR notation, without bits set behind its prefix`,
      write: "an address and a prefix length, such as 10.244.0.0/16",
    }),
  );

/** A time in minutes; a wait of more than a week is a mistake. */
export const minutes = v.pipe(
  v.number(),
  v.minValue(0.1),
  v.maxValue(7 * 24 * 60),
  v.metadata({ why: "it is a time in minutes", write: "a number from 0.1 to 10080, at most a week" }),
);
