// Reads data/rules.yaml, where the format is described.
import { UNKNOWN, type Json, type Props } from "../../plugin/provider";
import { invalid, missing, wrongValue, type Problem } from "../arm";
import { contains, overlaps, range } from "../cidr";
import { at, each, equal, isObject, join, table } from "../values";

interface Rule {
  readonly members: readonly string[];
  readonly conditions: string;
  readonly says?: string;
  readonly do?: string;
  readonly missing?: string;
  readonly code: string;
}

/** Model -> scope and rule. */
let rules: Map<string, [string, Rule][]> | undefined;

function load(): Map<string, [string, Rule][]> {
  const { names, ...groups } = table<Record<string, any>>("rules");
  const found = new Map<string, [string, Rule][]>();
  const named = (text: string) =>
    text.replace(/\$([a-zA-Z]+)/g, (_all, name: string) => names[name].replaceAll(" ", ""));
  for (const [group, rows] of Object.entries<Record<string, string>[]>(groups)) {
    const [model, scope, groupCode = "InvalidParameter"] = group.split(" ");
    for (const { says, do: advice, missing, code = groupCode, ...rest } of rows) {
      const [[members, conditions]] = Object.entries(rest);
      const rule = { says, do: advice, missing, code, conditions: named(conditions) };
      found.set(model, [...(found.get(model) ?? []), [scope, { ...rule, members: members.split(" ") }]]);
    }
  }
  return found;
}

/** @param resource body of a request, with the names in its id */
export function* checkRules(model: string, resource: Props): Generator<Problem> {
  rules ??= load();
  for (const [where, rule] of rules.get(model) ?? [])
    for (const [path, scope] of each(resource, where))
      for (const member of isObject(scope) ? rule.members : []) {
        const absolute = member.startsWith("/");
        for (const [own, value] of absolute ? each(resource, member.slice(1)) : each(scope, member)) {
          const place = new Place(resource, scope, value, path, absolute ? own : join(path, own));
          const wrong = rule.conditions
            .split(" or ")
            .some((all) => all.split(" ").every((one) => place.holds(one)));
          if (wrong) yield place.problem(rule);
        }
      }
}

function usualAdvice(conditions: string, value: string): string {
  const [, operator, wanted] = /(!=|!~|!in)(.*)$/.exec(conditions.split(" ").at(-1)!)!;
  if (operator === "!~") return `It must match ${wanted}`;
  if (operator === "!in") return `Write a whole number from ${wanted.replace("..", " to ")}.`;
  const near = wanted.split("|").find((one) => one.toLowerCase() === value.toLowerCase());
  return near ? `It is spelt \`${near}\`.` : `Write one of: ${wanted.replaceAll("|", ", ")}.`;
}

/** A member at fault, perhaps, and how its surroundings are looked up. */
class Place {
  readonly name: string;
  constructor(
    private readonly resource: Props,
    private readonly scope: Json | undefined,
    private readonly value: Json | undefined,
    private readonly path: string,
    private readonly target: string,
  ) {
    this.name = target.split(".").at(-1)!;
  }

  problem(rule: Rule): Problem {
    const { target, value } = this;
    if (rule.missing !== undefined) return missing(target, this.#words(rule.missing));
    const [message, own = rule.do] = rule.says?.split(" | ") ?? [];
    const advice =
      own ?? usualAdvice(rule.conditions, rule.conditions.includes("@") ? this.name : String(value));
    const problem = message
      ? invalid(target, this.#words(message), this.#words(advice))
      : wrongValue(target, value, this.#words(advice));
    return { ...problem, code: rule.code };
  }

  holds(condition: string): boolean {
    if (condition === "changed")
      return (this.value ?? undefined) !== undefined && !equal(this.#get("was") ?? false, this.value);
    const [, not, path, operator, wanted] = /^(!?)([^=!<>~^&%]+)(?:(!=|!~|!in|!\^|<=|[=<>~^&%])(.*))?$/.exec(
      condition,
    )!;
    const value = this.#get(path);
    if (value === UNKNOWN) return false;
    if (operator === undefined) return (value === undefined) === (not === "!");
    if (operator === "!=") return value === undefined || !wanted.split("|").includes(String(value));
    if (value === undefined) return false;
    if (operator === "=") return wanted.split("|").includes(String(value));
    if (operator === "~") return new RegExp(wanted, "i").test(String(value));
    // Values of a wrong type are the shape's to refuse.
    if (operator === "!~")
      return (
        typeof value === "string" &&
        !new RegExp(wanted.replace("(?i)", ""), wanted.startsWith("(?i)") ? "i" : "").test(value)
      );
    if (/[\^&%]$/.test(operator)) return this.#ranges(operator, value, wanted);
    if (typeof value !== "number") return false;
    const [bound, most] = wanted
      .split("..")
      .map((one) => (/^-?\d*$/.test(one) ? Number(one || Infinity) : this.#get(one)));
    if (typeof bound !== "number") return false;
    if (operator === "!in") return value < bound || value > (most as number) || !Number.isInteger(value);
    return operator === "<" ? value < bound : operator === ">" ? value > bound : value <= bound;
  }

  /** False where one of them is none that is known. */
  #ranges(operator: string, value: Json, wanted: string): boolean {
    const own = range(String(value));
    const others = wanted.split("|").flatMap((one) => {
      const found = this.#get(one) ?? one;
      return Array.isArray(found) ? found : [found];
    });
    const known = others.map((one) => range(String(one))).filter((one) => one !== undefined);
    if (!own || known.length === 0 || known.length < others.length) return false;
    if (operator === "&") return known.some((one) => overlaps(one, own));
    if (operator === "%")
      return known.some(({ first, last }) => [first, first + 1, last].includes(own.first));
    return known.some((one) => contains(one, own)) === (operator === "^");
  }

  #get(path: string): Json | undefined {
    if (path === "@") return this.name;
    if (path === "was") return at(this.resource, `before.${this.target}`);
    if (path.endsWith("./")) {
      const cidr = this.#get(path === "./" ? "." : path.slice(0, -2));
      return cidr === UNKNOWN ? UNKNOWN : range(String(cidr))?.prefix;
    }
    const [, of, what] = /^(.*)\.([#@])$/.exec(path) ?? [];
    if (what) {
      const counted = this.#get(of || ".") ?? {};
      const keys = Object.keys(counted);
      if (counted === UNKNOWN || (what === "@" && keys.includes(UNKNOWN))) return UNKNOWN;
      return what === "#" ? keys.length : keys.join();
    }
    if (path === ".") return this.value ?? undefined;
    return path.startsWith("/") ? at(this.resource, path.slice(1)) : at(this.scope, path);
  }

  /** Fills in what stands in braces. */
  #words(template: string): string {
    const { value, name, target } = this;
    const fixed: Record<string, unknown> = { value, name, at: target, i: /\[(\d+)\]$/.exec(this.path)?.[1] };
    return template.replace(/\{([/.\w#@]+)\}/g, (_all, path: string) =>
      String(fixed[path] ?? this.#get(path)),
    );
  }
}
