import * as pulumi from "@pulumi/pulumi";

/** What a component hands out, by name: all but the handles of resources, and its own URN. */
export type OutputsOf<T extends pulumi.ComponentResource> = {
  [
    Name in keyof T as Name extends "urn" ? never : T[Name] extends pulumi.Output<any> ? Name : never
  ]: T[Name];
};

/** They are its own properties; handles are accessors of its class. */
export function outputsOf<T extends pulumi.ComponentResource>(component: T): OutputsOf<T> {
  const own = Object.entries(component).filter(([name]) => name !== "urn");
  return Object.fromEntries(own.filter(([, value]) => pulumi.Output.isInstance(value))) as OutputsOf<T>;
}

/** A value, or something else where a preview does not know it. `isKnown` is in every SDK 3, and left out of its types. */
export async function known(input: unknown, otherwise?: symbol): Promise<any> {
  const output: any = pulumi.output(input);
  return (await output.isKnown) ? output.promise() : otherwise;
}
