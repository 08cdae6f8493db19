// `bench compare`: two results side by side. It reads two files and nothing else.
import { UsageError } from "../exit";
import { plainTable } from "../status/report";
import { metrics, round, titleOf } from "./metrics";
import type { Result, Spread } from "./result";

export interface Row {
  measurement: string;
  metric: string;
  before: Spread;
  after: Spread;
  /** Of the medians; undefined where before is 0. */
  ratio?: number;
  verdict: string;
}

const sizes = ({ nodes }: Result) =>
  `${nodes.server.vmSize ?? "unknown"} and ${nodes.client.vmSize ?? "unknown"}`;

/** @throws UsageError where the two were not measured in the same way */
export function assertComparable(before: Result, after: Result): void {
  const differences: [what: string, before: string, after: string][] = [
    ["of VM sizes", sizes(before), sizes(after)],
    ["of seconds a run", String(before.settings.seconds), String(after.settings.seconds)],
  ];
  for (const [what, one, other] of differences)
    if (one !== other)
      throw new UsageError(
        `the results are not comparable: ${one} ${what} before, and ${other} after`,
        "measure both with the same nodes and the same --seconds",
      );
}

/** What else is not the same, and may explain a difference. */
export function otherDifferences(before: Result, after: Result): string[] {
  const compared: [what: string, of: (result: Result) => string | null | number][] = [
    ["cluster", ({ cluster }) => cluster.server],
    ["nodes", ({ nodes }) => `${nodes.server.name}, ${nodes.client.name}`],
    ["Calico", ({ calico }) => calico],
    ["Kubernetes", ({ kubernetes }) => kubernetes],
    ["kernel", ({ nodes }) => `${nodes.server.kernel}, ${nodes.client.kernel}`],
    ["number of runs", ({ settings }) => settings.runs],
    ["image", ({ settings }) => settings.image],
  ];
  const told = compared
    .filter(([, of]) => of(before) !== of(after))
    .map(([what, of]) => `${what}: ${of(before) ?? "unknown"} before, ${of(after) ?? "unknown"} after`);
  if (before.dataplane === after.dataplane)
    told.push(`the data plane is the same in both: ${before.dataplane ?? "unknown"}`);
  return told;
}

/** A difference within the spread of the runs is none. */
function verdict(metric: string, before: Spread, after: Spread): string {
  if (before.runs.length < 2 || after.runs.length < 2) return "one run: no spread, so nothing is shown";
  if (before.min <= after.max && after.min <= before.max) return "spreads overlap: no difference shown";
  const more = after.median > before.median;
  const { better } = metrics[metric] ?? {};
  if (better === undefined) return more ? "more" : "less";
  return (better === "more") === more ? "better" : "worse";
}

/** Of what both have measured. */
export function compare(before: Result, after: Result): Row[] {
  return before.measurements.flatMap(({ name, values }) => {
    const other = after.measurements.find((one) => one.name === name)?.values ?? {};
    return Object.entries(values).flatMap(([metric, one]) => {
      const two = other[metric];
      if (!one || !two) return [];
      const ratio = one.median === 0 ? undefined : two.median / one.median;
      return [
        { measurement: name, metric, before: one, after: two, ratio, verdict: verdict(metric, one, two) },
      ];
    });
  });
}

export const labelOf = ({ dataplane, calico }: Result): string =>
  `${dataplane ?? "unknown data plane"}${calico === null ? "" : `, Calico ${calico}`}`;

export const withSpread = ({ median, min, max }: Spread): string =>
  min === max ? round(median) : `${round(median)} (${round(min)} to ${round(max)})`;

export function table(rows: readonly Row[], before: Result, after: Result): string {
  const head = ["", "", `before: ${labelOf(before)}`, `after: ${labelOf(after)}`, "ratio", ""];
  const told = rows.map((row, index) => [
    row.measurement === rows[index - 1]?.measurement ? "" : row.measurement,
    titleOf(row.metric),
    withSpread(row.before),
    withSpread(row.after),
    row.ratio?.toFixed(2) ?? "",
    row.verdict,
  ]);
  return plainTable([head, ...told]);
}
