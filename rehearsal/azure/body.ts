// azure-native's inputs and outputs are ARM's bodies with `properties` lifted and hyphens turned to camel case
// (pulumi-azure-native, provider/pkg/convert); here they are turned into each other.
import type { Json, Props } from "../plugin/provider";
import { drifted } from "./diff";
import { shapeOf, shapeOfSpec, type Spec } from "./schema";
import { madeType, namesIn, type ResourceType } from "./types";
import { isObject } from "./values";

const camel = (name: string): string =>
  name.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** Inputs that are azure-native's own and never sent. */
const own = ["azureApiVersion", "__createBeforeDelete"];

/** The request body. An input that the API does not know keeps its name, so that the check can name it. */
export function toArm(type: ResourceType, inputs: Props): Props {
  const sent = Object.entries(inputs).filter(([name]) => !own.includes(name) && !type.names.includes(name));
  const body = type.generic
    ? genericBody(inputs)
    : (wire({ shape: shapeOf(type) }, Object.fromEntries(sent)) as Props);
  const { identity } = body;
  // azure-native takes the identities as a list; ARM wants a map with empty values.
  if (isObject(identity) && Array.isArray(identity.userAssignedIdentities))
    identity.userAssignedIdentities = Object.fromEntries(
      identity.userAssignedIdentities.map((id) => [String(id), {} as Json]),
    );
  return body;
}

/** ARM's own members, and `properties` as they are. */
function genericBody(inputs: Props): Props {
  const names = "extendedLocation identity kind location managedBy plan properties sku tags".split(" ");
  const given = Object.entries(inputs).filter(([name, value]) => names.includes(name) && value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, withoutNulls(value)]));
}

/** Nulls are not sent: pulumi-azure-native unmarshals its inputs with SkipNulls. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const given = Object.entries(value).filter(([, entry]) => entry !== null);
  return Object.fromEntries(given.map(([key, entry]) => [key, withoutNulls(entry)]));
}

/** Under the names of the wire, with `properties` where there is one; nulls are not sent. */
function wire(spec: Spec, value: Json): Json {
  if (Array.isArray(value)) return value.map((entry) => wire(spec.items ?? {}, entry));
  if (!isObject(value)) return value;
  const given = Object.entries(value).filter(([, entry]) => entry !== null);
  const { additionalProperties } = spec;
  if (additionalProperties)
    return Object.fromEntries(given.map(([key, entry]) => [key, wire(additionalProperties, entry)]));
  const shape = shapeOfSpec(spec);
  if (!shape) return Object.fromEntries(given);
  const byCamel = new Map([...shape.members.keys()].map((name) => [camel(name), name]));
  const inner = shape.members.get("properties")?.shape;
  const out: Props = {};
  const properties: Props = {};
  for (const [key, entry] of given) {
    const name = byCamel.get(key) ?? key;
    if (inner && !shape.members.has(name)) properties[name] = wire(inner.members.get(name) ?? {}, entry);
    else out[name] = wire(shape.members.get(name) ?? {}, entry);
  }
  return inner ? { ...out, properties } : out;
}

/** A response body as azure-native's outputs. */
export function toOutputs(type: ResourceType, response: Props): Props {
  const { properties, ...top } = response;
  const inner = isObject(properties) ? properties : {};
  return {
    // The generic resource does not know what it holds, so nothing is renamed either.
    ...(type.unlifted === "both"
      ? { properties: type.generic ? inner : flatten(inner) }
      : (flatten(inner) as Props)),
    ...(flatten(top) as Props),
    azureApiVersion: type.apiVersion,
  };
}

function flatten(value: Json, opaque = false): Json {
  if (Array.isArray(value)) return value.map((entry) => flatten(entry));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, entry]): [string, Json] => [
    opaque ? key : camel(key),
    // Keys of maps are the user's and stay as they are.
    flatten(entry, ["tags", "nodeLabels", "userAssignedIdentities", "config"].includes(key)),
  ]);
  return Object.fromEntries(entries.filter(([, entry]) => entry !== null));
}

/** A request or response as inputs, without what Azure alone sets (`SdkOutputsToSdkInputs`). */
function toInputs(type: ResourceType, body: Props): Props {
  const written = writable({ shape: shapeOf(madeType(type)) }, body) as Props;
  if (type.unlifted === "inputs") return flatten(written) as Props;
  const { azureApiVersion: _, id: __, ...inputs } = toOutputs(type, written);
  const { identity } = inputs;
  if (isObject(identity) && isObject(identity.userAssignedIdentities))
    inputs.identity = { ...identity, userAssignedIdentities: Object.keys(identity.userAssignedIdentities) };
  return inputs;
}

function writable(spec: Spec, value: Json): Json {
  if (spec.items && Array.isArray(value)) return value.map((entry) => writable(spec.items!, entry));
  const shape = shapeOfSpec(spec);
  if (!shape || !isObject(value)) return value;
  const given = Object.entries(value).filter(([name]) => shape.members.has(name));
  return Object.fromEntries(given.map(([name, entry]) => [name, writable(shape.members.get(name)!, entry)]));
}

/**
 * The inputs that a read records. Without recorded ones (an import) azure-native makes them from the id and the whole
 * response, and then wants every default of Azure's written in the program; here they are those of the request that made
 * the resource. With recorded ones it carries over what changed since in the outputs, as long as there are any.
 * @param request the last PUT
 */
export function inputsRead(
  type: ResourceType,
  id: string,
  request: Props,
  recorded: { inputs: Props; outputs: Props },
  outputs: Props,
): Props {
  const { inputs } = recorded;
  if (Object.keys(recorded.outputs).length === 0) {
    const kept = Object.entries(inputs).filter(([name]) => own.includes(name) || type.names.includes(name));
    return {
      ...(kept.length > 0 ? Object.fromEntries(kept) : namesIn(type, id)),
      ...toInputs(type, request),
    };
  }
  const project = (state: Props) => {
    // Subnets that are resources of their own are not copied into their network (`removeUnsetSubResourceProperties`).
    const { subnets, ...rest } = toInputs(type, toArm(type, state));
    return { ...rest, ...(subnets !== undefined && inputs.subnets !== undefined ? { subnets } : {}) };
  };
  return drifted(inputs, project(recorded.outputs), project(outputs)) as Props;
}
