// How the hand-written models are put down: the SDK's mapper format, by member names of the wire.
import type { Mapper } from "./sdk";

export type Kind = "String" | "Boolean" | "Number" | "Uuid" | "any" | Mapper["type"];

const typeOf = (kind: Kind): Mapper["type"] => (typeof kind === "string" ? { name: kind } : kind);

export const listOf = (kind: Kind): Mapper["type"] => ({ name: "Sequence", element: { type: typeOf(kind) } });
/** A model of the tables below, by its name. */
export const model = (className: string): Mapper["type"] => ({ name: "Composite", className });
export const oneOf = (...allowedValues: string[]): Mapper["type"] => ({ name: "Enum", allowedValues });
export const tags: Mapper["type"] = { name: "Dictionary", value: { type: { name: "String" } } };

/** @param properties name on the wire -> kind; "properties." in front = lifted by azure-native; `!` behind = required */
export function describe(className: string, properties: Record<string, Kind>): Mapper {
  const entries = Object.entries(properties).map(([written, kind]): [string, Mapper] => {
    const name = written.replace(/!$/, "");
    const short = name.slice(name.lastIndexOf(".") + 1);
    return [short, { serializedName: name, required: written !== name, type: typeOf(kind) }];
  });
  return { type: { name: "Composite", className, modelProperties: Object.fromEntries(entries) } };
}
