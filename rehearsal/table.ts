// The table that a rehearsal ends with.
import { styleText } from "node:util";
import type { CheckResult } from "./verify";

/** @param colour false = plain text, for logs */
export function tableLines(title: string, results: readonly CheckResult[], colour: boolean): string[] {
  const mark = (ok: boolean) => {
    const word = ok ? "ok  " : "FAIL";
    return colour ? styleText(ok ? "green" : "red", word) : word;
  };
  const width = Math.max(...results.map((one) => one.check.length));
  const rows = results.flatMap((one) => [
    `  ${mark(one.ok)}  ${one.check.padEnd(width)}  ${one.seen}`,
    ...(one.ok ? [] : [`        ${one.advice}`]),
  ]);
  const good = results.filter((one) => one.ok).length;
  return [title, ...rows, `  ${good} of ${results.length} checks ok`];
}
