// Reads a component's arguments before its first resource is declared: shapes by a schema, rules across them by functions.
import * as pulumi from "@pulumi/pulumi";
import { closest, distance } from "fastest-levenshtein";
import { type BaseIssue, type GenericSchema, getMetadata, safeParse } from "valibot";
import { describe, type Finding, isPlain, isPlainAtTop, type Refusal, throwFindings } from "./findings";
import { decides, type Meaning } from "./shapes";

/** The way to a value, from the arguments down. */
type Keys = (string | number)[];

/**
 * Plain values are checked at once and all that is wrong with them is said together; a value that is known only later is
 * checked when it is, which is before the resource that takes it.
 */
export class ArgumentReader {
  readonly #findings: Finding[] = [];

  /** With `later: "skip"` values that are not known yet are left to whoever reads them again. */
  constructor(
    readonly subject: string,
    readonly later: "check" | "skip" = "check",
  ) {}

  /**
   * Hands the arguments back, without those that are refused, so that the rules across them need not ask for the kind of
   * each; those that are not known yet are wrapped in their check.
   */
  read<T extends object>(shape: GenericSchema, given: T): T {
    const deferred: Keys[] = [];
    const checked = this.#deferred(shape, given, [], deferred);
    const refused = findingsOf(shape, given).filter(
      ({ keys }) => !deferred.some((later) => later.every((key, depth) => key === keys[depth])),
    );
    for (const finding of refused) this.refuse(finding.path, finding);
    return (refused.reduce((rest, { keys }) => without(rest, keys), checked) ?? {}) as T;
  }

  #deferred(schema: any, value: unknown, keys: Keys, found: Keys[]): unknown {
    if (isPlain(value) || schema === undefined) return value;
    const { entries, item, type } = unwrapped(schema);
    const inner = (key: string | number, one: unknown, of: unknown) =>
      this.#deferred(of, one, [...keys, key], found);
    if (isPlainAtTop(value) && Array.isArray(value) && unwrapped(item).entries !== undefined) {
      const items = value.map((one, index) => inner(index, one, item));
      return items.includes(undefined) ? undefined : items;
    }
    if (isPlainAtTop(value) && entries !== undefined)
      return Object.fromEntries(
        Object.entries(value as object).map(([key, one]) => [key, inner(key, one, entries[key])]),
      );
    const { plain, write } = getMetadata(unwrapped(schema)) as Meaning;
    if (type === "unknown" && plain !== true) return value;
    found.push(keys);
    if (plain === true) {
      const wrong = `is ${describe(value)}`;
      this.refuse(pathOf(keys), { wrong, why: decides, write: write ?? "the value itself" });
      return undefined;
    }
    return this.all([value], ([now]) => findingsOf(unwrapped(schema), now, keys));
  }

  /** One finding a property: an argument that two parts of a component read is refused once, in the first one's words. */
  refuse(path: string, { wrong, why, write }: Refusal): void {
    if (this.#findings.some((finding) => finding.path === path)) return;
    this.#findings.push({ path, wrong, why, write });
  }

  /** Checks values that depend on each other; hands the first back, wrapped in the check where one is not known yet. */
  all<T>(inputs: readonly unknown[], rule: (values: any[]) => Finding[]): pulumi.Input<T> {
    if (inputs.every(isPlain)) {
      for (const finding of rule([...inputs])) this.refuse(finding.path, finding);
    } else if (this.later === "check") {
      return pulumi.all(inputs as any[]).apply((values) => {
        throwFindings(this.subject, rule(values));
        return values[0];
      });
    }
    return inputs[0] as pulumi.Input<T>;
  }

  /** Ends the reading: throws where anything was refused. */
  done(): void {
    throwFindings(this.subject, this.#findings);
  }
}

/** The schema inside an optional one. */
const unwrapped = (schema: any): any => schema?.wrapped ?? schema ?? {};

function findingsOf(schema: GenericSchema, value: unknown, at: Keys = []) {
  return (safeParse(schema, value).issues ?? []).map((issue) => {
    const inside: Keys = (issue.path ?? []).map(({ key }: any) => key);
    const keys = [...at, ...inside];
    return { keys, path: pathOf(keys), ...refusalOf(issue, schema, inside) };
  });
}

/** The value without what is there; a list with a wrong item is left out as a whole. */
function without(value: any, [key, ...rest]: Keys): any {
  if (key === undefined) return {};
  if (value === undefined) return undefined;
  const inner = rest.length === 0 ? undefined : without(value?.[key], rest);
  if (!Array.isArray(value)) return { ...value, [key]: inner };
  return inner === undefined ? undefined : value.map((one, index) => (index === key ? inner : one));
}

const pathOf = (keys: Keys): string =>
  keys
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
    .join("")
    .replace(/^\./, "");

function refusalOf(issue: BaseIssue<unknown>, schema: GenericSchema, keys: Keys): Refusal {
  const unknownKey = issue.type === "strict_object" && issue.expected === "never";
  const steps = unknownKey ? keys.slice(0, -1) : keys;
  const own = steps.reduce((found, key) => {
    const { entries, item } = unwrapped(found);
    return entries?.[key] ?? item ?? found;
  }, schema as any);
  const { why, write, elsewhere, properties } = getMetadata(unwrapped(own)) as Meaning;
  if (unknownKey) {
    const names = Object.keys(unwrapped(own).entries);
    const near = nearest(String(keys.at(-1)), names);
    const all = [`one of ${names.join(", ")}`, elsewhere ?? "nothing"].join(", or ");
    return { wrong: "is not an argument", why: "it would be ignored", write: near ?? properties ?? all };
  }
  const words = (unwrapped(own).options ?? []) as string[];
  const near = typeof issue.input === "string" ? nearest(issue.input, words) : undefined;
  return {
    wrong: issue.input === undefined ? "is missing" : `is ${describe(issue.input)}`,
    why: why ?? "only what is known here has been thought through with Calico's eBPF data plane",
    write: near === undefined ? (write ?? `one of ${words.join(", ")}`) : JSON.stringify(near),
  };
}

/** The known word that a mistyped one most likely means. */
function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const [mistyped, ...words] = [word, ...known].map((one) => one.toLowerCase());
  const best = closest(mistyped, words);
  const isNear = distance(mistyped, best) <= Math.max(2, Math.floor(word.length / 3));
  return isNear ? known[words.indexOf(best)] : undefined;
}
