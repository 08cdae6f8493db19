// Values that differ in writing only: the API server writes "1000m" as "1", and null or an empty map means absent.

const suffixes: Record<string, number> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Whether two primitive values mean the same to Kubernetes (resource.Quantity in apimachinery). */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b || (empty(a) && empty(b))) {
    return true;
  }
  // Labels and versions such as "1.0" and "1.00" are texts: only a unit on one side makes a quantity.
  const [x, y] = [quantity(a), quantity(b)];
  return (
    x !== undefined &&
    y !== undefined &&
    (x.unit || y.unit) &&
    Math.abs(x.value - y.value) < 1e-9 * Math.abs(x.value)
  );
}

/** The server drops empty maps and lists of built-in kinds. */
function empty(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0)
  );
}

function quantity(value: unknown): { value: number; unit: boolean } | undefined {
  const match = /^([+-]?\d+(?:\.\d+)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(
    typeof value === "number" || typeof value === "string" ? String(value) : "",
  );
  return match
    ? { value: Number(match[1]) * suffixes[match[2] ?? ""], unit: match[2] !== undefined }
    : undefined;
}
