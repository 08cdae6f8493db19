// The CLI's event log (`--event-log FILE`, one JSON object a line; sdk/go/common/apitype/events.go), while it is written.
import fs from "node:fs";

export interface EngineEvent {
  readonly resourcePreEvent?: StepEvent;
  readonly resOutputsEvent?: StepEvent;
  readonly resOpFailedEvent?: StepEvent;
  readonly diagnosticEvent?: { readonly urn?: string; readonly message: string; readonly severity: string };
  readonly summaryEvent?: { readonly resourceChanges: Record<string, number>; readonly isPreview: boolean };
  readonly policyEvent?: {
    readonly resourceUrn?: string;
    readonly message: string;
    readonly policyName: string;
    readonly policyPackName: string;
    readonly enforcementLevel: string;
  };
}

interface StepEvent {
  readonly metadata: { readonly op: string; readonly urn: string; readonly type: string };
  /** True in a preview, also in the one that comes before an update. */
  readonly planning?: boolean;
}

/** The CLI takes the flag only with this (pkg/cmd/pulumi/operations). */
export const eventLogVariable = { PULUMI_DEBUG_COMMANDS: "1" };

export function readEvents(file: string): EngineEvent[] {
  const lines = fs.existsSync(file) ? fs.readFileSync(file, "utf8").split("\n") : [];
  return lines.filter(Boolean).map((line) => JSON.parse(line));
}

/** Tells each event as it comes. @returns ends it */
export function followEvents(file: string, tell: (event: EngineEvent) => void): () => void {
  let seen = 0;
  let rest = "";
  const look = () => {
    const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    // The update begins the file anew that the preview before it has written.
    if (size < seen) [seen, rest] = [0, ""];
    if (size === seen) return;
    const chunk = Buffer.alloc(size - seen);
    const handle = fs.openSync(file, "r");
    fs.readSync(handle, chunk, 0, chunk.length, seen);
    fs.closeSync(handle);
    seen = size;
    const lines = (rest + chunk.toString("utf8")).split("\n");
    rest = lines.pop()!;
    for (const line of lines) tell(JSON.parse(line));
  };
  const timer = setInterval(look, 20);
  return () => {
    clearInterval(timer);
    look();
  };
}
