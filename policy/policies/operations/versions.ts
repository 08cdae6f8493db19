// Kubernetes versions as AKS takes them: `1.35`, which means its newest patch, or `1.35.2`.

/** Its numbers; undefined for what is no version. */
export function numbers(version: any): number[] | undefined {
  return typeof version === "string" && /^v?\d+\.\d+(\.\d+)?$/.test(version)
    ? version.replace(/^v/, "").split(".").map(Number)
    : undefined;
}

/** Whether one is older than the other, as far as both say it. */
export function isOlder(version: number[], than: number[]): boolean {
  for (let at = 0; at < Math.min(version.length, than.length); at++) {
    if (version[at] !== than[at]) return version[at] < than[at];
  }
  return false;
}

/** Whether both may be the same, as far as both say it: `1.35` and `1.35.2` may. */
export function mayEqual(one: number[], other: number[]): boolean {
  return !isOlder(one, other) && !isOlder(other, one);
}
