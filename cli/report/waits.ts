// What waited for what: the one of a step's needs that ended last before the step began.
import type { Run, Step } from "./events";
import { isDefaultProvider, type Resource } from "./stack";

export interface Waits {
  /**
   * In the order in which they began. Components are left out, since they take no time of their own, and what stayed
   * the same or was only refreshed.
   */
  readonly steps: readonly Step[];
  readonly waitedFor: ReadonlyMap<Step, Step>;
  /** From the first step to the one that ended last, each of which waited for the one before. */
  readonly chain: readonly Step[];
}

/** Wait for none of their needs: a deletion waits for those that need it, which an export no longer has. */
const goAhead = /^(delete|discard|refresh)/;

const stayed = ({ op, end, failed }: Step) =>
  op === "same" || (op === "refresh" && !failed && end !== undefined);

export function waitsOf({ steps: all }: Run, resources: readonly Resource[]): Waits {
  const steps = all.filter((step) => !step.isComponent && !stayed(step) && !isDefaultProvider(step.urn));
  const needs = new Map(resources.map(({ urn, needs }) => [urn, needs]));
  const made = new Map<string, Step[]>();
  for (const step of steps)
    if (!goAhead.test(step.op)) made.set(step.urn, [...(made.get(step.urn) ?? []), step]);
  const waitedFor = new Map<Step, Step>();
  for (const step of steps) {
    if (goAhead.test(step.op)) continue;
    const before = (needs.get(step.urn) ?? [])
      .flatMap((urn) => made.get(urn) ?? [])
      .filter(({ endedAt }) => endedAt !== undefined && endedAt < step.startedAt);
    const last = latest(before);
    if (last) waitedFor.set(step, last);
  }
  const chain: Step[] = [];
  for (let step = latest(steps); step; step = waitedFor.get(step)) chain.unshift(step);
  return { steps, waitedFor, chain };
}

/** One that has not ended is later than all that have. */
const latest = (steps: readonly Step[]): Step | undefined =>
  steps.reduce<Step | undefined>(
    (last, step) =>
      last === undefined || (step.endedAt ?? Infinity) > (last.endedAt ?? Infinity) ? step : last,
    undefined,
  );
