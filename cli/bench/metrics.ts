// What is measured, in the words of tables.
export interface Metric {
  title: string;
  /** Left out: neither is better by itself. */
  better?: "more" | "less";
}

export const metrics: Record<string, Metric> = {
  gbit: { title: "Gbit/s", better: "more" },
  coresPerGbit: { title: "cores per Gbit/s", better: "less" },
  cores: { title: "cores, both nodes" },
  serverMiB: { title: "server node, MiB" },
  clientMiB: { title: "client node, MiB" },
  retransmits: { title: "retransmits", better: "less" },
  lostPercent: { title: "% lost", better: "less" },
  perSecond: { title: "connections/s", better: "more" },
  p50Ms: { title: "ms, p50", better: "less" },
  p99Ms: { title: "ms, p99", better: "less" },
  failedPercent: { title: "% failed", better: "less" },
  readySeconds: { title: "s until the last Service answers", better: "less" },
};

export const titleOf = (metric: string): string => metrics[metric]?.title ?? metric;

/** Three digits that count, and no more zeros than needed. */
export const round = (value: number): string =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
