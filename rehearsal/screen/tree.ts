// The live tree of a terminal: a line a resource, redrawn in place.
import { styleText } from "node:util";
import type { EngineEvent, StepOp } from "../engine/events";
import type { Screen } from ".";
import { Report } from "./report";
import { seconds, shortType, symbol, whenDone, whileDoing } from "./words";

interface Row {
  urn: string;
  type: string;
  name: string;
  parent?: string;
  op: StepOp;
  planned: boolean;
  began: number;
  state: "running" | "done" | "failed";
  took?: number;
  status?: string;
}

const frameMs = 120;

export function treeScreen(stream: NodeJS.WriteStream): Screen {
  const rows = new Map<string, Row>();
  const report = new Report();
  let drawn = 0;
  let closed = false;

  const clear = () => {
    if (drawn > 0) stream.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = () => {
    if (closed) return;
    clear();
    const lines = picture([...rows.values()], stream.columns ?? 100, stream.rows ?? 40);
    stream.write(lines.map((line) => `${line}\n`).join(""));
    drawn = lines.length;
  };
  /** A line that stays, above the tree. */
  const above = (line: string) => {
    clear();
    stream.write(`${line}\n`);
    draw();
  };
  const timer = setInterval(draw, frameMs);
  timer.unref();

  const screen: Screen = {
    event(event: EngineEvent): void {
      switch (event.kind) {
        case "step-started":
          rows.set(event.urn, { ...event, began: Date.now(), state: "running" });
          break;
        case "step-status": {
          const row = rows.get(event.urn);
          if (row) row.status = event.message;
          break;
        }
        case "step-done":
        case "step-failed":
          rows.set(event.urn, {
            ...event,
            began: 0,
            took: event.seconds,
            state: event.kind === "step-done" ? "done" : "failed",
          });
          break;
        case "summary":
          draw();
          drawn = 0;
          rows.clear();
          for (const line of report.lines(event.result)) stream.write(`${line}\n`);
          break;
        default: {
          const line = report.event(event);
          if (line !== undefined) above(line);
        }
      }
    },
    note: above,
    close() {
      if (closed) return;
      draw();
      closed = true;
      clearInterval(timer);
    },
  };
  return screen;
}

const colours: Partial<Record<StepOp, "green" | "yellow" | "red">> = {
  create: "green",
  "create-replacement": "green",
  update: "yellow",
  delete: "red",
  "delete-replaced": "red",
};

function line(row: Row, depth: number, width: number): string {
  const took = row.took ?? (Date.now() - row.began) / 1000;
  const state =
    row.state === "running"
      ? whileDoing(row.op, row.planned)
      : row.state === "failed"
        ? "failed"
        : whenDone(row.op, row.planned);
  const who = `${symbol(row.op)} ${"  ".repeat(depth)}${shortType(row.type)} ${row.name}`;
  const waits = row.state === "running" && row.status ? `  ${row.status}` : "";
  const time = row.planned || row.op === "same" ? "" : seconds(took);
  const text = `${who.padEnd(Math.min(64, width - 30))} ${state.padEnd(10)} ${time.padStart(7)}${waits}`;
  // One row of the terminal each, or moving the cursor up would miss.
  const cut = text.replace(/\s*\n\s*/g, " ").slice(0, Math.max(20, width - 1));
  const colour = row.state === "failed" ? "red" : row.state === "running" ? undefined : colours[row.op];
  return colour ? styleText(colour, cut) : row.op === "same" ? styleText("dim", cut) : cut;
}

/** The tree in the order of declaration; where it is higher than the terminal, what is finished is left out first. */
function picture(rows: Row[], width: number, height: number): string[] {
  const children = new Map<string, Row[]>();
  const known = new Set(rows.map((row) => row.urn));
  for (const row of rows) {
    const parent = row.parent && known.has(row.parent) ? row.parent : "";
    children.set(parent, [...(children.get(parent) ?? []), row]);
  }
  const ordered: [Row, number][] = [];
  const walk = (parent: string, depth: number) => {
    for (const row of children.get(parent) ?? []) {
      ordered.push([row, depth]);
      walk(row.urn, depth + 1);
    }
  };
  walk("", 0);
  const room = Math.max(3, height - 3);
  const kept =
    ordered.length <= room ? ordered : ordered.filter(([row]) => row.state !== "done").slice(-(room - 1));
  const lines = kept.map(([row, depth]) => line(row, depth, width));
  return kept.length < ordered.length ? [...lines, `   ... ${ordered.length - kept.length} more`] : lines;
}
