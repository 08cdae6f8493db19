// azure-native's inputs and outputs are ARM's bodies with `properties` lifted and hyphens turned to camel case
// (pulumi-azure-native, provider/pkg/convert); here they are turned into each other.
import type { Json, Props } from "../plugin/provider";
import { genericBody } from "./generic";
import { members, sdk, type Mapper } from "./sdk";
import type { ResourceType } from "./types";
import { isObject } from "./values";

const camel = (name: string): string =>
  name.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** Inputs that are azure-native's own and never sent. */
const own = new Set(["azureApiVersion", "__createBeforeDelete"]);

/** The request body. An input that the API does not know keeps its name, so that the check can name it. */
export function toArm(type: ResourceType, inputs: Props): Props {
  const body = type.generic ? genericBody(inputs) : modelledBody(type, inputs);
  const identity = body.identity;
  // azure-native takes the identities as a list; ARM wants a map with empty values.
  if (isObject(identity) && Array.isArray(identity.userAssignedIdentities))
    identity.userAssignedIdentities = Object.fromEntries(
      identity.userAssignedIdentities.map((id) => [String(id), {} as Json]),
    );
  return body;
}

function modelledBody(type: ResourceType, inputs: Props): Props {
  const mapper = sdk().models[type.model];
  const known = members(mapper);
  const lifts = known.has("properties") && !type.unlifted;
  const lifted = lifts ? members(known.get("properties")!.mapper) : undefined;
  const body: Props = {};
  const properties: Props = {};
  for (const [name, value] of Object.entries(inputs)) {
    if (value === null || own.has(name) || type.names.includes(name)) continue;
    const top = known.get(name);
    const inner = lifted?.get(name);
    // AgentPool's `type` is both the read-only ARM type and a property: an input is always the writable one.
    const useTop = top && !(top.mapper.readOnly && inner);
    if (useTop || !lifted) body[name] = top ? wire(top.mapper, value) : value;
    else properties[name] = inner ? wire(inner.mapper, value) : value;
  }
  if (lifted) body.properties = properties;
  return body;
}

/** Nested values under the names of the wire; nulls are not sent. */
function wire(mapper: Mapper, value: Json): Json {
  const { type } = mapper;
  if (Array.isArray(value)) return value.map((entry) => (type.element ? wire(type.element, entry) : entry));
  if (!isObject(value)) return value;
  if (type.name === "Dictionary")
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, wire(type.value!, entry)]));
  const given = Object.entries(value).filter(([, entry]) => entry !== null);
  if (type.name !== "Composite") return Object.fromEntries(given);
  const known = members(mapper);
  const byCamel = new Map([...known.keys()].map((name) => [camel(name), name]));
  const out: Props = {};
  const properties: Props = {};
  const lifted = known.has("properties") ? members(known.get("properties")!.mapper) : undefined;
  for (const [key, entry] of given) {
    const name = byCamel.get(key) ?? key;
    const inner = lifted?.get(name);
    // Inline subnets are flattened too.
    if (inner && !known.has(name)) properties[name] = wire(inner.mapper, entry);
    else out[name] = known.has(name) ? wire(known.get(name)!.mapper, entry) : entry;
  }
  return Object.keys(properties).length > 0 ? { ...out, properties } : out;
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
