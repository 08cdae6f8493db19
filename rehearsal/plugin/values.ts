// Property values on the wire: JSON in which some objects and texts mean something else
// (sdk/go/common/resource/sig and plugin/rpc.go of pulumi/pulumi).
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { UNKNOWN, type Json, type Props } from "./provider";
import { Refusal } from "../system/refusal";

const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";
export const isObject = (value: unknown): value is Props =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const mapValues = (of: Props, change: (value: Json, key: string) => Json): Props =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, change(value, key)]));

/**
 * As providers take it. The engine itself unwraps secrets, reduces output values and replaces resources by their ids for
 * a plugin that accepts none of them, except in `Configure`.
 * @throws Refusal for assets and archives
 */
function plain(value: Json, where: string): Json {
  if (Array.isArray(value)) return value.map((item, index) => plain(item, `${where}[${index}]`));
  if (!isObject(value)) return value;
  const kind = value[signature];
  if (kind === secret) return plain(value.value, where);
  if (kind !== undefined)
    throw new Refusal(
      `${where} is an asset or an archive, which the rehearsal does not support`,
      "none of the resources that the rehearsal can make takes files as inputs",
      "pass the file's text as a string, or run this program with the real plugin",
    );
  return mapValues(value, (item, key) => plain(item, joined(where, key)));
}

export const fromStruct = (struct: Struct | undefined): Props =>
  plain((struct?.toJavaScript() as Props | undefined) ?? {}, "") as Props;

/**
 * Members that are `undefined` are left out, as JSON does: a Struct has no such value.
 * @param secrets top-level properties that are marked as secret
 */
export function toStruct(props: Props, secrets: readonly string[] = []): Struct {
  const marked = { ...props };
  for (const key of secrets) if (key in props) marked[key] = { [signature]: secret, value: props[key] };
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(marked)));
}

/** A property path as Pulumi writes it: `tags["example.org/owner"]` (sdk/go/common/resource/property_path.go). */
export const joined = (path: string, key: string): string =>
  /^[\w$-]+$/.test(key) ? (path ? `${path}.${key}` : key) : `${path}["${key.replace(/["\\]/g, "\\$&")}"]`;

/**
 * The value at a property path; undefined where nothing is given, and null counts as that.
 * @returns UNKNOWN as soon as any step of the path is unknown
 */
export function at(value: Json | undefined, path: string): Json | undefined {
  for (const [, quoted, plainKey] of path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)) {
    if (value === UNKNOWN) return UNKNOWN;
    const key = plainKey ?? quoted.replace(/\\(.)/g, "$1");
    value = Array.isArray(value) ? value[Number(key)] : isObject(value) ? value[key] : undefined;
  }
  return value ?? undefined;
}
