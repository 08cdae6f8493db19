// Version ranges as `requirePulumiVersion` takes them (github.com/blang/semver): comparisons joined by blanks (and)
// and `||` (or); a bare `!` excludes one version.
type Version = [number, number, number];

const parse = (text: string): Version | undefined => {
  const found = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : undefined;
};

const compare = (a: Version, b: Version): number =>
  a[0] !== b[0] ? a[0] - b[0] : a[1] !== b[1] ? a[1] - b[1] : a[2] - b[2];

const operators: Record<string, (order: number) => boolean> = {
  "": (order) => order === 0,
  "=": (order) => order === 0,
  "==": (order) => order === 0,
  "!": (order) => order !== 0,
  "!=": (order) => order !== 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
};

/** @throws Error where the range cannot be read. */
export function satisfies(version: string, range: string): boolean {
  const mine = parse(version)!;
  const holds = (text: string): boolean => {
    const [, operator, bound] = /^([=!<>]*)(.*)$/.exec(text)!;
    const other = parse(bound);
    if (!other || !(operator in operators)) throw new Error(`could not parse version range "${range}"`);
    return operators[operator](compare(mine, other));
  };
  return range.split("||").some((part) => part.trim().split(/\s+/).every(holds));
}
