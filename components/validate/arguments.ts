// Reads a component's arguments before its first resource is declared: shapes by a schema, rules across them by functions.
import * as pulumi from "@pulumi/pulumi";
import { closest, distance } from "fastest-levenshtein";
import { type BaseIssue, type GenericSchema, getMetadata, safeParse } from "valibot";
import {
  ArgumentError,
  describe,
  type Finding,
  isPlain,
  isPlainAtTop,
  type Refusal,
  type Rule,
} from "./findings";

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
    const known = (path: string) =>
      !deferred.some((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`));
    const deferred: string[] = [];
    const checked = this.#deferred(shape, given, "", deferred);
    const refused = findingsOf(shape, given).filter(({ path }) => known(path));
    for (const finding of refused) this.refuse(finding.path, finding);
    return refused.reduce((rest, { keys }) => without(rest, keys), checked) as T;
  }

  #deferred(schema: any, value: unknown, path: string, found: string[]): unknown {
    const { entries, item } = unwrapped(schema);
    if (isPlain(value) || schema === undefined) return value;
    if (isPlainAtTop(value) && Array.isArray(value) && unwrapped(item).entries !== undefined)
      return value.map((one, index) => this.#deferred(item, one, `${path}[${index}]`, found));
    if (isPlainAtTop(value) && entries !== undefined) {
      const members = Object.entries(value as object).map(([key, one]) => [
        key,
        this.#deferred(entries[key], one, path === "" ? key : `${path}.${key}`, found),
      ]);
      return Object.fromEntries(members);
    }
    found.push(path);
    const { plain, write } = getMetadata(unwrapped(schema)) as Meaning;
    if (plain === true) {
      this.refuse(path, { wrong: `is ${describe(value)}`, why: decides, write: write ?? "the value itself" });
      return undefined;
    }
    if (this.later === "skip") return value;
    return pulumi.all([value]).apply(([now]) => this.#now(findingsOf(schema, now, path), now));
  }

  #now<T>(findings: Finding[], value: T): T {
    if (findings.length > 0) throw new ArgumentError(this.subject, findings);
    return value;
  }

  /** One finding a property: an argument that two parts of a component read is refused once, in the first one's words. */
  refuse(path: string, { wrong, why, write }: Refusal): void {
    if (this.#findings.some((finding) => finding.path === path)) return;
    this.#findings.push({ path, wrong, why, write });
  }

  /** Checks values that depend on each other; hands the first back, wrapped in the check where one is not known yet. */
  all<T>(inputs: readonly unknown[], rule: (values: any[]) => Finding[]): pulumi.Input<T> {
    if (inputs.every(isPlain)) {
      for (const { path, ...refusal } of rule([...inputs])) this.refuse(path, refusal);
      return inputs[0] as pulumi.Input<T>;
    }
    if (this.later === "skip") return inputs[0] as pulumi.Input<T>;
    return pulumi.all(inputs as unknown[]).apply((values) => this.#now(rule(values), values[0] as T));
  }

  /** The same for one rule about the first of them, unless that was refused already. */
  together<T>(path: string, inputs: readonly unknown[], rule: Rule<any[]>): pulumi.Input<T> {
    return this.all(inputs, (values) => {
      const refusal = this.#findings.some((finding) => finding.path.startsWith(path))
        ? undefined
        : rule(values);
      return refusal === undefined ? [] : [{ ...refusal, path }];
    });
  }

  /** Ends the reading: throws where anything was refused. */
  done(): void {
    if (this.#findings.length > 0) throw new ArgumentError(this.subject, this.#findings);
  }
}

/** The schema inside optional ones. */
const unwrapped = (schema: any): any =>
  schema?.wrapped === undefined ? (schema ?? {}) : unwrapped(schema.wrapped);

function findingsOf(schema: GenericSchema, value: unknown, at = "") {
  return (safeParse(schema, value).issues ?? []).map((issue) => {
    const keys: (string | number)[] = (issue.path ?? []).map(({ key }: any) => key);
    return { keys, path: keys.reduce<string>(joined, at), ...refusalOf(issue, schema, keys) };
  });
}

/** The value without what is there; a list with a wrong item is left out as a whole. */
function without(value: any, [key, ...rest]: (string | number)[]): any {
  if (key === undefined) return {};
  const inner = rest.length === 0 ? undefined : without(value?.[key], rest);
  if (!Array.isArray(value)) return { ...value, [key]: inner };
  return inner === undefined ? undefined : value.map((one, index) => (index === key ? inner : one));
}

const joined = (path: string, key: string | number): string => {
  if (typeof key === "number") return `${path}[${key}]`;
  if (!/^[\w$]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
};

/** What a schema says of its values beside their shape. */
export interface Meaning {
  why?: string;
  write?: string;
  /** Of an object: where a property may go that it does not have. */
  elsewhere?: string;
  /** No Output and no Promise. */
  plain?: boolean;
}

export const decides = "it decides what is declared, so it must be known when the program runs";

function refusalOf(issue: BaseIssue<unknown>, schema: GenericSchema, keys: (string | number)[]): Refusal {
  const unknownKey = issue.type === "strict_object" && issue.expected === "never";
  const steps = unknownKey ? keys.slice(0, -1) : keys;
  const own = steps.reduce((found, key) => {
    const { entries, item, value } = unwrapped(found);
    return entries?.[key] ?? item ?? value ?? found;
  }, schema as any);
  const { why, write, elsewhere } = getMetadata(unwrapped(own)) as Meaning;
  if (unknownKey) {
    const names = Object.keys(unwrapped(own).entries);
    const near = nearest(String(keys.at(-1)), names);
    const all = [`one of ${names.join(", ")}`, elsewhere ?? "nothing"].join(", or ");
    return { wrong: "is not an argument", why: "it would be ignored", write: near ?? all };
  }
  const words = (unwrapped(own).options ?? []) as string[];
  const wrong = issue.input === undefined ? "is missing" : `is ${describe(issue.input)}`;
  const near = typeof issue.input === "string" ? nearest(issue.input, words) : undefined;
  return {
    wrong,
    why: why ?? "only what is known here has been thought through with Calico's eBPF data plane",
    write: near === undefined ? (write ?? `one of ${words.join(", ")}`) : JSON.stringify(near),
  };
}

/** The known word that a mistyped one most likely means. */
function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const lower = word.toLowerCase();
  const best = closest(
    lower,
    known.map((one) => one.toLowerCase()),
  );
  return distance(lower, best) <= Math.max(2, Math.floor(word.length / 3))
    ? known.find((one) => one.toLowerCase() === best)
    : undefined;
}
