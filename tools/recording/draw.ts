// Frames of a terminal as one SVG: a strip of pictures, moved on by CSS. Where nothing moves, the last one is seen.
import { escaped } from "../../cli/report/html";
import type { Frame, Run } from "./record";

const cell = { width: 8.4, height: 18 };
const margin = 16;
/** No frame stays longer, so that waiting takes less time than it took; the last one stays to be read. */
const longestSeconds = 0.8;
const lastSeconds = 12;

const short = (value: number) => String(Number(value.toFixed(2)));

function text({ column, text, color, bold, dim }: Run): string {
  const look = [color && ` fill="${color}"`, bold && ` font-weight="bold"`, dim && ` opacity=".6"`]
    .filter(Boolean)
    .join("");
  // Whatever font there is, the columns stay.
  const width = text.length > 1 ? ` textLength="${short(text.length * cell.width)}"` : "";
  return `<text x="${short(column * cell.width)}"${width}${look}>${escaped(text)}</text>`;
}

export function draw(frames: readonly Frame[]): string {
  const { cols, rows } = frames[0];
  const width = Math.ceil(cols * cell.width + 2 * margin);
  const height = rows.length * cell.height + 2 * margin;
  // Most rows stand in several frames.
  const drawn = new Map<string, string>();
  const use = (row: readonly Run[], index: number): string => {
    const line = row.map(text).join("");
    if (line === "") return "";
    const id = drawn.get(line) ?? `r${drawn.size}`;
    drawn.set(line, id);
    return `<use href="#${id}" y="${(index + 1) * cell.height}"/>`;
  };
  const pictures = frames.map(
    (frame, index) =>
      `<g transform="translate(${index * width + margin} ${margin - 5})">${frame.rows.map(use).join("")}</g>`,
  );

  const last = frames.length - 1;
  const seconds = frames.map((frame, index) =>
    index === last ? lastSeconds : Math.min(frame.seconds, longestSeconds),
  );
  const all = seconds.reduce((sum, one) => sum + one, 0);
  let at = 0;
  const steps = seconds.map((one, index) => {
    const step = `${short((at / all) * 100)}%{transform:translateX(${-index * width}px)}`;
    at += one;
    return step;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>npm run rehearse</title>
<style>
@keyframes play{${steps.join("")}to{transform:translateX(${-last * width}px)}}
.strip{animation:play ${short(all)}s step-end infinite;fill:#e6edf3;white-space:pre;
font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-reduced-motion:reduce){.strip{animation:none}}
</style>
<defs>
${[...drawn].map(([line, id]) => `<g id="${id}">${line}</g>`).join("\n")}
</defs>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g class="strip" transform="translate(${-last * width} 0)">
${pictures.join("\n")}
</g>
</svg>
`;
}
