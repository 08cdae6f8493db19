// What changed in a release: the new inputs against the recorded outputs, which hold what a refresh found, and what the
// old inputs had beside them (helm_release.go, Diff: a three-way merge without a schema).

import { isDeepStrictEqual } from "node:util";
import type { Diff, Json, Props } from "../../provider";

/** A release keeps its name and namespace for its whole life. */
const forceNew = ["name", "namespace"];

export function diffRelease(oldInputs: Props, oldOutputs: Props, news: Props): Diff {
  const changed: string[] = [];
  compare("", oldInputs, oldOutputs, news, changed);
  return {
    changed,
    replace: changed.filter((path) => forceNew.includes(path)),
    deleteBeforeReplace: false,
  };
}

function compare(path: string, before: Props, live: Props, wanted: Props, changed: string[]): void {
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(before)])) {
    const here = show(path, key);
    if (!(key in wanted)) {
      if (key in live) changed.push(here);
    } else if (isMap(wanted[key]) && isMap(live[key])) {
      compare(here, isMap(before[key]) ? before[key] : {}, live[key], wanted[key], changed);
    } else if (!isDeepStrictEqual(wanted[key], live[key])) {
      changed.push(here);
    }
  }
}

const isMap = (value: Json | undefined): value is Props =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function show(path: string, key: string): string {
  if (/[."[\]]/.test(key)) return `${path}["${key.replaceAll('"', '\\"')}"]`;
  return path === "" ? key : `${path}.${key}`;
}
