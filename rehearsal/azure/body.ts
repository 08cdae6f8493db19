// azure-native's inputs and outputs are ARM's bodies with `properties` lifted and hyphens turned to camel case
// (pulumi-azure-native, provider/pkg/convert); here they are turned into each other.
import type { Json, Props } from "../plugin/provider";
import { drifted } from "./diff";
import { shapeOf, shapeOfSpec, type Spec } from "./schema";
import { madeType, namesIn, type ResourceType } from "./types";
import { at, isObject, list, mapValues } from "./values";

const camel = (name: string): string =>
  name.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** Inputs that are azure-native's own and never sent. */
const own = ["azureApiVersion", "apiVersion", "__createBeforeDelete"];

/** The inputs without names. Nulls are not sent: pulumi-azure-native unmarshals its inputs with SkipNulls. */
function sent(type: ResourceType, inputs: Props): Props {
  const given = Object.entries(inputs).filter(([name]) => ![...own, ...type.names].includes(name));
  return JSON.parse(JSON.stringify(Object.fromEntries(given), (_key, value) => value ?? undefined));
}

/** The request body. An input that the API does not know keeps its name, so that the check can name it. */
export function toArm(type: ResourceType, inputs: Props): Props {
  const given = sent(type, inputs);
  const body = wire({ shape: shapeOf(madeType(type)) }, given) as Props;
  // What the generic resource holds it does not know, so nothing in it is renamed.
  return type.generic ? { ...body, properties: given.properties ?? {} } : body;
}

/** Under the names of the wire, with `properties` where there is one. @param only what can be written */
function wire(spec: Spec, value: Json, only = false): Json {
  const { items = {}, additionalProperties } = spec;
  // azure-native takes the identities as a list; ARM wants a map with empty values.
  if (Array.isArray(value) && additionalProperties)
    return Object.fromEntries(value.map((id) => [String(id), {}]));
  if (Array.isArray(value)) return value.map((entry) => wire(items, entry, only));
  const shape = shapeOfSpec(spec);
  if (!isObject(value) || !(shape || additionalProperties)) return value;
  if (!shape) return mapValues(value, (entry) => wire(additionalProperties!, entry, only));
  const byCamel = new Map([...shape.members.keys()].map((name) => [camel(name), name]));
  const inner = shape.members.get("properties")?.shape;
  const out: Props = {};
  const properties: Props = {};
  for (const [key, entry] of Object.entries(value)) {
    const name = byCamel.get(key) ?? key;
    const [into, members] =
      inner && (name === "properties" || !shape.members.has(name))
        ? [properties, inner.members]
        : [out, shape.members];
    if (members.has(name) || !only) into[name] = wire(members.get(name) ?? {}, entry, only);
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
  const entries = Object.entries(value).map(([key, entry]) => [
    opaque ? key : camel(key),
    // Keys of maps are the user's and stay as they are.
    flatten(entry, ["tags", "nodeLabels", "userAssignedIdentities", "config"].includes(key)),
  ]);
  return Object.fromEntries(entries);
}

/** A request as inputs. */
function toInputs(type: ResourceType, request: Props): Props {
  if (type.unlifted === "inputs") return flatten(request) as Props;
  const { azureApiVersion: _, id: __, ...inputs } = toOutputs(type, request);
  const { identity } = inputs;
  if (isObject(identity) && isObject(identity.userAssignedIdentities))
    inputs.identity = { ...identity, userAssignedIdentities: Object.keys(identity.userAssignedIdentities) };
  return inputs;
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
  // Without what Azure alone sets (`SdkOutputsToSdkInputs`).
  const shape = { shape: shapeOf(madeType(type)) };
  if (Object.keys(recorded.outputs).length === 0) {
    const kept = Object.entries(inputs).filter(([name]) => own.includes(name) || type.names.includes(name));
    const asked = toInputs(type, request);
    // All the pools that there are: `ResponseToSdkInputs`.
    const pools = list(toInputs(type, wire(shape, sent(type, outputs), true) as Props), "agentPoolProfiles");
    const ofRequest = (pool: Json) =>
      list(asked, "agentPoolProfiles").find((one) => at(one, "name") === at(pool, "name")) ?? pool;
    return {
      ...(kept.length > 0 ? Object.fromEntries(kept) : namesIn(type, id)),
      ...asked,
      ...(asked.agentPoolProfiles ? { agentPoolProfiles: pools.map(ofRequest) } : {}),
    };
  }
  const project = (state: Props) => {
    // Subnets that are resources of their own are not copied into their network (`removeUnsetSubResourceProperties`).
    const given = sent(type, state);
    const lifted = type.generic ? { ...given, ...(given.properties as Props) } : given;
    const { subnets, ...rest } = toInputs(type, wire(shape, lifted, true) as Props);
    return { ...rest, ...(subnets !== undefined && inputs.subnets !== undefined ? { subnets } : {}) };
  };
  return drifted(inputs, project(recorded.outputs), project(outputs)) as Props;
}
