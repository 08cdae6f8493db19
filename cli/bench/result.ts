// The file that `bench run` writes and `bench compare` reads.
import fs from "node:fs";
import * as v from "valibot";
import { UsageError } from "../exit";

/** Of the file's form: another one is refused. */
export const schemaVersion = 1;

const spread = v.object({
  runs: v.array(v.number()),
  median: v.number(),
  min: v.number(),
  max: v.number(),
});
/** What all runs of one measurement found. */
export type Spread = v.InferOutput<typeof spread>;

const node = v.object({
  name: v.string(),
  /** The label `node.kubernetes.io/instance-type`. */
  vmSize: v.nullable(v.string()),
  kernel: v.string(),
});
export type BenchNode = v.InferOutput<typeof node>;

const both = v.object({ server: v.number(), client: v.number() });

const file = v.object({
  schema: v.literal(schemaVersion),
  /** ISO 8601. */
  at: v.string(),
  /** Of this package. */
  version: v.string(),
  cluster: v.object({ context: v.string(), server: v.string() }),
  kubernetes: v.string(),
  /** Null = it is not known. */
  calico: v.nullable(v.string()),
  /** `linuxDataplane` of the Installation, such as BPF. */
  dataplane: v.nullable(v.string()),
  nodes: v.object({ server: node, client: node }),
  settings: v.object({ seconds: v.number(), runs: v.number(), image: v.string() }),
  /** Cores that both nodes use without a load; null where it could not be read. */
  idle: v.nullable(both),
  /** Why there are no CPU figures. */
  cpuUnread: v.optional(v.string()),
  /** Null = it could not be measured. */
  measurements: v.array(v.object({ name: v.string(), values: v.record(v.string(), v.nullable(spread)) })),
});
export type Result = v.InferOutput<typeof file>;
export type Measurement = Result["measurements"][number];

/** Null where a run has none: of the others alone it would be another measurement. */
export function spreadOf(runs: readonly (number | null | undefined)[]): Spread | null {
  const numbers = runs.filter((one): one is number => typeof one === "number");
  if (numbers.length === 0 || numbers.length < runs.length) return null;
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  return { runs: numbers, median, min: sorted[0], max: sorted.at(-1)! };
}

/** @throws UsageError saying what is wrong with it */
export function readResult(name: string): Result {
  const advice = "give two files that `aks-calico-ebpf bench run` of this version has written";
  let found: any;
  try {
    found = JSON.parse(fs.readFileSync(name, "utf8"));
  } catch (error) {
    throw new UsageError(`${name} cannot be read: ${(error as Error).message}`, advice);
  }
  if (found?.schema !== schemaVersion)
    throw new UsageError(
      `${name} is of form ${found?.schema ?? "unknown"}, and this version reads form ${schemaVersion}`,
      advice,
    );
  const read = v.safeParse(file, found);
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new UsageError(`${name} is not whole: ${v.getDotPath(issue)}: ${issue.message}`, advice);
}
