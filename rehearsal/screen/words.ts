// How a step is told to a person: one vocabulary for the live tree and for plain lines.
import type { Changes, EngineEvent, Result, StepOp } from "../engine/events";

const symbols: Record<StepOp, string> = {
  create: "+",
  update: "~",
  same: " ",
  delete: "-",
  "create-replacement": "+-",
  "delete-replaced": "--",
  refresh: ".",
};

const doing: Record<StepOp, string> = {
  create: "creating",
  update: "updating",
  same: "checking",
  delete: "deleting",
  "create-replacement": "creating replacement",
  "delete-replaced": "deleting the replaced",
  refresh: "reading",
};

const doneWords: Record<StepOp, string> = {
  create: "created",
  update: "updated",
  same: "unchanged",
  delete: "deleted",
  "create-replacement": "created replacement",
  "delete-replaced": "deleted the replaced",
  refresh: "read",
};

const planned: Record<StepOp, string> = {
  create: "create",
  update: "update",
  same: "keep",
  delete: "delete",
  "create-replacement": "replace",
  "delete-replaced": "delete the replaced",
  refresh: "read",
};

export const symbol = (op: StepOp): string => symbols[op].padEnd(2);
export const whileDoing = (op: StepOp, inPreview: boolean): string => (inPreview ? planned[op] : doing[op]);
export const whenDone = (op: StepOp, inPreview: boolean): string => (inPreview ? planned[op] : doneWords[op]);

/** `kubernetes:apps/v1:DaemonSetPatch` as a person says it: the last part, with the package where it is a provider. */
export function shortType(type: string): string {
  const [first, , last] = type.split(":");
  return first === "pulumi" && type.startsWith("pulumi:providers:") ? `provider ${last}` : (last ?? type);
}

export const seconds = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;

export function changesLine(changes: Changes): string {
  const parts = Object.entries(changes)
    .filter(([, count]) => count > 0)
    .map(([op, count]) => `${count} ${op === "same" ? "unchanged" : op}`);
  return parts.length > 0 ? parts.join(", ") : "nothing declared";
}

/**
 * The closing lines of a run: what failed and why, then the counts.
 * @param said messages of diagnostics that stand above already, as violations of policies do
 */
export function summaryLines(result: Result, said: ReadonlySet<string>): string[] {
  const failures = result.failures
    .filter(({ message, policy }) => policy === undefined && !said.has(message))
    .map(({ urn, message }) => `error: ${urn === undefined ? "" : `${urn.split("::").at(-1)}: `}${message}`);
  const state = result.ok ? "done" : result.cancelled ? "cancelled" : "failed";
  return [...failures, `${state}: ${changesLine(result.changes)} (${seconds(result.seconds)})`];
}

/** A line of a diagnostic, or undefined where the summary says it again. */
export function diagnosticLine(event: Extract<EngineEvent, { kind: "diagnostic" }>): string | undefined {
  if (event.severity === "debug" || event.ephemeral) return undefined;
  const who = event.urn ? `${event.urn.split("::").at(-1)}: ` : "";
  return event.severity === "info" ? `${who}${event.message}` : `${event.severity}: ${who}${event.message}`;
}

/** Stack outputs as an aligned list; objects in one line. */
export function outputLines(outputs: Record<string, unknown>): string[] {
  const width = Math.max(0, ...Object.keys(outputs).map((key) => key.length));
  return Object.entries(outputs).map(([key, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `  ${key.padEnd(width)}  ${text}`;
  });
}
