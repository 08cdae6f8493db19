// The official SDK's description of the AKS API (@azure/arm-containerservice 24.1.0, API 2025-10-01): its mappers and
// its serializer. The package does not export the mappers, so they are loaded by file.
import { createRequire } from "node:module";
import path from "node:path";
import { otherModels } from "./models";

/** As `Mapper` of @azure/core-client, the parts that are read here. */
export interface Mapper {
  readonly serializedName?: string;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly constraints?: {
    readonly InclusiveMinimum?: number;
    readonly InclusiveMaximum?: number;
    readonly MinLength?: number;
    readonly MaxLength?: number;
    readonly MaxItems?: number;
    readonly UniqueItems?: boolean;
    readonly Pattern?: RegExp;
  };
  readonly type: {
    readonly name: string;
    readonly className?: string;
    readonly modelProperties?: Record<string, Mapper>;
    readonly element?: Mapper;
    readonly value?: Mapper;
    readonly allowedValues?: readonly string[];
  };
}

interface Serializer {
  serialize(mapper: Mapper, value: unknown, name: string): unknown;
  deserialize(mapper: Mapper, body: unknown, name: string): unknown;
}

export interface Sdk {
  readonly models: Record<string, Mapper>;
  readonly serializer: Serializer;
  /** The `Known*` enums: name -> key -> value. */
  readonly enums: Record<string, Record<string, string>>;
  /** Patterns and lengths of the names in a resource's URL. */
  readonly parameters: Record<string, { readonly mapper: Mapper }>;
}

const manifest = require.resolve("@azure/arm-containerservice/package.json");
let loaded: Sdk | undefined;

/** Loaded when first needed: a run that has nothing of Azure does not pay for it. */
export function sdk(): Sdk {
  if (loaded) return loaded;
  const folder = path.join(path.dirname(manifest), "dist/commonjs/models");
  // core-client is the SDK's own dependency: taken from where the SDK would take it.
  const { createSerializer } = createRequire(manifest)("@azure/core-client");
  const models = { ...require(path.join(folder, "mappers.js")), ...otherModels };
  return (loaded = {
    models,
    serializer: createSerializer(models, false),
    enums: require(path.join(folder, "index.js")),
    parameters: require(path.join(folder, "parameters.js")),
  });
}

export interface Member {
  /** Name in the SDK's TypeScript interface ("enableFips"). */
  readonly key: string;
  readonly mapper: Mapper;
}

const memberCache = new WeakMap<Mapper, Map<string, Member>>();

/**
 * The members of a composite by the name they bear on the wire. The SDK lifts what stands under `properties`
 * ("properties.networkProfile" is `networkProfile`); here it is put back, since error paths are those of the wire.
 */
export function members(mapper: Mapper): Map<string, Member> {
  const full = mapper.type.modelProperties ? mapper : sdk().models[mapper.type.className!];
  let found = memberCache.get(full);
  if (found) return found;
  found = new Map();
  const lifted: Record<string, Mapper> = {};
  for (const [key, member] of Object.entries(full.type.modelProperties ?? {})) {
    const [first, ...rest] = member.serializedName!.split(".");
    if (rest.length === 0) found.set(first, { key, mapper: member });
    else lifted[key] = { ...member, serializedName: rest.join(".") };
  }
  if (Object.keys(lifted).length > 0) {
    const type = { name: "Composite", className: full.type.className, modelProperties: lifted };
    found.set("properties", { key: "properties", mapper: { serializedName: "properties", type } });
  }
  memberCache.set(full, found);
  return found;
}
