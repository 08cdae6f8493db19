// The `config:` section of Pulumi.yaml, checked as the CLI checks it (pulumi/pulumi
// sdk/go/common/workspace/project.go: Validate, ValidateConfigValue, RewriteShorthandConfigValues).
import { Refusal } from "../refusal";

interface Entry {
  type?: string;
  items?: { type?: string; items?: any };
  default?: unknown;
  value?: unknown;
  secret?: boolean;
  description?: string;
}

export function hasType(value: unknown, type: string, items: Entry["items"]): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "integer":
      return Number.isInteger(value) || (typeof value === "string" && /^[+-]?\d+$/.test(value));
    case "boolean":
      return typeof value === "boolean" || value === "true" || value === "false";
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "array":
      return Array.isArray(value) && value.every((item) => hasType(item, items?.type ?? "", items?.items));
    default:
      return false;
  }
}

export const typeName = (type: string, items: Entry["items"]): string =>
  type === "array" ? `array<${typeName(items?.type ?? "", items?.items)}>` : type;

export function readSchema(from: {
  project: string;
  projectFile: string;
  schema: Record<string, unknown>;
}): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const wrong = (text: string) =>
    new Refusal(`${from.projectFile}: ${text}`, "its schema is not valid", "correct it");
  for (const [key, raw] of Object.entries(from.schema)) {
    const isEntry = typeof raw === "object" && raw !== null && !Array.isArray(raw);
    const entry: Entry = isEntry ? (raw as Entry) : { default: raw };
    for (const member of Object.keys(entry)) {
      if (!["type", "items", "default", "value", "secret", "description"].includes(member)) {
        throw wrong(`configuration key '${key}' has an unknown member '${member}'`);
      }
    }
    const { type, items } = entry;
    if (entry.default !== undefined && entry.value !== undefined) {
      throw wrong(`project config '${key}' cannot have both a 'default' and 'value' attribute`);
    }
    // Other namespaces belong to providers, which have their own types: the project can only give values.
    if (isEntry && key.includes(":") && !key.startsWith(`${from.project}:`)) {
      const foreign = `Configuration key '${key}' is not namespaced by the project and should not define`;
      if (type !== undefined) throw wrong(`${foreign} a type`);
      if (entry.default !== undefined) {
        throw wrong(
          `${foreign} a default value. Did you mean to use the 'value' attribute instead of 'default'?`,
        );
      }
      if (entry.value === undefined) {
        throw wrong(`Configuration key '${key}' is namespaced and must provide an attribute 'value'`);
      }
    }
    if (type !== undefined && !["string", "integer", "boolean", "object", "array"].includes(type)) {
      throw wrong(`configuration key '${key}' has the unknown type '${type}'`);
    }
    if (type === "array" && items?.type === undefined) {
      throw wrong(
        `The configuration key '${key}' declares an array but does not specify the underlying type via the 'items' attribute`,
      );
    }
    if (type !== undefined && entry.default !== undefined && !hasType(entry.default, type, items)) {
      throw wrong(
        `The default value specified for configuration key '${key}' is not of the expected type '${typeName(type, items)}'`,
      );
    }
    entries.set(key, entry);
  }
  return entries;
}
