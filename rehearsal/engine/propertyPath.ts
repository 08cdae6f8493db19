// Property paths of resource options (`ignoreChanges`, `replaceOnChanges`): a.b[0]["c.d"].* as in
// sdk/go/common/resource/property_path.go.
import type { Json, Props } from "./provider";

type Key = string | number;

/** @throws Error that names the path where it cannot be read. */
export function parsePath(text: string): Key[] {
  const keys: Key[] = [];
  const token = /(?:^|\.)([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\[(\*)\]/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (!found) throw new Error(`'${text}' is not a property path (at character ${at + 1})`);
    const [, name, index, quoted, star] = found;
    keys.push(name ?? star ?? (index === undefined ? quoted.replace(/\\(.)/g, "$1") : Number(index)));
  }
  return keys;
}

/** Whether a changed path (`metadata.annotations.foo`) lies at, under or above the given one; `*` stands for any key. */
export function covers(option: string, changed: string): boolean {
  const wanted = parsePath(option);
  let keys: Key[];
  try {
    keys = parsePath(changed);
  } catch {
    // A provider may report keys with dots in them unquoted; then only the beginning can be compared.
    keys = changed.split(".");
  }
  const shared = Math.min(wanted.length, keys.length);
  for (let i = 0; i < shared; i++) {
    if (wanted[i] !== "*" && String(wanted[i]) !== String(keys[i])) return false;
  }
  return true;
}

const container = (value: Json | undefined): value is Props | Json[] =>
  typeof value === "object" && value !== null;

function put(target: Json | undefined, source: Json | undefined, keys: Key[]): Json | undefined {
  if (keys.length === 0) return source;
  if (!container(target)) return target;
  const [key, ...rest] = keys;
  const copy: any = Array.isArray(target) ? [...target] : { ...target };
  const from: any = container(source) ? source : undefined;
  const each = key === "*" ? [...new Set([...Object.keys(copy), ...Object.keys(from ?? {})])] : [key];
  for (const one of each) {
    // A path that leads nowhere on one side is an addition or a removal below a missing parent: nothing to keep.
    if (rest.length > 0 && !container(copy[one])) continue;
    const value = put(copy[one], from?.[one], rest);
    if (value !== undefined) copy[one] = value;
    else if (Array.isArray(copy)) copy.splice(Number(one), 1);
    else delete copy[one];
  }
  return copy;
}

/** The new inputs with every ignored path as it was before. */
export const withIgnoredChanges = (news: Props, olds: Props, paths: readonly string[]): Props =>
  paths.reduce((props, text) => put(props, olds, parsePath(text)) as Props, news);
