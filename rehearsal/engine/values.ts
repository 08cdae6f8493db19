// Property values as they travel between program, engine and state: plain JSON in which a few objects carry a
// signature that makes them secrets, resource references or output values (sdk/go/common/resource/properties.go).
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Json, type Props, UNKNOWN } from "./provider";
import { Refusal } from "../refusal";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** What a secret looks like wherever a person can read it. */
export const MASK = "[secret]";

const isObject = (value: Json | undefined): value is Props =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const signature = (value: Json): Json | undefined => (isObject(value) ? value[SIGNATURE] : undefined);

export const isSecret = (value: Json | undefined): boolean =>
  value !== undefined && signature(value) === SECRET;
export const secret = (value: Json): Props =>
  isSecret(value) ? (value as Props) : { [SIGNATURE]: SECRET, value };
const content = (value: Json): Json => (value as Props).value ?? null;

/** Rebuilds a value bottom-up; `leaf` sees every signed object and every scalar. */
function walk(value: Json, leaf: (value: Json) => Json): Json {
  if (Array.isArray(value)) return value.map((item) => walk(item, leaf));
  if (!isObject(value) || SIGNATURE in value) return leaf(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, leaf)]));
}

function any(value: Json, test: (value: Json) => boolean): boolean {
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item) => any(item, test));
  return isObject(value) && Object.values(value).some((item) => any(item, test));
}

export const hasSecrets = (value: Json): boolean => any(value, isSecret);
export const hasUnknowns = (value: Json): boolean => any(value, (item) => item === UNKNOWN);

/**
 * What the program sent, with output values reduced to plain, unknown or secret values.
 * @throws Refusal for assets and archives, by property.
 */
export function fromProgram(value: Json, where: string): Json {
  return walk(value, (item) => {
    const signed = signature(item);
    if (signed === undefined || signed === RESOURCE) return item;
    if (signed === SECRET) return secret(fromProgram(content(item), where));
    if (signed === OUTPUT) {
      const output = item as Props;
      const known = "value" in output ? fromProgram(output.value, where) : UNKNOWN;
      return output.secret === true ? secret(known) : known;
    }
    const what =
      signed === ASSET ? "an asset" : signed === ARCHIVE ? "an archive" : "an unknown kind of value";
    throw new Refusal(
      `${where} contains ${what}, which the rehearsal does not support`,
      "none of the resources that the rehearsal can make takes files as inputs",
      "pass the file's text as a string, or run this program with the real Pulumi CLI",
    );
  });
}

/** A value as providers take it: secrets unwrapped, references to resources replaced by their id (or URN). */
export function forProvider<T extends Json>(value: T): T {
  return walk(value, (item) => {
    const signed = signature(item);
    if (signed === SECRET) return forProvider(content(item));
    if (signed !== RESOURCE) return item;
    const { id, urn } = item as Props;
    return id === undefined ? urn : id === null || id === "" ? UNKNOWN : id;
  }) as T;
}

/** A value as people may see it. */
export const masked = <T extends Json>(value: T): T =>
  walk(value, (item) => (isSecret(item) ? MASK : item === UNKNOWN ? "[unknown]" : item)) as T;

/** Reports every text inside secrets. */
export function secretStrings(value: Json, found: (text: string) => void, inside = false): void {
  if (isSecret(value)) return secretStrings(content(value), found, true);
  if (typeof value === "string" && inside) found(value);
  else if (Array.isArray(value)) value.forEach((item) => secretStrings(item, found, inside));
  else if (isObject(value)) Object.values(value).forEach((item) => secretStrings(item, found, inside));
}

/** Replaces every secret's content, for example by its ciphertext. */
export const mapSecrets = (value: Json, change: (signed: Props) => Json): Json =>
  walk(value, (item) => (isSecret(item) ? change(item as Props) : item));

/**
 * Carries secretness from what was sent to a provider over to what it answered, path by path, as the real engine
 * does for providers that do not keep secrets themselves (sdk/go/common/resource/plugin, annotateSecrets).
 */
export function withSecretsOf(answer: Props, sent: Props): Props {
  const mark = (out: Json, input: Json | undefined): Json => {
    if (input === undefined || isSecret(out)) return out;
    if (isSecret(input)) return secret(out);
    if (Array.isArray(out) && Array.isArray(input)) {
      // Elements of lists of different length cannot be matched up, so the whole list becomes secret.
      if (out.length !== input.length) return hasSecrets(input) ? secret(out) : out;
      return out.map((item, index) => mark(item, input[index]));
    }
    if (isObject(out) && isObject(input) && !(SIGNATURE in out)) {
      return Object.fromEntries(Object.entries(out).map(([key, item]) => [key, mark(item, input[key])]));
    }
    return out;
  };
  return mark(answer, sent) as Props;
}

/** Makes whole top-level properties secret. */
export const withSecretKeys = (props: Props, keys: Iterable<string>): Props => {
  const wanted = new Set(keys);
  return Object.fromEntries(
    Object.entries(props).map(([key, value]) => [key, wanted.has(key) ? secret(value) : value]),
  );
};

/** Deep equality, in which a secret equals only a secret. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && equal(a[key], b[key]));
}

export const fromStruct = (struct: Struct | undefined): Props =>
  (struct?.toJavaScript() as Props | undefined) ?? {};
export const toStruct = (props: Props): Struct => Struct.fromJavaScript(props as any);
