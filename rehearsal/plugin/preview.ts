// What a preview tells of a resource's outputs, as azure-native does (pulumi-azure-native,
// provider/pkg/convert/previewOutputs.go): inputs in the shape of the outputs, and unknown whatever else the cloud may add,
// however deep. Without that a program would see members as absent that are only not known yet.
import { type Json, type Props, UNKNOWN } from "./provider";
import { isObject, mapValues } from "./values";

interface Type {
  readonly type?: string;
  readonly $ref?: string;
  readonly oneOf?: Type[];
  readonly items?: Type;
  readonly additionalProperties?: Type;
}

type Properties = Record<string, Type>;

/** Those parts of a package's schema that are read here. */
export interface Schema {
  readonly resources: Record<string, { readonly properties: Properties }>;
  readonly types: Record<string, { readonly properties?: Properties }>;
}

/** Of a type that the schema does not have, the inputs. */
export function previewOutputs(schema: Schema, token: string, inputs: Props): Props {
  const object = (properties: Properties, given: Props): Props =>
    Object.fromEntries(Object.entries(properties).map(([name, type]) => [name, value(type, given[name])]));
  const value = (type: Type, given: Json | undefined): Json => {
    if (given === undefined || given === null) return UNKNOWN;
    const { items, additionalProperties } = type;
    if (items && Array.isArray(given)) return given.map((item) => value(items, item));
    if (additionalProperties && isObject(given))
      return mapValues(given, (item) => value(additionalProperties, item));
    const members = type.$ref && schema.types[type.$ref.slice("#/types/".length)]?.properties;
    if (members && isObject(given)) return object(members, given);
    // Anything, or one of several shapes.
    if (type.oneOf || (type.$ref && !members)) return given;
    return typeof given === type.type ? given : UNKNOWN;
  };
  const known = schema.resources[token];
  return known ? object(known.properties, inputs) : inputs;
}
