// A report as people, programs and CI read it.
import { styleText } from "node:util";
import Table from "cli-table3";
import reportBuilder from "junit-report-builder";
import { type CheckResult, type Dataplane, isRed, type Status } from "./check";

export interface Report {
  command: "status" | "connectivity";
  context: string;
  server: string;
  /** When it was looked at (ISO 8601). */
  at: string;
  /** Nothing failed, and nothing is unknown. */
  well: boolean;
  checks: CheckResult[];
  /** Of `status`. */
  expected?: Dataplane;
}

export const isWell = (checks: readonly CheckResult[]): boolean => !checks.some(isRed);

const colors = {
  ok: "green",
  warning: "yellow",
  failed: "red",
  unknown: "magenta",
  skipped: "gray",
} as const;
const word = (status: Status) => styleText(colors[status], status, { stream: process.stdout });

/** Without borders: the columns are what matters, in a log as well. */
export function plainTable(rows: string[][]): string {
  const none = Object.fromEntries(
    ["top", "bottom", "left", "right", "mid", "middle"].flatMap((side) =>
      ["", "-mid", "-left", "-right"].map((end) => [`${side}${end}`, ""]),
    ),
  );
  const table = new Table({
    chars: { ...none, middle: "  " },
    // Its own colours come in files and pipes as well.
    style: { "padding-left": 0, "padding-right": 0, border: [], head: [] },
  });
  table.push(...rows);
  return table.toString().replace(/ +$/gm, "");
}

const titleOf = ({ command, expected }: Report): string =>
  command === "connectivity" ? "Connectivity" : expected === "Ebpf" ? "Calico eBPF" : "Calico iptables";

function table(report: Report): string {
  const { context, checks, well } = report;
  const rows = checks.flatMap(({ check, status, seen, advice }) => [
    [word(status), check, seen],
    ...(status === "ok" || advice === undefined ? [] : [["", "", `-> ${advice}`]]),
  ]);
  const count = (status: Status) => checks.filter((one) => one.status === status).length;
  const others = (["warning", "failed", "unknown", "skipped"] as const)
    .filter(count)
    .map((one) => `${count(one)} ${one}`);
  const sum = [`${count("ok")} of ${checks.length} checks ok`, ...others].join(", ");
  return `${titleOf(report)} on ${context}\n\n${plainTable(rows)}\n\n${sum}: ${well ? "well" : "NOT well"}`;
}

/** A failed check is a failure, one that could not be made an error, as CI shows them. */
function junit({ command, context, checks }: Report): string {
  const builder = reportBuilder.newBuilder();
  const suite = builder.testSuite().name(`aks-calico-ebpf ${command} ${context}`);
  for (const { check, status, seen, advice = "" } of checks) {
    const one = suite.testCase().className(command).name(check);
    if (status === "failed") one.failure(seen, advice);
    else if (status === "unknown") one.error(seen, advice);
    else one.standardOutput(`${status}: ${seen}${advice && `\n${advice}`}`);
    if (status === "skipped") one.skipped();
  }
  return builder.build();
}

export const formats = {
  table,
  json: (report: Report) => JSON.stringify(report, undefined, 2),
  junit,
};
export type Format = keyof typeof formats;
