// One line an event: for logs, pipes and CI.
import type { EngineEvent } from "../engine/events";
import type { Screen } from ".";
import { Report } from "./report";
import { seconds, shortType, symbol, whenDone, whileDoing } from "./words";

/** @param write takes one finished line without its line end */
export function plainScreen(write: (line: string) => void): Screen {
  const names = new Map<string, string>();
  const lastStatus = new Map<string, string>();
  const report = new Report();
  const ofStep = (op: Parameters<typeof symbol>[0], type: string, name: string, rest: string) =>
    write(`${symbol(op)} ${shortType(type).padEnd(26)} ${name.padEnd(40)} ${rest}`);

  return {
    event(event: EngineEvent): void {
      switch (event.kind) {
        case "step-started":
          names.set(event.urn, event.name);
          if (event.op !== "same" && !event.planned) {
            ofStep(event.op, event.type, event.name, whileDoing(event.op, event.planned));
          }
          break;
        case "step-status":
          // A wait repeats itself; what has not changed is not news.
          if (lastStatus.get(event.urn) === event.message) break;
          lastStatus.set(event.urn, event.message);
          write(`   ${names.get(event.urn) ?? event.urn}: ${event.message}`);
          break;
        case "step-done":
          if (event.op === "same") break;
          ofStep(
            event.op,
            event.type,
            event.name,
            `${whenDone(event.op, event.planned)}${event.planned ? "" : ` (${seconds(event.seconds)})`}` +
              (event.changed?.length ? ` [${event.changed.join(", ")}]` : "") +
              (event.note ? ` ${event.note}` : ""),
          );
          break;
        case "step-failed":
          ofStep(event.op, event.type, event.name, `failed (${seconds(event.seconds)})`);
          break;
        case "summary":
          for (const line of report.lines(event.result)) write(line);
          break;
        default: {
          const line = report.event(event);
          if (line !== undefined) write(line);
        }
      }
    },
    note: write,
    close: () => undefined,
  };
}
