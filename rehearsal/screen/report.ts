// What every screen tells alike: messages at once, and at the end what policies and failures had to say.
import type { EngineEvent, Result } from "../engine/events";
import { PolicyReport } from "./policies";
import { diagnosticLine, summaryLines } from "./words";

export class Report {
  private readonly said = new Set<string>();
  private readonly policies = new PolicyReport();

  /** @returns the line to show now; undefined where there is none, or where it comes at the end */
  event(event: EngineEvent): string | undefined {
    switch (event.kind) {
      case "diagnostic": {
        const line = diagnosticLine(event);
        if (line !== undefined) this.said.add(event.message);
        return line;
      }
      case "program-output":
        return event.line;
      case "policy-violation":
      case "policy-remediation":
        this.policies.event(event);
        return undefined;
      default:
        return undefined;
    }
  }

  /** How a run ends. */
  lines(result: Result): string[] {
    return [...this.policies.lines(result), ...summaryLines(result, this.said)];
  }
}
