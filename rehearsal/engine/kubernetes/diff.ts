// What changed: the live object, cut to the shape of the old inputs, against the new inputs (provider.go, Diff).
// That sees a change of the program and, after a refresh, what others did to our fields.

import { UNKNOWN, type Diff, type Props } from "../provider";
import type { Config } from "./config";
import { normalized } from "./check";
import { forceNewPaths, touches } from "./forceNew";
import { annotation, annotations, nameOf, namespaceOf, toKubeObject, type KubeObject } from "./objects";
import { sameValue } from "./quantity";
import { isPatch } from "./types";

interface Change {
  readonly path: (string | number)[];
  /** The new value, or the old one where the field is taken out. */
  readonly value: unknown;
}

export function diffInputs(
  type: string,
  config: Config,
  oldInputs: Props,
  oldOutputs: Props,
  news: Props,
): Diff {
  const before = shape(oldInputs);
  const wanted = shape(news);
  const live = Object.keys(oldOutputs).length === 0 ? before : shape(oldOutputs);
  const pruned = prune(live, before) as KubeObject;
  // Where the program names now what auto-naming had named, or spells out "default", nothing changes.
  if (nameOf(wanted) !== "") {
    pruned.metadata = { ...pruned.metadata, name: nameOf(live) };
  }
  alignNamespace(pruned, wanted, live);
  const changes: Change[] = [];
  compare([], pruned, wanted, changes);

  const forceNew = forceNewPaths(wanted, isPatch(type, news), config);
  const replacing = changes.filter((c) => forceNew.some((pattern) => touches(pattern, c.path, c.value)));
  const replace = replacing.map((c) => show(c.path));
  return {
    changed: changes.map((c) => show(c.path)),
    replace,
    deleteBeforeReplace: replace.length > 0 && sameIdentity(wanted, live),
  };
}

/** A new object that bears the name of the old one can be made only when that is gone. */
export function sameIdentity(wanted: KubeObject, live: KubeObject): boolean {
  return (
    nameOf(wanted) === nameOf(live) &&
    (namespaceOf(wanted) || "default") === (namespaceOf(live) || "default") &&
    annotation(wanted, annotations.autonamed) !== "true"
  );
}

/** As the API server keeps it: a Secret's `stringData` becomes `data` (clients/unstructured.go, normalizeSecret). */
export function shape(inputs: Props): KubeObject {
  const object = normalized(toKubeObject(inputs));
  if (object.apiVersion === "v1" && object.kind === "Secret") {
    const strings: Record<string, unknown> = object.stringData ?? {};
    const encoded = Object.entries(strings).map(([k, v]) => [
      k,
      v === UNKNOWN ? v : Buffer.from(String(v)).toString("base64"),
    ]);
    if (encoded.length > 0) {
      object.data = { ...object.data, ...Object.fromEntries(encoded) };
    }
    delete object.stringData;
  }
  if (object.kind === "CustomResourceDefinition") {
    delete object.status;
  }
  return object;
}

function alignNamespace(pruned: KubeObject, wanted: KubeObject, live: KubeObject): void {
  if (wanted.metadata === UNKNOWN) {
    return;
  }
  // A kind without a namespace lives without one, whatever the inputs say.
  for (const object of [pruned, wanted]) {
    if (namespaceOf(live) === "") {
      delete object.metadata.namespace;
    } else {
      object.metadata.namespace ||= "default";
    }
  }
}

/** What of `source` the `target` has too: maps by key, lists by index (provider/util.go, pruneMap). */
function prune(source: unknown, target: unknown): unknown {
  if (Array.isArray(source) && Array.isArray(target)) {
    return target.slice(0, source.length).map((item, i) => prune(source[i], item));
  }
  if (isMap(source) && isMap(target)) {
    const kept = Object.keys(target).filter((key) => key in source);
    return Object.fromEntries(kept.map((key) => [key, prune(source[key], target[key])]));
  }
  return source;
}

function compare(path: (string | number)[], before: unknown, after: unknown, changes: Change[]): void {
  if (isMap(before) && isMap(after)) {
    for (const key of new Set([...Object.keys(after), ...Object.keys(before)])) {
      compare([...path, key], before[key], after[key], changes);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let i = 0; i < Math.max(before.length, after.length); i++) {
      compare([...path, i], before[i], after[i], changes);
    }
  } else if (!sameValue(before, after)) {
    changes.push({ path, value: after ?? before });
  }
}

function isMap(value: unknown): value is KubeObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A path as Pulumi writes it: `metadata.labels["app.kubernetes.io/name"]`. */
function show(path: (string | number)[]): string {
  return path.reduce<string>((shown, step) => {
    if (typeof step === "number") {
      return `${shown}[${step}]`;
    }
    if (/[."[\]]/.test(step)) {
      return `${shown}["${step.replaceAll('"', '\\"')}"]`;
    }
    return shown === "" ? step : `${shown}.${step}`;
  }, "");
}
