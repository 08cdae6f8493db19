// A stack export (`pulumi stack export`; sdk/go/common/apitype/core.go, DeploymentV3): which resources there are, and
// what depends on what.
import * as v from "valibot";
import { UsageError } from "../exit";
import { parsed, shaped, type Source } from "./input";

const urn = v.string();
const orNothing = <S extends v.GenericSchema>(schema: S) => v.nullish(schema);

const resource = v.object({
  urn,
  type: v.string(),
  /** False = a component. */
  custom: v.optional(v.boolean(), false),
  parent: orNothing(urn),
  /** `URN::ID`. */
  provider: orNothing(v.string()),
  dependencies: orNothing(v.array(urn)),
  propertyDependencies: orNothing(v.record(v.string(), orNothing(v.array(urn)))),
  /** Replaced, and not yet deleted. */
  delete: v.optional(v.boolean(), false),
});

const exported = v.object({
  deployment: v.object({
    manifest: orNothing(v.object({ time: orNothing(v.string()), version: orNothing(v.string()) })),
    resources: orNothing(v.array(resource)),
    pending_operations: orNothing(v.array(v.object({ type: v.string(), resource: v.object({ urn }) }))),
  }),
});

export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly isComponent: boolean;
  /** Following it ends at a resource that has none. */
  readonly parent?: string;
  /** URNs of what it cannot begin without: what it depends on, and its own provider. */
  readonly needs: readonly string[];
  readonly isReplaced: boolean;
}

export interface Stack {
  /** When it was last saved (RFC 3339). */
  readonly savedAt?: string;
  readonly engine?: string;
  readonly resources: readonly Resource[];
  /** What was under way when a run ended early. */
  readonly pending: readonly { readonly type: string; readonly urn: string }[];
}

/** @throws UsageError */
export function readStack(source: Source): Stack {
  const value = parsed(source);
  if (value !== null && typeof value === "object" && "checkpoint" in value)
    throw new UsageError(`${source.name} is a state file of a backend, not a stack export`, source.how);
  const { manifest, resources, pending_operations } = shaped(
    exported,
    value,
    source,
    "a stack export",
  ).deployment;
  const parents = new Map(resources?.map(({ urn, parent }) => [urn, parent]));
  return {
    savedAt: manifest?.time ?? undefined,
    engine: manifest?.version ?? undefined,
    resources: (resources ?? []).map((one) => ({
      urn: one.urn,
      type: one.type,
      isComponent: !one.custom,
      parent: isOwnAncestor(one.urn, parents) ? undefined : (one.parent ?? undefined),
      needs: needsOf(one),
      isReplaced: one.delete,
    })),
    pending: (pending_operations ?? []).map((one) => ({ type: one.type, urn: one.resource.urn })),
  };
}

/** In a state that was edited by hand. */
function isOwnAncestor(urn: string, parents: ReadonlyMap<string, string | null | undefined>): boolean {
  const seen = new Set<string>();
  for (let one = parents.get(urn); one && !seen.has(one); one = parents.get(one)) seen.add(one);
  return seen.has(urn);
}

function needsOf({ dependencies, propertyDependencies, provider }: v.InferOutput<typeof resource>): string[] {
  const byProperty = Object.values(propertyDependencies ?? {}).flatMap((urns) => urns ?? []);
  const own = provider ? [provider.slice(0, provider.lastIndexOf("::"))] : [];
  return [
    ...new Set([...(dependencies ?? []), ...byProperty, ...own.filter((one) => !isDefaultProvider(one))]),
  ];
}

export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** Of a URN, without the types of its parents. */
const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

/** `STACK`, `PROJECT`, by the first; undefined = there is none. */
export const placeOf = ([first]: readonly { urn: string }[]): readonly string[] | undefined =>
  first?.urn
    .replace(/^urn:pulumi:/, "")
    .split("::")
    .slice(0, 2);

/** Such as `ManagedCluster`, `kubernetes provider`. */
export function shortType(type: string): string {
  const [, module, name = type] = type.split(":");
  return module === "providers" ? `${name} provider` : name;
}

/** Pulumi's own, of a package: there without anybody's asking. */
export const isDefaultProvider = (urn: string): boolean =>
  typeOf(urn).startsWith("pulumi:providers:") && /^default(_|$)/.test(nameOf(urn));
