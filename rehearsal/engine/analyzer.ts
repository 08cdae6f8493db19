// The place where policies look in: each resource before it is made, and the whole stack at the end of the program
// (pkg/resource/deploy/step_generator.go, generateSteps and AnalyzeResources).
import { type Context, Failed } from "./context";
import type { Props } from "./provider";
import type { Snapshot } from "./snapshot";
import type { Resource } from "./state";
import { makeUrn, nameOf, referencedUrn, STACK_TYPE } from "./urn";
import { equal } from "./values";

/** A resource as planned; inputs still carry their secret marks. */
export interface AnalyzedResource extends Resource {
  name: string;
  /** undefined = as the provider's diff says. */
  deleteBeforeReplace?: boolean;
  /** What the reference in `provider` leads to; none for components and for providers. */
  providerResource?: Resource;
}

/** The policy that speaks. */
export interface PolicyRef {
  readonly name: string;
  readonly pack: string;
  readonly packVersion: string;
  /** `low` to `critical`, or `unspecified`. */
  readonly severity: string;
}

export interface Violation {
  /** Shown to the user; says what the policy wants. */
  message: string;
  urn?: string;
  /** A mandatory one fails the run, an advisory one warns. */
  mandatory: boolean;
  /** undefined = shown as a plain error or warning. */
  policy?: PolicyRef;
}

/** What a policy at level `remediate` has made of a resource: other inputs, or why it could not. */
export type Remediation = { readonly policy: PolicyRef } & ({ properties: Props } | { warning: string });

/** A policy pack as the summary names it. */
export interface PolicyPackRef {
  readonly name: string;
  readonly version: string;
  /** The folder that it was started from. */
  readonly path: string;
}

export interface Analyzer {
  readonly pack?: PolicyPackRef;
  remediate?(resource: AnalyzedResource): Promise<Remediation[]>;
  resource?(resource: AnalyzedResource): Promise<Violation[]>;
  stack?(resources: readonly AnalyzedResource[]): Promise<Violation[]>;
}

/** What an analyzer is told of the run before the program starts. */
export interface AnalyzedRun {
  readonly project: string;
  readonly stack: string;
  readonly preview: boolean;
  /** `namespace:key`; secret values in plain text, as the engine passes them. */
  readonly config: Record<string, string>;
  readonly tags: Record<string, string>;
  readonly signal: AbortSignal;
}

/** Started for one run and ended with it. */
export interface Analyzers {
  readonly analyzers: readonly Analyzer[];
  stop(): Promise<void>;
}

/**
 * In a preview a mandatory violation fails the run but does not end it, so that all of them are shown; elsewhere the
 * first one ends it before its resource is touched.
 */
export class Policies {
  constructor(
    private readonly context: Context,
    private readonly snapshot: Snapshot,
    private readonly analyzers: readonly Analyzer[],
    private readonly run: { stack: string; project: string },
  ) {}

  /** Shows one resource, whose inputs may come back changed. @throws Failed where it must not be made */
  async resource(wanted: Resource, deleteBeforeReplace?: boolean): Promise<void> {
    if (this.analyzers.length === 0) return;
    const shown = () => ({ ...this.analyzable(wanted), deleteBeforeReplace });
    // One after the other: each sees what the one before it has made of the inputs.
    for (const analyzer of this.analyzers) {
      const remediations = await this.asked(() => analyzer.remediate?.(shown()));
      for (const one of remediations) this.remediated(wanted, one);
    }
    const found = await Promise.all(this.analyzers.map((one) => this.asked(() => one.resource?.(shown()))));
    this.report(found.flat(), wanted.urn);
  }

  /** Shows the whole stack. @throws Failed where it must not stay so */
  async stack(): Promise<void> {
    if (this.analyzers.length === 0) return;
    const all = this.snapshot.news.map((one) => this.analyzable(one));
    const found = await Promise.all(this.analyzers.map((one) => this.asked(() => one.stack?.(all))));
    const { stack, project } = this.run;
    const known = new Set(all.map(({ urn }) => urn));
    // What is said of no resource, or of one that is not there, is said of the stack.
    const root = makeUrn(stack, project, "", STACK_TYPE, `${project}-${stack}`);
    const placed = found
      .flat()
      .map((one) => (one.policy && !known.has(one.urn ?? "") ? { ...one, urn: root } : one));
    this.report(placed);
  }

  private analyzable(resource: Resource): AnalyzedResource {
    const reference = resource.provider;
    return {
      ...resource,
      name: nameOf(resource.urn),
      providerResource: reference ? this.snapshot.find(referencedUrn(reference)) : undefined,
    };
  }

  /** After Ctrl-C a pack's process is gone, and what it could not answer is not news. */
  private async asked<T>(ask: () => Promise<T[]> | undefined): Promise<T[]> {
    try {
      return (await ask()) ?? [];
    } catch (error) {
      throw this.context.cancelled ? new Failed() : error;
    }
  }

  private remediated(wanted: Resource, remediation: Remediation): void {
    const { policy } = remediation;
    const { urn } = wanted;
    if ("warning" in remediation) {
      const message = remediation.warning;
      this.context.emit({ kind: "policy-violation", policy, mandatory: false, urn, message });
      return;
    }
    const changed = shortDiff(wanted.inputs, remediation.properties);
    wanted.inputs = remediation.properties;
    this.context.keepSecret(wanted.inputs);
    this.context.emit({ kind: "policy-remediation", policy, urn, changed });
  }

  private report(violations: readonly Violation[], about?: string): void {
    let failed: Failed | undefined;
    for (const { message, mandatory, policy, urn = about } of violations) {
      if (policy) this.context.emit({ kind: "policy-violation", policy, mandatory, urn, message });
      else if (!mandatory) this.context.diagnostic("warning", message, urn);
      if (mandatory) failed = this.context.violated(message, policy?.name, urn);
    }
    if (failed && !this.context.dryRun) throw failed;
  }
}

/** The top-level properties that differ, as the CLI's rows show them: added `+`, changed `~`, gone `-`. */
function shortDiff(before: Props, after: Props): string[] {
  const marked = (mark: string, keys: string[]) => keys.sort().map((key) => mark + key);
  const [olds, news] = [Object.keys(before), Object.keys(after)];
  return [
    ...marked(
      "+",
      news.filter((key) => !(key in before)),
    ),
    ...marked(
      "-",
      olds.filter((key) => !(key in after)),
    ),
    ...marked(
      "~",
      news.filter((key) => key in before && !equal(before[key], after[key])),
    ),
  ];
}
