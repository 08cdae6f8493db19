// What a run tells its screen. The engine prints nothing itself.
import type { PolicyPackRef, PolicyRef } from "./analyzer";

export type StepOp =
  | "create"
  | "update"
  | "same"
  | "delete"
  /** The new one of a replacement. */
  | "create-replacement"
  /** The old one of a replacement. */
  | "delete-replaced"
  | "refresh";

export type Severity = "debug" | "info" | "warning" | "error";

export interface Step {
  op: StepOp;
  urn: string;
  type: string;
  name: string;
  parent?: string;
  /** True in a preview: nothing is done. */
  planned: boolean;
  /** Changed properties as paths; of `create-replacement`: those that force the replacement. */
  changed?: string[];
}

export type EngineEvent =
  | ({ kind: "step-started" } & Step)
  /** What the resource is doing or waiting for. */
  | { kind: "step-status"; urn: string; message: string }
  | ({ kind: "step-done"; seconds: number; note?: string } & Step)
  | ({ kind: "step-failed"; seconds: number; message: string } & Step)
  | { kind: "diagnostic"; severity: Severity; message: string; urn?: string; ephemeral?: boolean }
  | { kind: "policy-violation"; policy: PolicyRef; mandatory: boolean; message: string; urn?: string }
  /** A policy has changed a resource's inputs; `changed` are top-level properties, each with its mark (+ - ~). */
  | { kind: "policy-remediation"; policy: PolicyRef; urn: string; changed: string[] }
  /** A line that the program printed. */
  | { kind: "program-output"; stream: "stdout" | "stderr"; line: string }
  | { kind: "outputs"; outputs: Record<string, unknown> }
  | { kind: "summary"; result: Result };

export interface Changes {
  create: number;
  update: number;
  same: number;
  delete: number;
  replace: number;
}

export interface Failure {
  /** The resource it happened to, if any. */
  urn?: string;
  message: string;
  /** The policy that forbids it. */
  policy?: string;
}

export interface Result {
  ok: boolean;
  /** Ended by the caller's AbortSignal. */
  cancelled: boolean;
  changes: Changes;
  /** Stack outputs, secrets masked. */
  outputs: Record<string, unknown>;
  failures: Failure[];
  /** The packs that were asked. */
  policyPacks: readonly PolicyPackRef[];
  seconds: number;
}
