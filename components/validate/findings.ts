import * as pulumi from "@pulumi/pulumi";

/** Why a value cannot be taken: said in full, so that the reader need not open a manual. */
export interface Refusal {
  /** What is wrong with the value. */
  wrong: string;
  why: string;
  /** What to write instead. */
  write: string;
  /** Where inside the value, such as `[2]` or `.name`. */
  at?: string;
}

/** A refusal at its property. */
export interface Finding extends Refusal {
  path: string;
}

/**
 * Arguments that are refused. The path of each property is in `errors` for a host that shows them itself.
 *
 * Two readers show such an error without a stack trace: the provider host, which knows InputPropertiesError, and the
 * language runner of a program, which knows only RunError (`@pulumi/pulumi`, `cmd/run/run.ts`). The SDK tells both
 * by a marker property and not by the class, so that copies of the SDK can work together; hence the marker here.
 */
export class ArgumentError extends pulumi.InputPropertiesError {
  readonly __pulumiRunError = true;

  constructor(subject: string, findings: Finding[]) {
    const count =
      findings.length === 1 ? "an argument is refused" : `${findings.length} arguments are refused`;
    const lines = findings.map((f) =>
      [`  ${f.path}: ${f.wrong}`, `    why:   ${f.why}`, `    write: ${f.write}`].join("\n"),
    );
    const message = `${subject}: ${count}\n${lines.join("\n")}`;
    super({
      message,
      errors: findings.map((f) => ({ propertyPath: f.path, reason: `${f.wrong}. ${f.why}. ${f.write}` })),
    });
    // The SDK writes "error serializing property ..." in front for every resource that a refused value passes through
    // on its way up (`@pulumi/pulumi`, runtime/rpc.ts); the reader needs none of that.
    Object.defineProperty(this, "message", { get: () => message, set: () => undefined });
    // What is refused after the program's last line has run is shown by its stack (`@pulumi/pulumi`, cmd/run/index.ts).
    this.stack = message;
    this.name = "ArgumentError";
  }
}

/** What a value must satisfy: undefined where it does. */
export type Rule<T> = (value: T) => Refusal | undefined;

/**
 * Reads a component's arguments before its first resource is declared. Plain values are checked at once and all that
 * is wrong with them is said together; a value that is known only later is checked when it is, which is before the
 * resource that takes it.
 */
export class ArgumentReader {
  readonly #findings: Finding[] = [];

  /** With `later: "skip"` values that are not known yet are left to whoever reads them again. */
  constructor(
    readonly subject: string,
    readonly later: "check" | "skip" = "check",
  ) {}

  /** One finding a property: an argument that two parts of a component read is refused once, in the first one's words. */
  refuse(path: string, refusal: Refusal): void {
    const whole = `${path}${refusal.at ?? ""}`;
    if (this.#findings.some((finding) => finding.path === whole)) return;
    this.#findings.push({ ...refusal, path: whole });
  }

  /** Checks one value; hands it back, wrapped in its check where it is not known yet. */
  value<T>(path: string, input: pulumi.Input<T> | undefined, rule: Rule<any>): pulumi.Input<T> | undefined {
    return this.together([path], [input], ([value]) => (value === undefined ? undefined : rule(value as T)));
  }

  /** Checks a value that must be known when the program runs, because it decides what is declared. */
  plain<T>(path: string, value: T | undefined, rule: Rule<unknown>): T | undefined {
    const refusal = value === undefined ? undefined : rule(value);
    if (refusal !== undefined) this.refuse(path, refusal);
    return value;
  }

  /** Checks values that depend on each other; hands the first back. The finding names the first one's path. */
  together<T>([path]: string[], inputs: readonly unknown[], rule: Rule<any[]>): pulumi.Input<T> | undefined {
    if (inputs.every(isPlain)) {
      const refusal = rule([...inputs]);
      if (refusal !== undefined) this.refuse(path, refusal);
      return inputs[0] as pulumi.Input<T> | undefined;
    }
    if (this.later === "skip") return inputs[0] as pulumi.Input<T>;
    return pulumi.all(inputs as unknown[]).apply((values) => {
      const refusal = rule(values);
      if (refusal !== undefined) {
        throw new ArgumentError(this.subject, [{ ...refusal, path: `${path}${refusal.at ?? ""}` }]);
      }
      return values[0] as T;
    });
  }

  /**
   * Checks that a value is an object of known properties, and hands it back; an empty one where it is not, so that
   * reading can go on and find what else is wrong.
   */
  object<T extends object>(
    path: string,
    value: T | undefined,
    properties: Record<keyof T, string>,
    hints: Record<string, string> = {},
  ): Partial<T> {
    if (value === undefined || value === null) return {};
    if (typeof value !== "object" || Array.isArray(value) || !isPlainAtTop(value)) {
      this.refuse(path, {
        wrong: `is ${describe(value)}`,
        why: "it decides what is declared, so it must be an object that is known when the program runs",
        write: `an object with ${Object.keys(properties).join(", ")}`,
      });
      return {};
    }
    for (const key of Object.keys(value)) {
      if (key in properties) continue;
      const near = nearest(key, Object.keys(properties));
      this.refuse(path === "" ? key : `${path}.${key}`, {
        wrong: "is not an argument",
        why: hints[key] ?? "it would be ignored",
        write: near === undefined ? `one of ${Object.keys(properties).join(", ")}, or nothing` : near,
      });
    }
    return value;
  }

  /** Ends the reading: throws where anything was refused. */
  done(): void {
    if (this.#findings.length > 0) throw new ArgumentError(this.subject, this.#findings);
  }
}

function isPlainAtTop(value: unknown): boolean {
  return !pulumi.Output.isInstance(value) && !(value instanceof Promise);
}

/** Whether a value holds no Output and no Promise at any depth. */
export function isPlain(value: unknown): boolean {
  if (!isPlainAtTop(value)) return false;
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(isPlain);
}

/** A value as a message names it. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (pulumi.Output.isInstance(value)) return "an Output";
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? String(value);
  return "an object";
}

/** The known word that a mistyped one most likely means. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const distances = known.map((k) => [editDistance(word.toLowerCase(), k.toLowerCase()), k] as const);
  const [distance, best] = distances.sort((a, b) => a[0] - b[0])[0] ?? [Infinity, undefined];
  return distance <= Math.max(2, Math.floor(word.length / 3)) ? best : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
