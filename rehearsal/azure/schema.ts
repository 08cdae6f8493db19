// Is this body one that the API knows? Every member is looked up in the mappers, which gives the ARM path of each finding.
import { UNKNOWN, type Json, type Props } from "../plugin/provider";
import { invalid, missing, wrongValue, type Problem } from "./arm";
import { members, sdk, type Mapper, type Member } from "./sdk";
import { isObject, join } from "./values";

/**
 * @param model name of the SDK's class, e.g. "ManagedCluster"; @param hidden paths of members that the asked version of
 * the API does not have. @returns everything wrong with the body's shape
 */
export const checkShape = (model: string, body: Props, hidden: readonly string[] = []): Problem[] => [
  ...composite(sdk().models[model], body, "", hidden),
];

function* composite(
  mapper: Mapper,
  value: Json,
  path: string,
  hidden: readonly string[],
): Generator<Problem> {
  if (!isObject(value)) return yield wrongType(path, value, "an object");
  const known = members(mapper);
  const allowed = sdk().enums[mapper.type.className!];
  for (const [name, { mapper: member, key }] of known) {
    const here = join(path, name);
    const given = value[name] ?? undefined;
    if (given === undefined && member.required && !member.readOnly) yield missing(here, `Set \`${here}\`.`);
    if (given !== undefined && given !== UNKNOWN && !hidden.includes(here))
      yield* checkValue(member, given, here, hidden, allowed?.[key]);
  }
  for (const name of Object.keys(value)) {
    const here = join(path, name);
    const member = hidden.includes(here) ? undefined : known.get(name);
    if (!member) yield unknownMember(here, name, mapper, known);
    else if (member.mapper.readOnly && value[name] !== null)
      yield invalid(here, `Property '${here}' is read-only.`, `Leave \`${name}\` out: Azure sets it.`);
  }
}

function unknownMember(path: string, name: string, mapper: Mapper, known: Map<string, Member>): Problem {
  const near = [...known.keys()].find(
    (other) => other !== name && other.toLowerCase() === name.toLowerCase(),
  );
  return {
    target: path,
    code: "InvalidRequestContent",
    message: `The request content was invalid and could not be deserialized: could not find member '${name}' on object of type '${mapper.type.className}'. Path '${path}'.`,
    advice: near
      ? `It is spelt \`${near}\`.`
      : "Take it out: it is a misspelling, or only a preview version of the API has it.",
  };
}

const wrongType = (path: string, value: Json, wanted: string): Problem =>
  invalid(
    path,
    `The value of parameter ${path} is invalid: ${JSON.stringify(value)} is not ${wanted}.`,
    `Write ${wanted}.`,
  );

const text = (pattern: RegExp) => (value: Json) => typeof value === "string" && pattern.test(value);
const primitive: Record<string, [(value: Json) => boolean, string]> = {
  String: [(value) => typeof value === "string", "a string"],
  Number: [(value) => typeof value === "number", "a number"],
  Boolean: [(value) => typeof value === "boolean", "true or false"],
  Uuid: [text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i), "a UUID"],
  DateTime: [
    (value) => text(/^\d{4}-\d\d-\d\dT/)(value) && !isNaN(Date.parse(value as string)),
    'a time like "2026-01-31T22:00:00Z"',
  ],
  Date: [
    (value) => text(/^\d{4}-\d\d-\d\d$/)(value) && !isNaN(Date.parse(value as string)),
    'a date like "2026-01-31"',
  ],
  ByteArray: [text(/^([\w+/]{4})*([\w+/]{2}==|[\w+/]{3}=)?$/), "base64 text"],
};

/** One member, at its path. */
function* checkValue(
  mapper: Mapper,
  value: Json,
  path: string,
  hidden: readonly string[],
  allowed?: readonly string[],
): Generator<Problem> {
  const { type } = mapper;
  if (value === UNKNOWN || type.name === "any") return;
  if (type.name === "Composite") return yield* composite(mapper, value, path, hidden);
  if (type.name === "Dictionary") {
    if (!isObject(value)) return yield wrongType(path, value, "a map");
    for (const [key, entry] of Object.entries(value))
      yield* checkValue(type.value!, entry, join(path, key), hidden, allowed);
    return;
  }
  if (type.name === "Sequence") {
    if (!Array.isArray(value)) return yield wrongType(path, value, "a list");
    for (const [i, entry] of value.entries())
      yield* checkValue(type.element!, entry, `${path}[${i}]`, hidden, allowed);
  } else {
    const [fits, wanted] = primitive[type.name] ?? primitive.String;
    if (type.name !== "Enum" && !fits(value)) return yield wrongType(path, value, wanted);
    const values = type.allowedValues ?? allowed;
    if (values && !values.includes(value as string))
      yield wrongValue(path, value, `Write one of: ${values.join(", ")}.`);
  }
  yield* checkConstraints(mapper, value, path);
}

/** Ranges and patterns that the SDK carries. */
export function* checkConstraints(mapper: Mapper, value: Json, path: string): Generator<Problem> {
  const c = mapper.constraints;
  if (!c) return;
  const bad = (advice: string) => wrongValue(path, value, advice);
  if (typeof value === "number") {
    const least = c.InclusiveMinimum ?? -Infinity;
    const most = c.InclusiveMaximum ?? Infinity;
    const range = most === Infinity ? `at least ${least}` : `from ${least} to ${most}`;
    if (value < least || value > most) yield bad(`Write a number ${range}.`);
  } else if (typeof value === "string") {
    const [least, most] = [c.MinLength ?? 0, c.MaxLength ?? Infinity];
    if (value.length < least || value.length > most) yield bad(`Write ${least} to ${most} characters.`);
    else if (c.Pattern && !c.Pattern.test(value)) yield bad(`It must match ${c.Pattern.source}`);
  } else if (Array.isArray(value)) {
    if (value.length > (c.MaxItems ?? Infinity)) yield bad(`Write at most ${c.MaxItems} entries.`);
    if (c.UniqueItems && new Set(value).size < value.length) yield bad("Name each entry once.");
  }
}
