// The screen of a run: a live tree on a terminal, plain lines elsewhere.
import type { EngineEvent } from "../engine/events";
import { plainScreen } from "./plain";
import { treeScreen } from "./tree";

export interface Screen {
  event(event: EngineEvent): void;
  /** A line of the rehearsal's own, such as the progress of a build. */
  note(line: string): void;
  /** Leaves the last picture standing and writes nothing more. */
  close(): void;
}

/** @param stream where it is shown; a terminal that can move its cursor gets the tree */
export function screenFor(stream: NodeJS.WriteStream, environment = process.env): Screen {
  const live = stream.isTTY && environment.TERM !== "dumb" && !environment.CI;
  return live ? treeScreen(stream) : plainScreen((line) => stream.write(`${line}\n`));
}
