// The official SDK's description of the AKS API (@azure/arm-containerservice 24.1.0, API 2025-10-01): mappers, enums, and
// which property takes which enum. The package does not export the mappers, so they are loaded by file. What it does not
// describe stands in data/models.yaml.
import fs from "node:fs";
import path from "node:path";
import { table } from "./values";

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

export interface Sdk {
  readonly models: Record<string, Mapper>;
  /** Class -> property, by the SDK's name -> the values of its open enum. */
  readonly enums: Record<string, Record<string, readonly string[]>>;
  /** Patterns and lengths of the names in a resource's URL. */
  readonly parameters: Record<string, { readonly mapper: Mapper }>;
}

let loaded: Sdk | undefined;

/** Loaded when first needed: a run that has nothing of Azure does not pay for it. */
export function sdk(): Sdk {
  if (loaded) return loaded;
  const package_ = path.dirname(require.resolve("@azure/arm-containerservice/package.json"));
  const file = (name: string) => path.join(package_, "dist/commonjs/models", name);
  const models: Record<string, Mapper> = { ...require(file("mappers.js")) };
  for (const [name, members] of Object.entries(table<Record<string, string>>("models")))
    models[name] = describe(name, members);
  const profile = models.ContainerServiceNetworkProfile.type;
  const kubeProxyConfig = {
    serializedName: "kubeProxyConfig",
    type: models.ContainerServiceNetworkProfileKubeProxyConfig.type,
  };
  models.ContainerServiceNetworkProfile = {
    type: { ...profile, modelProperties: { ...profile.modelProperties, kubeProxyConfig } },
  };
  const enums = enumsOf(fs.readFileSync(file("index.d.ts"), "utf8"), require(file("index.js")));
  return (loaded = { models, enums, parameters: require(file("parameters.js")) });
}

/** A line of data/models.yaml in the SDK's mapper format. */
function describe(className: string, line: string): Mapper {
  let under = "";
  const modelProperties: Record<string, Mapper> = {};
  for (const word of line.trim().replace(/\|\s+/g, "|").split(/\s+/)) {
    const [, name, required, kind = "string"] = /^([^!:]+)(!)?(?::(.*))?$/.exec(word)!;
    if (name === "/") under = "properties.";
    else modelProperties[name] = { serializedName: under + name, required: !!required, type: typeOf(kind) };
  }
  return { type: { name: "Composite", className, modelProperties } };
}

const simple: Record<string, string> = {
  string: "String",
  bool: "Boolean",
  int: "Number",
  uuid: "Uuid",
  any: "any",
};

function typeOf(kind: string): Mapper["type"] {
  if (kind.endsWith("[]")) return { name: "Sequence", element: { type: typeOf(kind.slice(0, -2)) } };
  if (kind in simple) return { name: simple[kind] };
  if (kind === "tags") return { name: "Dictionary", value: { type: { name: "String" } } };
  // A single word is a model's name, or an enumeration of one.
  if (/^[A-Z]\w+$/.test(kind)) return { name: "Composite", className: kind };
  return { name: "Enum", allowedValues: kind.replaceAll("_", " ").split("|") };
}

/** The mappers say nothing of open enums; the declarations do ("networkPolicy?: NetworkPolicy", KnownNetworkPolicy). */
function enumsOf(declarations: string, known: Record<string, Record<string, string>>): Sdk["enums"] {
  const found: Record<string, Record<string, readonly string[]>> = {};
  const interfaces = /^export interface (\w+)(?: extends ([\w, ]+))? \{\n([\s\S]*?)^\}/gm;
  // A base stands before what extends it.
  for (const [, name, bases, body] of declarations.matchAll(interfaces)) {
    found[name] = Object.assign({}, ...(bases?.split(", ") ?? []).map((base) => found[base]));
    for (const [, member, type] of body.matchAll(/^ {4}(?:readonly )?(\w+)\??: (\w+)(?:\[\])?;/gm))
      if (`Known${type}` in known) found[name][member] = Object.values(known[`Known${type}`]);
  }
  return found;
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
  // A mapper with members of its own is a class of the SDK as well, but for `properties`, which is made here.
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
