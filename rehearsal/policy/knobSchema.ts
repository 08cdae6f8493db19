// Whether a knob's value fits the JSON schema that its policy gives (the engine asks gojsonschema; these are the words
// of it that policies use).
import type { Json } from "../engine/provider";

type Schema = Readonly<Record<string, Json>>;

function typeOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

const fits = (value: Json, type: Json) =>
  typeOf(value) === type || (type === "number" && typeOf(value) === "integer");

/** Limits: the word of the schema, what of the value it is about, whether the limit is kept, and how it is said. */
const limits: [string, (value: any) => unknown, (seen: any, limit: any) => boolean, string][] = [
  ["minimum", (value) => value, (seen, limit) => seen >= limit, "at least"],
  ["maximum", (value) => value, (seen, limit) => seen <= limit, "at most"],
  ["minItems", (value) => value?.length, (seen, limit) => seen >= limit, "of so many items at least:"],
  ["maxItems", (value) => value?.length, (seen, limit) => seen <= limit, "of so many items at most:"],
  ["minLength", (value) => value?.length, (seen, limit) => seen >= limit, "of so many characters at least:"],
  ["pattern", (value) => value, (seen, limit) => new RegExp(limit).test(seen), "like"],
];

/** @returns what the value must be and is not; undefined where it fits */
export function misfit(value: Json, schema: Schema): string | undefined {
  const { type, enum: values, items } = schema;
  const types = Array.isArray(type) ? type : type === undefined ? [] : [type];
  if (types.length > 0 && !types.some((one) => fits(value, one))) return `of type ${types.join(" or ")}`;
  if (Array.isArray(values) && !values.includes(value)) return `one of ${values.join(", ")}`;
  const broken = limits.find(([word, of, kept]) => word in schema && !kept(of(value), schema[word]));
  if (broken) return `${broken[3]} ${String(schema[broken[0]])}`;
  if (Array.isArray(value) && typeof items === "object" && items !== null && !Array.isArray(items)) {
    const wrong = value.map((one) => misfit(one, items)).find((one) => one !== undefined);
    if (wrong) return `a list in which each is ${wrong}`;
  }
  return undefined;
}
