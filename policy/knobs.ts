// Knobs: what a team sets of a policy in its configuration. Pulumi checks them against their schema.
import { PolicyConfigSchema } from "@pulumi/policy";

type Schema<T> = PolicyConfigSchema["properties"][string] & { default: T };

export interface Knob<T> {
  readonly name: string;
  readonly schema: Schema<T>;
  /** Its value in a policy's configuration. */
  of(config: any): T;
}

export function knob<T>(name: string, schema: Schema<T>): Knob<T> {
  return { name, schema, of: (config) => config[name] ?? schema.default };
}

/** A whole number of at least 0. */
export const numberKnob = (name: string, otherwise: number, description: string) =>
  knob<number>(name, { type: "integer", minimum: 0, default: otherwise, description });

export const textsKnob = (name: string, description: string, otherwise: string[] = []) =>
  knob<string[]>(name, { type: "array", items: { type: "string" }, default: otherwise, description });
