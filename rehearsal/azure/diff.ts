// What changed between two sets of inputs, and what of it Azure cannot change in place.
import { type Diff, type Json, type Props } from "../plugin/provider";
import { joined } from "../plugin/values";
import type { ResourceType } from "./types";
import { isObject, normalizedLocation } from "./values";

export function diffInputs(type: ResourceType, olds: Props, news: Props): Diff {
  const changed = [...changes(olds, news, "")].filter((path) => {
    // Case and spaces of a location mean nothing (pulumi-azure-native, provider/pkg/provider/diff.go).
    const [a, b] = [olds[path], news[path]];
    const bothText = typeof a === "string" && typeof b === "string";
    return !(path === "location" && bothText && normalizedLocation(a) === normalizedLocation(b));
  });
  const fixed = [...type.names, ...type.forceNew];
  const replace = changed.filter((path) => {
    const plain = path.replace(/\[\d+\]/g, "[]");
    return fixed.some(
      (name) => plain === name || plain.startsWith(`${name}.`) || plain.startsWith(`${name}[`),
    );
  });
  const sameName = type.names.every((name) => olds[name] === news[name]);
  return { changed, replace, deleteBeforeReplace: replace.length > 0 && sameName };
}

function* changes(a: Json | undefined, b: Json | undefined, path: string): Generator<string> {
  if (isObject(a) && isObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
      yield* changes(a[key] ?? undefined, b[key] ?? undefined, joined(path, key));
  } else if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.max(a.length, b.length); i++) yield* changes(a[i], b[i], `${path}[${i}]`);
  } else if (a !== b) yield path;
}
