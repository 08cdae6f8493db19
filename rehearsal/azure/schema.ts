// Is this body one that the API knows? Every member is looked up in the SDK's mappers, which gives the ARM path of each
// finding; then the SDK's own serializer has the last word in a round trip (deserialize, serialize, compare).
import { UNKNOWN, type Json, type Props } from "../plugin/provider";
import { invalid, missing, type Problem } from "./arm";
import { enumOf } from "./enums";
import { members, sdk, type Mapper, type Member } from "./sdk";
import { hasUnknown, isObject } from "./values";

/** @param model name of the SDK's class, e.g. "ManagedCluster". @returns everything wrong with the body's shape. */
export function checkShape(model: string, body: Props): Problem[] {
  const mapper = sdk().models[model];
  const found = [...composite(mapper, body, "")];
  // The serializer cannot judge placeholders; where the look-up has found something it would only repeat that.
  if (found.length === 0 && !hasUnknown(body)) found.push(...roundTrip(mapper, body));
  return found;
}

function* composite(mapper: Mapper, value: Json, path: string): Generator<Problem> {
  if (!isObject(value)) return yield wrongType(path, value, "an object");
  const known = members(mapper);
  for (const [name, { mapper: member, key }] of known) {
    const here = path ? `${path}.${name}` : name;
    const given = value[name] ?? undefined;
    if (given === undefined) {
      if (member.required && !member.readOnly) yield missing(here, `Set \`${here}\`.`);
    } else if (given !== UNKNOWN)
      yield* checkValue(member, given, here, enumOf[mapper.type.className!]?.[key]);
  }
  for (const name of Object.keys(value)) {
    const member = known.get(name);
    const here = path ? `${path}.${name}` : name;
    if (!member) yield unknownMember(here, name, mapper, known);
    else if (member.mapper.readOnly && value[name] !== null)
      yield invalid(here, `Property '${here}' is read-only.`, `Leave \`${name}\` out: Azure sets it.`);
  }
}

function unknownMember(path: string, name: string, mapper: Mapper, known: Map<string, Member>): Problem {
  const near = [...known.keys()].find((other) => other.toLowerCase() === name.toLowerCase());
  const hint = near
    ? `It is spelt \`${near}\`.`
    : "Take it out: it is a misspelling, or only a preview version of the API has it.";
  return {
    target: path,
    code: "InvalidRequestContent",
    message: `The request content was invalid and could not be deserialized: could not find member '${name}' on object of type '${mapper.type.className}'. Path '${path}'.`,
    advice: hint,
  };
}

const wrongType = (path: string, value: Json, wanted: string): Problem =>
  invalid(
    path,
    `The value of parameter ${path} is invalid: ${JSON.stringify(value)} is not ${wanted}.`,
    `Write ${wanted}.`,
  );

const primitive: Record<string, [(value: Json) => boolean, string]> = {
  String: [(value) => typeof value === "string", "a string"],
  Number: [(value) => typeof value === "number", "a number"],
  Boolean: [(value) => typeof value === "boolean", "true or false"],
  Uuid: [
    (value) => typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
    "a UUID",
  ],
  DateTime: [
    (value) => typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) && !isNaN(Date.parse(value)),
    'a time like "2026-01-31T22:00:00Z"',
  ],
  Date: [
    (value) => typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && !isNaN(Date.parse(value)),
    'a date like "2026-01-31"',
  ],
  ByteArray: [
    (value) => typeof value === "string" && Buffer.from(value, "base64").toString("base64") === value,
    "base64 text",
  ],
};

/** One member, at its path. */
export function* checkValue(
  mapper: Mapper,
  value: Json,
  path: string,
  enumName?: string,
): Generator<Problem> {
  const { type } = mapper;
  if (value === UNKNOWN || type.name === "any") return;
  if (type.name === "Composite") return yield* composite(mapper, value, path);
  if (type.name === "Dictionary") {
    if (!isObject(value)) return yield wrongType(path, value, "a map");
    for (const [key, entry] of Object.entries(value))
      yield* checkValue(type.value!, entry, `${path}.${key}`, enumName);
    return;
  }
  if (type.name === "Sequence") {
    if (!Array.isArray(value)) return yield wrongType(path, value, "a list");
    for (const [i, entry] of value.entries())
      yield* checkValue(type.element!, entry, `${path}[${i}]`, enumName);
  } else if (type.name === "Enum") {
    yield* checkEnum(type.allowedValues!, value, path);
  } else {
    const [fits, wanted] = primitive[type.name] ?? primitive.String;
    if (!fits(value)) return yield wrongType(path, value, wanted);
    if (enumName) yield* checkEnum(Object.values(sdk().enums[enumName]), value, path);
  }
  yield* checkConstraints(mapper, value, path);
}

function* checkEnum(allowed: readonly string[], value: Json, path: string): Generator<Problem> {
  if (allowed.includes(value as string)) return;
  yield invalid(
    path,
    `The value of parameter ${path} is invalid: ${JSON.stringify(value)}.`,
    `Write one of: ${allowed.join(", ")}.`,
  );
}

/** Ranges and patterns that the SDK carries but does not enforce (core-client: "constraints are not validated"). */
export function* checkConstraints(mapper: Mapper, value: Json, path: string): Generator<Problem> {
  const c = mapper.constraints;
  if (!c) return;
  const bad = (advice: string) =>
    invalid(path, `The value of parameter ${path} is invalid: ${JSON.stringify(value)}.`, advice);
  if (typeof value === "number") {
    const least = c.InclusiveMinimum ?? -Infinity;
    const most = c.InclusiveMaximum ?? Infinity;
    const range = most === Infinity ? `at least ${least}` : `from ${least} to ${most}`;
    if (value < least || value > most) yield bad(`Write a number ${range}.`);
  } else if (typeof value === "string") {
    const most = c.MaxLength ?? Infinity;
    if (value.length < (c.MinLength ?? 0) || value.length > most)
      yield bad(`Write ${c.MinLength ?? 0} to ${most} characters.`);
    else if (c.Pattern && !c.Pattern.test(value)) yield bad(`It must match ${c.Pattern.source}`);
  } else if (Array.isArray(value)) {
    if (c.MaxItems !== undefined && value.length > c.MaxItems)
      yield bad(`Write at most ${c.MaxItems} entries.`);
    if (c.UniqueItems && new Set(value).size < value.length) yield bad("Name each entry once.");
  }
}

/** What the SDK drops or alters when it reads the body and writes it again. */
function* roundTrip(mapper: Mapper, body: Props): Generator<Problem> {
  const { serializer } = sdk();
  const name = mapper.type.className!;
  try {
    const back = serializer.serialize(
      mapper,
      serializer.deserialize(mapper, structuredClone(body), name),
      name,
    );
    yield* lost(body, back as Json, "");
  } catch (error) {
    yield invalid(
      "",
      `The SDK refuses the request body: ${(error as Error).message}`,
      "Correct the value it names.",
    );
  }
}

function* lost(sent: Json, back: Json | undefined, path: string): Generator<Problem> {
  if (isObject(sent) && isObject(back)) {
    for (const [name, value] of Object.entries(sent))
      if (value !== null) yield* lost(value, back[name], path ? `${path}.${name}` : name);
  } else if (Array.isArray(sent) && Array.isArray(back)) {
    for (const [i, value] of sent.entries()) yield* lost(value, back[i], `${path}[${i}]`);
  } else if (isObject(sent) && Object.keys(sent).length === 0 && back === undefined) {
    // The SDK leaves out a `properties` with nothing in it, which says the same.
  } else if (sent !== back && !sameTime(sent, back))
    yield invalid(
      path,
      `The SDK does not send ${path} as it is written.`,
      "Take it out or correct its type.",
    );
}

/** The serializer writes times with milliseconds. */
const sameTime = (a: Json, b: Json | undefined): boolean =>
  typeof a === "string" && typeof b === "string" && Date.parse(a) === Date.parse(b);
