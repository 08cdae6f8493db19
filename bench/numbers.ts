// What the benchmarks share: medians, a table, and the machine that the numbers belong to.
import os from "node:os";

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const ms = (value: number): string => `${Math.round(value)} ms`;
export const seconds = (value: number, digits = 1): string => `${value.toFixed(digits)} s`;
export const megabytes = (value: number): string => `${Math.round(value)} MB`;
export const ratio = (value: number, base: number): string => `${(value / base).toFixed(2)} x`;

/** Rows under a head; the first column to the left, the others, which are numbers, to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

export function machine(): string {
  const load = os.loadavg()[0].toFixed(1);
  return `Node.js ${process.version} on ${process.platform} ${process.arch}, ${os.availableParallelism()} cores, load before: ${load}`;
}
