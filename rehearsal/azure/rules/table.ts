// Reads data/rules.yaml, where the format is described.
import { UNKNOWN, type Json, type Props } from "../../plugin/provider";
import { invalid, missing, wrongValue, type Problem } from "../arm";
import { at, each, isObject, join, table } from "../values";

interface Rule {
  readonly at: string | readonly string[];
  readonly when?: string | readonly string[];
  readonly pattern?: string;
  readonly key?: string;
  readonly range?: readonly [number, number];
  readonly oneOf?: string;
  readonly says?: string;
  readonly do?: string;
  readonly missing?: string;
  readonly code?: string;
}

interface Group {
  readonly in: string;
  readonly code?: string;
  readonly rules: readonly Rule[];
}

let groups: Record<string, readonly Group[]> | undefined;

/** @param resource body of a request, with the names in its id */
export function* checkRules(model: string, resource: Props): Generator<Problem> {
  groups ??= table<Record<string, readonly Group[]>>("rules");
  for (const { in: where, rules, code } of groups[model] ?? [])
    for (const [path, scope] of each(resource, where))
      for (const rule of rules)
        for (const member of isObject(scope) ? [rule.at].flat() : []) {
          const found = member.startsWith("/") ? each(resource, member.slice(1)) : each(scope, member);
          for (const [own, value] of found) {
            const target = member.startsWith("/") ? own : join(path, own);
            const problem = judge(rule, new Place(resource, scope, value, path, target));
            if (problem) yield { ...problem, code: rule.code ?? code ?? problem.code };
          }
        }
}

/** A member at fault, perhaps, and how its surroundings are looked up. */
class Place {
  readonly name: string;
  constructor(
    private readonly resource: Props,
    private readonly scope: Json | undefined,
    readonly value: Json | undefined,
    private readonly path: string,
    readonly target: string,
  ) {
    this.name = target.split(".").at(-1)!;
  }

  get(path: string): Json | undefined {
    if (path.endsWith(".#")) {
      const counted = this.get(path === ".#" ? "." : path.slice(0, -2));
      if (counted === UNKNOWN) return UNKNOWN;
      return typeof counted === "object" && counted !== null ? Object.keys(counted).length : 0;
    }
    if (path === ".") return this.value ?? undefined;
    return path.startsWith("/") ? at(this.resource, path.slice(1)) : at(this.scope, path);
  }

  /** Fills in what stands in braces. */
  words(template: string): string {
    const fixed: Record<string, unknown> = {
      value: this.value,
      name: this.name,
      at: this.target,
      i: /\[(\d+)\]$/.exec(this.path)?.[1],
    };
    return template.replace(/\{([/.\w#]+)\}/g, (_all, path: string) => String(fixed[path] ?? this.get(path)));
  }
}

function judge(rule: Rule, place: Place): Problem | undefined {
  const conditions = rule.when === undefined ? [""] : [rule.when].flat();
  if (!conditions.some((all) => all.split(" ").every((one) => one === "" || holds(one, place))))
    return undefined;
  if (rule.missing !== undefined) return missing(place.target, place.words(rule.missing));
  const { value, target, name } = place;
  if (rule.pattern ?? rule.range ?? rule.oneOf) {
    if (value === undefined || value === null || value === UNKNOWN || fits(rule, value, name))
      return undefined;
  }
  const advice = place.words(rule.do ?? `Write one of: ${rule.oneOf!.split(" ").join(", ")}.`);
  return rule.says ? invalid(target, place.words(rule.says), advice) : wrongValue(target, value, advice);
}

/** Values of a wrong type are the shape's to refuse. */
function fits({ pattern, key, range, oneOf }: Rule, value: Json, name: string): boolean {
  if (key !== undefined && !new RegExp(key).test(name)) return false;
  if (pattern !== undefined) return typeof value !== "string" || new RegExp(pattern).test(value);
  if (oneOf !== undefined) return oneOf.split(" ").includes(String(value));
  const [least, most] = range!;
  return typeof value !== "number" || (value >= least && value <= most && Number.isInteger(value));
}

function holds(condition: string, place: Place): boolean {
  const [, not, path, operator, wanted] = /^(!?)([^=!<>~]+)(?:(!=|<=|[=<>~])(.*))?$/.exec(condition)!;
  const value = place.get(path);
  if (value === UNKNOWN) return false;
  if (operator === undefined) return (value === undefined) === (not === "!");
  if (operator === "=") return value !== undefined && wanted.split("|").includes(String(value));
  if (operator === "!=") return value === undefined || !wanted.split("|").includes(String(value));
  if (operator === "~") return new RegExp(wanted, "i").test(String(value));
  const bound = /^-?\d/.test(wanted) ? Number(wanted) : place.get(wanted);
  if (typeof value !== "number" || typeof bound !== "number") return false;
  return operator === "<" ? value < bound : operator === ">" ? value > bound : value <= bound;
}
