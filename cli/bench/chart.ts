// The chart of two results, as bars in a terminal and as SVG. By hand: the small chart libraries of npm draw into a
// browser's document or are no longer kept, and vega is larger than this whole program.
import type { Row } from "./compare";
import { round, titleOf } from "./metrics";

export interface Chart {
  metric: string;
  rows: Row[];
  labels: [before: string, after: string];
}

/** CPU per Gbit/s; where there is none, what was moved. */
export function chartOf(rows: readonly Row[], labels: Chart["labels"]): Chart {
  const of = (metric: string) => rows.filter((row) => row.metric === metric);
  const cpu = of("coresPerGbit");
  return cpu.length > 0
    ? { metric: "coresPerGbit", rows: cpu, labels }
    : { metric: "gbit", rows: of("gbit"), labels };
}

const largest = ({ rows }: Chart) =>
  Math.max(Number.MIN_VALUE, ...rows.flatMap(({ before, after }) => [before.max, after.max]));

export function bars(chart: Chart, width = 40): string {
  const most = largest(chart);
  const bar = (value: number) => "█".repeat(Math.max(1, Math.round((Math.max(0, value) / most) * width)));
  const place = Math.max(...chart.rows.map(({ measurement }) => measurement.length));
  const lines = chart.rows.flatMap(({ measurement, before, after }) => [
    `${measurement.padEnd(place)}  before  ${bar(before.median)} ${round(before.median)}`,
    `${"".padEnd(place)}  after   ${bar(after.median)} ${round(after.median)}`,
  ]);
  return [titleOf(chart.metric), ...lines].join("\n");
}

const escape = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const [labelWidth, barsWidth, barHeight, gap, top] = [190, 420, 16, 14, 70];
/** Apart for those who do not see red and green apart. */
const colors = ["#0072b2", "#e69f00"];

/** Grouped bars of the medians; a line from the least to the most of the runs. */
export function svg(chart: Chart): string {
  const most = largest(chart);
  const x = (value: number) => labelWidth + (Math.max(0, value) / most) * barsWidth;
  const groupHeight = 2 * barHeight + gap;
  const [width, height] = [labelWidth + barsWidth + 90, top + chart.rows.length * groupHeight + 10];
  const legend = chart.labels.map(
    (label, index) =>
      `<rect x="${10 + index * 330}" y="36" width="12" height="12" fill="${colors[index]}"/>` +
      `<text x="${28 + index * 330}" y="47">${escape(label)}</text>`,
  );
  const groups = chart.rows.flatMap(({ measurement, before, after }, row) => {
    const y = top + row * groupHeight;
    const one = [before, after].map(({ median, min, max }, index) => {
      const [barTop, middle] = [y + index * barHeight, y + index * barHeight + barHeight / 2];
      return (
        `<rect x="${labelWidth}" y="${barTop}" width="${x(median) - labelWidth}" height="${barHeight - 2}" ` +
        `fill="${colors[index]}"/><path d="M${x(min)} ${middle - 1}H${x(max)}" stroke="#333" stroke-width="2"/>` +
        `<text x="${x(max) + 6}" y="${middle + 3}">${round(median)}</text>`
      );
    });
    const name = `<text x="${labelWidth - 8}" y="${y + barHeight + 3}" text-anchor="end">${escape(measurement)}</text>`;
    return [name, ...one];
  });
  const title = `${titleOf(chart.metric)}: ${chart.labels.join("; ")}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="img" ` +
      `font-family="sans-serif" font-size="12"><title>${escape(title)}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="10" y="22" font-size="15">${escape(titleOf(chart.metric))} (median; line: all runs)</text>`,
    ...legend,
    ...groups,
    "</svg>\n",
  ].join("\n");
}
