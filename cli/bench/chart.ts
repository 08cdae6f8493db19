// The chart of two results, as bars in a terminal; as a picture: picture.ts.
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

export function bars(chart: Chart, width = 40): string {
  const maxima = chart.rows.flatMap(({ before, after }) => [before.max, after.max]);
  const most = Math.max(Number.MIN_VALUE, ...maxima);
  const bar = (value: number) => "█".repeat(Math.max(1, Math.round((Math.max(0, value) / most) * width)));
  const place = Math.max(...chart.rows.map(({ measurement }) => measurement.length));
  const lines = chart.rows.flatMap(({ measurement, before, after }) => [
    `${measurement.padEnd(place)}  before  ${bar(before.median)} ${round(before.median)}`,
    `${"".padEnd(place)}  after   ${bar(after.median)} ${round(after.median)}`,
  ]);
  return [titleOf(chart.metric), ...lines].join("\n");
}
