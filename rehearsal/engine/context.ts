// What all parts of one run share.
import type { PolicyPackRef } from "./analyzer";
import type { EngineEvent, Failure, Severity, Step, StepOp } from "./events";
import type { Json, Operation, Props } from "./provider";
import { messageOf } from "../refusal";
import type { Resource } from "./state";
import { nameOf } from "./urn";
import { MASK, secretStrings } from "./values";

/** Thrown after a failure was told to the user: only unwinds. */
export class Failed extends Error {
  constructor() {
    super("the run has failed");
  }
}

export class Context {
  readonly failures: Failure[] = [];
  /** The policy packs that are asked in this run. */
  readonly policyPacks: PolicyPackRef[] = [];
  readonly changes = { create: 0, update: 0, same: 0, delete: 0, replace: 0 };
  /** Fires at the first failure and at Ctrl-C: no new steps. Operations under way only hear of Ctrl-C. */
  readonly stop = new AbortController();
  stackOutputs: Props = {};
  private readonly secrets = new Set<string>();
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(
    readonly dryRun: boolean,
    readonly signal: AbortSignal,
    private readonly listener: (event: EngineEvent) => void,
    parallel: number,
    private readonly beforeStep: (step: Step) => Promise<void> = async () => undefined,
  ) {
    this.free = parallel;
    if (signal.aborted) this.stop.abort();
    signal.addEventListener("abort", () => this.stop.abort(), { once: true });
  }

  get stopping(): boolean {
    return this.stop.signal.aborted;
  }

  get cancelled(): boolean {
    return this.signal.aborted;
  }

  /** From now on these texts are masked wherever a person can read them. */
  keepSecret(value: Json, shortest = 8): void {
    secretStrings(value, (text) => {
      if (text.trim().length >= shortest) this.secrets.add(text);
    });
  }

  /** A secret configuration value: masked even where it is short, as the CLI does from three characters on. */
  hide(text: string): void {
    if (text.length >= 3) this.secrets.add(text);
  }

  /** The program has logged an error itself. */
  told(message: string, urn?: string): void {
    this.failures.push({ urn, message: this.redact(message) });
  }

  /** The program failed and has said why. */
  programFailed(): Failed {
    this.stop.abort();
    return this.failures.length > 0 ? new Failed() : this.fail("the program failed without a message");
  }

  redact(text: string): string {
    let redacted = text;
    for (const hidden of this.secrets) {
      if (redacted.includes(hidden)) redacted = redacted.replaceAll(hidden, MASK);
    }
    return redacted;
  }

  emit(event: EngineEvent): void {
    if ("message" in event) event.message = this.redact(event.message);
    if (event.kind === "program-output") event.line = this.redact(event.line);
    this.listener(event);
  }

  diagnostic(severity: Severity, message: string, urn?: string): void {
    this.emit({ kind: "diagnostic", severity, message, urn });
  }

  /** Records a failure; the run goes on only with what is under way. */
  fail(message: string, urn?: string, shown = false): Failed {
    const redacted = this.redact(message);
    this.failures.push({ urn, message: redacted });
    if (!shown) this.diagnostic("error", redacted, urn);
    this.stop.abort();
    return new Failed();
  }

  /** A mandatory violation, which is shown apart where a policy has a name: a preview goes on, to find them all. */
  violated(message: string, policy?: string, urn?: string): Failed {
    if (!policy && !this.dryRun) return this.fail(message, urn);
    const redacted = this.redact(message);
    this.failures.push({ urn, message: redacted, policy });
    if (!policy) this.diagnostic("error", redacted, urn);
    if (!this.dryRun) this.stop.abort();
    return new Failed();
  }

  /** Runs one piece of work as soon as one of the `parallel` places is free. */
  async limited<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      if (this.stopping) throw new Failed();
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }

  operation(resource: Resource, timeoutSeconds?: number): Operation {
    const { urn, type } = resource;
    return {
      urn,
      type,
      name: nameOf(urn),
      timeoutSeconds: timeoutSeconds || undefined,
      signal: this.signal,
      status: (message) => this.emit({ kind: "step-status", urn, message }),
      log: (severity, message) => this.diagnostic(severity, message, urn),
    };
  }

  /** Shows a step from its start to its end; `work` may return a note for the end. */
  async step(
    op: StepOp,
    resource: Resource,
    work: () => Promise<string | undefined | void>,
    changed?: string[],
  ): Promise<void> {
    const { urn, type, parent } = resource;
    const what: Step = { op, urn, type, name: nameOf(urn), parent, planned: this.dryRun, changed };
    const begun = Date.now();
    const seconds = () => (Date.now() - begun) / 1000;
    this.emit({ kind: "step-started", ...what });
    try {
      await this.beforeStep(what);
      const note = (await work()) ?? undefined;
      this.emit({ kind: "step-done", seconds: seconds(), note, ...what });
    } catch (error) {
      const message = error instanceof Failed ? "not carried out" : messageOf(error);
      this.emit({ kind: "step-failed", seconds: seconds(), message, ...what });
      throw error instanceof Failed ? error : this.fail(message, urn, true);
    }
  }
}
