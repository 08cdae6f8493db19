// Uniform resource names: urn:pulumi:<stack>::<project>::<parent types$type>::<name>.
export const STACK_TYPE = "pulumi:pulumi:Stack";
const PROVIDER_TYPE = "pulumi:providers:";

export function makeUrn(stack: string, project: string, parent: string, type: string, name: string): string {
  const parentType = parent === "" ? "" : qualifiedType(parent);
  // The stack is everybody's parent and is left out of the type.
  const prefix = parentType === "" || parentType === STACK_TYPE ? "" : `${parentType}$`;
  return `urn:pulumi:${stack}::${project}::${prefix}${type}::${name}`;
}

const parts = (urn: string): string[] => urn.split("::");
export const projectOf = (urn: string): string => parts(urn)[1] ?? "";
export const qualifiedType = (urn: string): string => parts(urn)[2] ?? "";
export const typeOf = (urn: string): string => qualifiedType(urn).split("$").at(-1) ?? "";
export const nameOf = (urn: string): string => parts(urn).slice(3).join("::");
export const packageOf = (type: string): string => type.split(":")[0];

export const isProviderType = (type: string): boolean => type.startsWith(PROVIDER_TYPE);
export const providerType = (pkg: string): string => PROVIDER_TYPE + pkg;
export const providedPackage = (type: string): string => type.slice(PROVIDER_TYPE.length);
export const isDefaultProvider = (urn: string): boolean =>
  isProviderType(typeOf(urn)) && (nameOf(urn) === "default" || nameOf(urn).startsWith("default_"));

/** A provider reference is `<urn>::<id>`. */
export const referencedUrn = (reference: string): string => reference.slice(0, reference.lastIndexOf("::"));
