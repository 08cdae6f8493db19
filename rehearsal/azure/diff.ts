// What changed between two sets of inputs, and what of it Azure cannot change in place; and what changed in Azure, told
// in inputs (pulumi-azure-native, provider/pkg/provider/diff.go).
import { type Diff, type Json, type Props } from "../plugin/provider";
import { joined } from "../plugin/values";
import type { ResourceType } from "./types";
import { equal, isObject, normalizedLocation } from "./values";

export function diffInputs(type: ResourceType, olds: Props, outputs: Props, news: Props): Diff {
  // An import, and a state of azure-native 2, has no version among its inputs.
  const before: Props = { azureApiVersion: outputs.azureApiVersion ?? null, ...olds };
  const changed = [...changes(placed(before), placed(news), "")];
  const fixed = [...type.names, ...type.forceNew];
  const replace = changed.filter((path) => {
    // What Azure has already is no other resource when the program says it as well.
    if ((olds[path] ?? null) === null && path in outputs && equal(news[path], outputs[path])) return false;
    const plain = `${path.replace(/\[.*?\]/g, "")}.`;
    return fixed.some((name) => plain.startsWith(`${name}.`));
  });
  return { changed, replace, deleteBeforeReplace: replace.length > 0 && olds.__createBeforeDelete !== true };
}

/** Case and spaces of a location mean nothing. */
const placed = (inputs: Props): Props =>
  typeof inputs.location === "string" ? { ...inputs, location: normalizedLocation(inputs.location) } : inputs;

function* changes(a: Json | undefined, b: Json | undefined, path: string): Generator<string> {
  if (isObject(a) && isObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
      yield* changes(a[key] ?? undefined, b[key] ?? undefined, joined(path, key));
  } else if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.max(a.length, b.length); i++) yield* changes(a[i], b[i], `${path}[${i}]`);
  } else if (a !== b) yield path;
}

/**
 * The inputs after what changed in Azure between two reads: most of what Azure answers are its own defaults, which no
 * program has to repeat, so only differences are carried over (`applyDiff`).
 */
export function drifted(inputs: Json | undefined, before: Json | undefined, now: Json): Json {
  if (inputs !== undefined && equal(before, now)) return inputs;
  if (Array.isArray(inputs) && Array.isArray(before) && Array.isArray(now))
    return now.map((one, i) =>
      i < inputs.length && i < before.length ? drifted(inputs[i], before[i], one) : one,
    );
  if (!isObject(inputs) || !isObject(before) || !isObject(now)) return now;
  const kept = Object.entries(inputs).filter(([key]) => key in now || !(key in before));
  const moved = Object.entries(now).filter(([key, value]) => !equal(before[key], value));
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(moved.map(([key, value]) => [key, drifted(inputs[key], before[key], value)])),
  };
}
