// What a request may hold, by azure-native's own schema (plugin/schema.ts). `properties`, which azure-native lifts, and
// hyphens, which it turns to camel case, are put back here: findings name the paths of the wire.
import { UNKNOWN, type Json, type Props, type Provider } from "../plugin/provider";
import { packageSchema } from "../plugin/schema";
import { invalid, missing, wrongValue, type Problem } from "./arm";
import { catalogue, type ResourceType } from "./types";
import { at, isObject, join, table } from "./values";

/** A type of the schema, or what stands under `properties`. */
export interface Spec {
  readonly type?: string;
  readonly $ref?: string;
  readonly oneOf?: readonly Spec[];
  readonly items?: Spec;
  readonly additionalProperties?: Spec;
  readonly shape?: Shape;
}

type Specs = Record<string, Spec>;

export interface Shape {
  readonly name: string;
  /** By the name on the wire. */
  readonly members: ReadonlyMap<string, Spec>;
  readonly required: readonly string[];
  /** Azure alone sets them. */
  readonly readOnly: readonly string[];
}

interface NamedType {
  properties?: Specs;
  readonly required?: readonly string[];
  readonly enum?: readonly { readonly value: string }[];
}

interface Schema {
  readonly resources: Record<string, { properties: Specs; inputProperties: Specs; requiredInputs: string[] }>;
  readonly types: Record<string, NamedType>;
}

let schema: Schema;

/** Needed before anything else here. */
export async function loadSchema(provider: Provider): Promise<void> {
  if (schema !== undefined) return;
  const loaded: Schema = JSON.parse(await packageSchema(provider, __dirname));
  for (const [token, added] of Object.entries(table<Record<string, NamedType>>("previews"))) {
    const known = (loaded.types[`azure-native:${token}`] ??= added);
    if (added.properties) known.properties = { ...known.properties, ...added.properties };
  }
  schema = loaded;
}

export function shapeOf(type: ResourceType): Shape {
  const { properties, inputProperties, requiredInputs } = schema.resources[`azure-native:${type.token}`];
  const inputs = Object.entries(inputProperties).filter(([name]) => !type.names.includes(name));
  return shape(type.model, Object.fromEntries(inputs), requiredInputs, properties, type);
}

/** Of an object; undefined = it is none, or may hold anything. */
export function shapeOfSpec({ shape: own, $ref }: Spec): Shape | undefined {
  const token = $ref?.replace("#/types/", "");
  const named = token === undefined ? undefined : schema.types[token];
  if (!named?.properties) return own;
  const type = catalogue.find((one) => `azure-native:${one.token}` === token);
  const outputs = schema.types[`${token}Response`]?.properties;
  return shape(token!.split(":")[2], named.properties, named.required, outputs, type);
}

/** @param type of a resource, or of what is one elsewhere: inline subnets have `properties` as well */
function shape(
  name: string,
  inputs: Specs,
  required: readonly string[] = [],
  outputs: Specs = {},
  type?: ResourceType,
): Shape {
  const hyphens = name === "ManagedClusterPropertiesAutoScalerProfile";
  const all = Object.entries(inputs).map(([key, spec]): [string, Spec] => [
    hyphens ? key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) : key,
    // azure-native takes the identities as a list; ARM wants a map with empty values.
    key === "userAssignedIdentities" && spec.items?.type === "string" ? { additionalProperties: {} } : spec,
  ]);
  const made = (members: [string, Spec][]): Shape => ({
    name,
    members: new Map(members),
    required: required.filter((one) => members.some(([key]) => key === one)),
    readOnly: Object.keys(outputs).filter((key) => !(key in inputs)),
  });
  const inner = type && !("properties" in inputs) ? all.filter(([key]) => !type.top.includes(key)) : [];
  if (inner.length === 0) return made(all);
  return made([...all.filter((one) => !inner.includes(one)), ["properties", { shape: made(inner) }]]);
}

/** @param hidden paths of members that the asked version of the API does not have. @returns everything wrong with the shape */
export const checkShape = (type: ResourceType, body: Props, hidden: readonly string[] = []): Problem[] => [
  ...check({ shape: shapeOf(type) }, body, "", hidden),
];

/** One value, at its path. */
function* check(spec: Spec, value: Json, path: string, hidden: readonly string[]): Generator<Problem> {
  if (value === UNKNOWN || value === null) return;
  const own = shapeOfSpec(spec);
  const { items, additionalProperties } = spec;
  const values = allowed(spec);
  const type = values ? "string" : spec.type;
  if (own || additionalProperties) {
    if (!isObject(value)) return yield wrongType(path, value, own ? "an object" : "a map");
    for (const name of own?.required ?? [])
      if (at(value, name) === undefined) yield missing(join(path, name), `Set \`${join(path, name)}\`.`);
    for (const [name, given] of Object.entries(value)) {
      const here = join(path, name);
      const member = own ? !hidden.includes(here) && own.members.get(name) : additionalProperties;
      if (member) yield* check(member, given, here, hidden);
      else yield unknownMember(here, name, own!);
    }
  } else if (items) {
    if (!Array.isArray(value)) return yield wrongType(path, value, "a list");
    for (const [i, entry] of value.entries()) yield* check(items, entry, `${path}[${i}]`, hidden);
  } else if (type && type in words && typeof value !== type) yield wrongType(path, value, words[type]);
  else if (values && !values.includes(String(value)))
    yield wrongValue(path, value, `Write one of: ${values.join(", ")}.`);
}

function unknownMember(path: string, name: string, own: Shape): Problem {
  if (own.readOnly.includes(name))
    return invalid(path, `Property '${path}' is read-only.`, `Leave \`${name}\` out: Azure sets it.`);
  const near = [...own.members.keys()].find(
    (other) => other !== name && other.toLowerCase() === name.toLowerCase(),
  );
  return {
    target: path,
    code: "InvalidRequestContent",
    message: `The request content was invalid and could not be deserialized: could not find member '${name}' on object of type '${own.name}'. Path '${path}'.`,
    advice: near
      ? `It is spelt \`${near}\`.`
      : "Take it out: it is a misspelling, or only a preview version of the API has it.",
  };
}

const wrongType = (path: string, value: Json, wanted: string): Problem => {
  const message = `The value of parameter ${path} is invalid: ${JSON.stringify(value)} is not ${wanted}.`;
  return invalid(path, message, `Write ${wanted}.`);
};

const words: Record<string, string> = { string: "a string", number: "a number", boolean: "true or false" };

/** The values of an enumeration, whether or not the SDK takes other texts as well. Streams have names of one's own. */
function allowed(spec: Spec): string[] | undefined {
  const tokens = [spec, ...(spec.oneOf ?? [])].map(({ $ref = "" }) => $ref.replace("#/types/", ""));
  const found = tokens.find((token) => !/Known\w+Streams$/.test(token) && schema.types[token]?.enum);
  return found === undefined ? undefined : schema.types[found].enum!.map(({ value }) => value);
}
