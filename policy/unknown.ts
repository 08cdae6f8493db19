// Reading properties that a preview may not know yet. The policy SDK throws on touching such a value and turns that
// into an advisory "can't run policy ... during preview" on every first preview; a policy that reads through here
// decides for itself, and stays silent.

/** Stands for a value that is not known before the update. */
export const Unknown: unique symbol = Symbol("not known in a preview");

/** `@pulumi/policy` keeps its `UnknownValueError` (proxy.ts) to itself; this property is what tells it. */
function isUnknownValueError(error: any): boolean {
  return error instanceof Error && "unknownTypeSentinel" in error;
}

/**
 * The value at a path below `root`: {@link Unknown} where it or anything above it is not known yet, `undefined`
 * where it or anything above it is absent or null.
 */
export function read(root: any, ...path: string[]): any {
  try {
    let value = root;
    for (const key of path) {
      if (value === undefined || value === null) return undefined;
      value = value[key];
    }
    return value === null ? undefined : value;
  } catch (error) {
    if (isUnknownValueError(error)) return Unknown;
    throw error;
  }
}

/** The elements of a list, each {@link Unknown} where it is not known yet; none for what is no list, or no known one. */
export function items(list: any): any[] {
  if (!Array.isArray(list)) return [];
  return Array.from({ length: list.length }, (_, at) => read(list, String(at)));
}
