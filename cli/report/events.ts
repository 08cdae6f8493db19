// An event log of the CLI (`--event-log FILE`, one JSON object a line; sdk/go/common/apitype/events.go): what was done
// to which resource and when, in whole seconds, and what was said about it.
import * as v from "valibot";
import { UsageError } from "../exit";
import { shaped, type Source } from "./input";

const words = v.optional(v.string(), "");
const state = v.nullish(v.object({ custom: v.optional(v.boolean(), false) }));
const step = v.optional(
  v.object({
    metadata: v.object({ op: v.string(), urn: v.string(), type: words, old: state, new: state }),
    planning: v.optional(v.boolean(), false),
  }),
);
const policy = { policyName: words, policyPackName: words, policyPackVersion: words, resourceUrn: words };
const packSummary = v.optional(
  v.object({ policyPackName: words, policyPackVersion: words, passed: v.nullish(v.array(v.string())) }),
);

const event = v.object({
  /** Seconds since 1970, as far as a `Date` goes. */
  timestamp: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e12)),
  resourcePreEvent: step,
  resOutputsEvent: step,
  resOpFailedEvent: step,
  diagnosticEvent: v.optional(
    v.object({ urn: words, message: words, severity: words, ephemeral: v.optional(v.boolean(), false) }),
  ),
  policyEvent: v.optional(v.object({ ...policy, message: words, enforcementLevel: words })),
  policyRemediationEvent: v.optional(v.object(policy)),
  policyAnalyzeSummaryEvent: packSummary,
  policyRemediateSummaryEvent: packSummary,
  policyAnalyzeStackSummaryEvent: packSummary,
  summaryEvent: v.optional(
    v.object({
      isPreview: v.optional(v.boolean(), false),
      result: words,
      resourceChanges: v.nullish(v.record(v.string(), v.number())),
    }),
  ),
});
type Event = v.InferOutput<typeof event>;

/** One operation on one resource. Times in seconds since the run began. */
export interface Step {
  readonly urn: string;
  readonly type: string;
  /** `create`, `update`, `same`, ... */
  readonly op: string;
  readonly isComponent: boolean;
  readonly start: number;
  /** Place in the log: tells what came first within one second. */
  readonly startedAt: number;
  /** Undefined = the log ends before it does. */
  end?: number;
  endedAt?: number;
  failed: boolean;
}

interface Message {
  readonly severity: "warning" | "error";
  /** Empty = of the run as a whole. */
  readonly urn: string;
  readonly text: string;
}

export interface Verdict {
  readonly pack: string;
  readonly policy: string;
  /** `mandatory`, `advisory`, ... */
  readonly level: string;
  readonly urn: string;
  readonly text: string;
}

export interface Run {
  /** Seconds since 1970. */
  readonly began: number;
  /** Seconds from its first event to its last. */
  readonly seconds: number;
  readonly steps: readonly Step[];
  readonly messages: readonly Message[];
  readonly violations: readonly Verdict[];
  readonly remediations: readonly Verdict[];
  /** By pack, such as `aks-calico-ebpf v0.1.0`: policies that found nothing. */
  readonly passed: ReadonlyMap<string, ReadonlySet<string>>;
  /** Undefined = the log breaks off. */
  readonly result?: string;
  readonly changes: Readonly<Record<string, number>>;
}

/** @throws UsageError also for the log of a preview, in which nothing waits for anything */
export function readRun(source: Source): Run {
  const events = eventsIn(source);
  const isPreview = events.some(
    ({ summaryEvent, resourcePreEvent }) => summaryEvent?.isPreview || resourcePreEvent?.planning,
  );
  if (isPreview)
    throw new UsageError(`${source.name} is the log of a preview, in which nothing is done`, source.how);
  const began = events[0].timestamp;
  const verdicts = events.flatMap(({ policyEvent }) =>
    policyEvent
      ? [{ ...verdict(policyEvent), level: policyEvent.enforcementLevel, text: plain(policyEvent.message) }]
      : [],
  );
  const summary = events.findLast(({ summaryEvent }) => summaryEvent)?.summaryEvent;
  return {
    began,
    seconds: events.at(-1)!.timestamp - began,
    steps: stepsIn(events, began),
    messages: events.flatMap(({ diagnosticEvent }) => messageOf(diagnosticEvent)),
    violations: verdicts,
    remediations: events.flatMap(({ policyRemediationEvent: one }) =>
      one ? [{ ...verdict(one), level: "remediate", text: "changed what was asked for" }] : [],
    ),
    passed: passedIn(events, verdicts),
    result: summary && (summary.result || "ended"),
    changes: summary?.resourceChanges ?? {},
  };
}

/** The last line may be broken off; any other that does not read is an error. */
function eventsIn(source: Source): Event[] {
  const lines = source.text.split("\n").filter((line) => line.trim() !== "");
  const events = lines.flatMap((line, index) => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      if (index > 0 && index === lines.length - 1) return [];
      throw new UsageError(
        `${source.name} is not an event log: line ${index + 1} is not JSON: ${(error as Error).message}`,
        source.how,
      );
    }
    return [shaped(event, value, source, `an event log (line ${index + 1})`)];
  });
  if (events.length === 0) throw new UsageError(`${source.name} is empty`, source.how);
  return events;
}

function stepsIn(events: readonly Event[], began: number): Step[] {
  const steps: Step[] = [];
  const open = new Map<string, Step>();
  for (const [
    index,
    { timestamp, resourcePreEvent, resOutputsEvent, resOpFailedEvent },
  ] of events.entries()) {
    const { metadata } = resourcePreEvent ?? resOutputsEvent ?? resOpFailedEvent ?? {};
    if (metadata === undefined) continue;
    const { urn, type, op } = metadata;
    if (resourcePreEvent) {
      const isComponent = !(metadata.new ?? metadata.old)?.custom;
      const one = { urn, type, op, isComponent, start: timestamp - began, startedAt: index, failed: false };
      steps.push(one);
      open.set(`${op} ${urn}`, one);
    } else {
      // `pulumi refresh` ends a refresh as what it found: `same`, `update` or `delete` (pkg/engine/update.go).
      const one = open.get(`${op} ${urn}`) ?? open.get(`refresh ${urn}`);
      if (one === undefined) continue;
      Object.assign(one, { end: timestamp - began, endedAt: index, failed: resOpFailedEvent !== undefined });
      open.delete(`${one.op} ${urn}`);
    }
  }
  return steps;
}

/** Progress is left out, and colours are. */
function messageOf(diagnostic: Event["diagnosticEvent"]): Message[] {
  if (diagnostic === undefined || diagnostic.ephemeral) return [];
  const { severity, urn, message } = diagnostic;
  const isOne = severity === "warning" || severity === "error";
  const text = plain(message);
  return isOne && text !== "" ? [{ severity, urn, text }] : [];
}

const plain = (message: string) =>
  message
    .replace(/<\{%.*?%\}>/g, "")
    .replace(/\u001b\[[0-9;]*m/g, "")
    .trim();

const packOf = (one: { policyPackName: string; policyPackVersion: string }) =>
  `${one.policyPackName}${one.policyPackVersion && ` v${one.policyPackVersion.replace(/^v/, "")}`}`;

const verdict = (one: {
  policyName: string;
  policyPackName: string;
  policyPackVersion: string;
  resourceUrn: string;
}) => ({
  pack: packOf(one),
  policy: one.policyName,
  urn: one.resourceUrn,
});

function passedIn(events: readonly Event[], violations: readonly Verdict[]): Map<string, Set<string>> {
  const packs = new Map<string, Set<string>>();
  for (const one of events) {
    const summary =
      one.policyAnalyzeSummaryEvent ?? one.policyAnalyzeStackSummaryEvent ?? one.policyRemediateSummaryEvent;
    if (summary === undefined) continue;
    const passed = packs.get(packOf(summary)) ?? new Set();
    packs.set(packOf(summary), passed);
    for (const name of summary.passed ?? []) passed.add(name);
  }
  for (const { pack, policy } of violations) packs.get(pack)?.delete(policy);
  return packs;
}
