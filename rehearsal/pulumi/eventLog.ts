// The CLI's event log (`--event-log FILE`, one JSON object a line; sdk/go/common/apitype/events.go), while it is written.
import fs from "node:fs";
import path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";

/** The CLI takes the flag only with this (pkg/cmd/pulumi/operations). */
export const eventLogVariable = { PULUMI_DEBUG_COMMANDS: "1" };

/** That of the last run of the stack in `folder`. */
export const eventLogIn = (folder: string): string => path.join(folder, "events.jsonl");

/** Behind the last line end is nothing, or a line that is still being written. */
const linesOf = (file: string) =>
  fs.existsSync(file) ? fs.readFileSync(file, "utf8").split("\n").slice(0, -1) : [];

export const readEvents = (file: string): EngineEvent[] => linesOf(file).map((line) => JSON.parse(line));

/** Tells each event as it comes. @returns ends it */
export function followEvents(file: string, tell: (event: EngineEvent) => void): () => void {
  let [size, seen] = [0, 0];
  const look = () => {
    const before = size;
    size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    // The update begins the file anew that the preview before it has written.
    if (size < before) seen = 0;
    if (size === before) return;
    const lines = linesOf(file);
    for (const line of lines.slice(seen)) tell(JSON.parse(line));
    seen = lines.length;
  };
  const timer = setInterval(look, 20);
  return () => {
    clearInterval(timer);
    look();
  };
}
