// Runs a command in a pseudo terminal and keeps what its screen shows from time to time.
import { spawn } from "node:child_process";
import { type IBufferCell, Terminal } from "@xterm/headless";

/** Characters of one look, side by side in a row. */
export interface Run {
  readonly column: number;
  text: string;
  /** CSS: #rrggbb; undefined = the terminal's own. */
  readonly color?: string;
  readonly bold: boolean;
  readonly dim: boolean;
}

export interface Frame {
  /** Seconds for which the screen looked like this. */
  readonly seconds: number;
  readonly cols: number;
  readonly rows: readonly (readonly Run[])[];
}

/** The screen is looked at no more often: it changes many times a second. */
const everySeconds = 1;

// Those of GitHub's dark theme; bright ones from 8 on.
const palette = [
  ...["#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4"],
  ...["#6e7681", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff"],
];
const hex = (...parts: number[]) => `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

/** Of xterm's 256 colours: 16 by name, a cube of 6 x 6 x 6, and greys. */
function paletteColor(index: number): string {
  if (index < 16) return palette[index];
  if (index >= 232) return hex(...Array(3).fill(8 + 10 * (index - 232)));
  const level = (part: number) => (part === 0 ? 0 : 55 + 40 * part);
  const cube = index - 16;
  return hex(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

function colorOf(cell: IBufferCell): string | undefined {
  if (cell.isFgDefault()) return undefined;
  const color = cell.getFgColor();
  return cell.isFgRGB() ? hex(color >> 16, (color >> 8) & 255, color & 255) : paletteColor(color);
}

function runsOf(terminal: Terminal, row: number): Run[] {
  const { active } = terminal.buffer;
  const line = active.getLine(active.baseY + row)!;
  const runs: Run[] = [];
  for (let column = 0; column < terminal.cols; column++) {
    const cell = line.getCell(column)!;
    const text = cell.getChars();
    // The second half of a wide character has none.
    if (text.trim() === "") continue;
    const style = { color: colorOf(cell), bold: cell.isBold() !== 0, dim: cell.isDim() !== 0 };
    const last = runs.at(-1);
    const gap = last ? column - last.column - last.text.length : 0;
    // Words of one look stay together, with the blank between them.
    if (last && gap <= 1 && last.color === style.color && last.bold === style.bold && last.dim === style.dim)
      last.text += " ".repeat(gap) + text;
    else runs.push({ column, text, ...style });
  }
  return runs;
}

/** @throws Error where the command fails */
export async function record(
  command: string,
  cwd: string,
  size: { cols: number; rows: number },
): Promise<Frame[]> {
  const terminal = new Terminal({ ...size, allowProposedApi: true });
  const write = (data: string | Uint8Array) => new Promise<void>((done) => terminal.write(data, done));
  const frames: Frame[] = [];
  let since = performance.now();
  const look = (now: number) => {
    const rows = Array.from({ length: size.rows }, (_, row) => runsOf(terminal, row));
    frames.push({ seconds: (now - since) / 1000, cols: size.cols, rows });
    since = now;
  };

  await write(`\u001b[1;32m$\u001b[0m ${command}\r\n`);
  // util-linux's script gives the command a terminal, whose size is set within.
  const line = `stty cols ${size.cols} rows ${size.rows}; exec ${command}`;
  const child = spawn("script", ["--quiet", "--return", "--flush", "--command", line, "/dev/null"], {
    cwd,
    env: { ...process.env, TERM: "xterm-256color" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((done, fail) => child.on("error", fail).on("close", done));
  for await (const chunk of child.stdout) {
    const now = performance.now();
    if (now - since >= everySeconds * 1000) look(now);
    await write(chunk);
  }
  look(performance.now());
  const code = await ended;
  if (code !== 0) throw new Error(`${command} ended with exit code ${code}`);
  return frames;
}
