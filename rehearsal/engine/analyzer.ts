// The place where policies look in: each resource before it is made, and the whole stack at the end of the program.
import { type Context } from "./context";
import type { Resource } from "./state";

/** A resource as planned; inputs still carry their secret marks. */
export interface AnalyzedResource extends Resource {
  name: string;
}

export interface Violation {
  /** Shown to the user; names the policy and what it wants. */
  message: string;
  urn?: string;
  /** A mandatory one fails the run, an advisory one warns. */
  mandatory: boolean;
}

export interface Analyzer {
  resource?(resource: AnalyzedResource): Promise<Violation[]>;
  stack?(resources: readonly AnalyzedResource[]): Promise<Violation[]>;
}

export async function analyze(
  context: Context,
  analyzers: readonly Analyzer[],
  stage: "resource" | "stack",
  resources: AnalyzedResource[],
): Promise<void> {
  const asked = analyzers.map((one) =>
    stage === "stack" ? one.stack?.(resources) : one.resource?.(resources[0]),
  );
  const violations = (await Promise.all(asked)).flatMap((found) => found ?? []);
  const about = stage === "resource" ? resources[0].urn : undefined;
  for (const { message, urn } of violations.filter((one) => !one.mandatory)) {
    context.diagnostic("warning", message, urn ?? about);
  }
  const failed = violations.filter((one) => one.mandatory);
  if (failed.length === 0) return;
  throw failed.map(({ message, urn }) => context.fail(message, urn ?? about))[0];
}
