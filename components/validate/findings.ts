import * as pulumi from "@pulumi/pulumi";

/** Why a value cannot be taken: said in full, so that the reader need not open a manual. */
export interface Refusal {
  /** What is wrong with the value. */
  wrong: string;
  why: string;
  /** What to write instead. */
  write: string;
}

/** A refusal at its property. */
export interface Finding extends Refusal {
  path: string;
}

/**
 * Arguments that are refused. The path of each property is in `errors` for a host that shows them itself.
 *
 * Two readers show such an error without a stack trace: the provider host, which knows InputPropertiesError, and the
 * language runner of a program, which knows only RunError, by this marker property (`@pulumi/pulumi`, `cmd/run/run.ts`).
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

/** @throws ArgumentError where anything was found */
export function throwFindings(subject: string, findings: Finding[]): void {
  if (findings.length > 0) throw new ArgumentError(subject, findings);
}

/** Whether a value itself is known, whatever is in it. */
export function isPlainAtTop(value: unknown): boolean {
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
