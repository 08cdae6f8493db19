// Inputs before anything is done with them: names, namespaces and what cannot work (provider.go, Check).

import { randomBytes } from "node:crypto";
import { UNKNOWN, type CheckFailure, type Checked, type Operation, type Props } from "../provider";
import type { Config } from "./config";
import { messageOf } from "./errors";
import { annotation, annotations, nameOf, type KubeObject } from "./objects";
import { builtIn, isList, isPatch, parseType } from "./types";
import { parseWaitFor } from "./wait/waitFor";

/** `metadata` members that only the server writes; an import or a copied manifest may bring them along. */
const readOnly = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** @param namespaced whether the kind has a namespace; asked of the API server where it answers. */
export async function checkInputs(
  op: Operation,
  config: Config,
  olds: Props | undefined,
  news: Props,
  namespaced: (object: KubeObject) => Promise<boolean>,
): Promise<Checked> {
  const type = parseType(op.type);
  const failures: CheckFailure[] = [];
  if (isList(type)) {
    const reason =
      "list resources exist for compatibility with YAML manifests and Helm charts, and cannot be created directly. " +
      "Use the underlying resource type instead";
    return { inputs: news, failures: [{ property: "kind", reason }] };
  }
  const object = normalized({ apiVersion: type.apiVersion, kind: type.name, ...news });
  if (object.metadata === UNKNOWN) {
    return { inputs: object, failures };
  }
  warnAboutAnnotations(op, config, object);
  if (isPatch(op.type, news)) {
    if (nameOf(object) === "") {
      const reason = "patch resources require the `.metadata.name` field to be set";
      failures.push({ property: "metadata.name", reason });
    }
  } else if (nameOf(object) === "") {
    assignName(op, object, olds, failures);
  }
  failures.push(...annotationFailures(object), ...waitForFailures(object));
  if (!object.metadata.namespace && (await namespaced(object))) {
    object.metadata.namespace = config.namespace;
  }
  return { inputs: object, failures };
}

/** A copy without what only the server writes. */
export function normalized(inputs: KubeObject): KubeObject {
  const object = structuredClone(inputs);
  if (object.metadata !== UNKNOWN) {
    object.metadata ??= {};
    for (const member of readOnly) {
      delete object.metadata[member];
    }
    // Go's types leave an empty map out; applied as it stands, the bare map itself would get an owner.
    for (const [holder, member] of [
      [object.metadata, "annotations"],
      [object.metadata, "labels"],
      [object, "data"],
    ] as const) {
      if (builtIn(object.apiVersion) && isEmptyMap(holder[member])) {
        delete holder[member];
      }
    }
  }
  return object;
}

function isEmptyMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** Auto-naming: `name-<8 hex digits>`, kept from run to run (metadata/naming.go; resource.NewUniqueName). */
function assignName(
  op: Operation,
  object: KubeObject,
  olds: Props | undefined,
  failures: CheckFailure[],
): void {
  if (object.metadata.generateName) {
    const reason = "the `.metadata.generateName` field is not supported in Server-Side Apply mode";
    failures.push({ property: "metadata.generateName", reason });
    return;
  }
  const kept = olds && annotation(olds, annotations.autonamed) === "true" ? nameOf(olds) : "";
  object.metadata.name = kept || `${op.name}-${randomBytes(4).toString("hex")}`;
  if (object.metadata.annotations !== UNKNOWN) {
    object.metadata.annotations = { ...object.metadata.annotations, [annotations.autonamed]: "true" };
  }
}

function warnAboutAnnotations(op: Operation, config: Config, object: KubeObject): void {
  const all: Record<string, unknown> = object.metadata.annotations ?? {};
  for (const [key, value] of Object.entries(all)) {
    if (key.startsWith(annotations.autonamed)) {
      op.log("warning", `ignoring user-specified value for internal annotation "${key}"`);
    }
    if (key.startsWith("helm.sh/hook") && /test/.test(String(value)) && !config.suppressHelmHookWarnings) {
      op.log(
        "warning",
        "This resource contains Helm hooks that are not currently supported by Pulumi. The resource will be created, " +
          "but any hooks will not be executed.",
      );
    }
  }
}

/** The real provider passes over a `pulumi.com/` annotation that it does not know; here a slip is told. */
function annotationFailures(object: KubeObject): CheckFailure[] {
  const known: string[] = Object.values(annotations);
  const all: Record<string, unknown> =
    object.metadata.annotations === UNKNOWN ? {} : (object.metadata.annotations ?? {});
  return Object.keys(all)
    .filter((key) => key.startsWith("pulumi.com/") && !known.includes(key))
    .map((key) => ({
      property: `metadata.annotations["${key}"]`,
      reason: `pulumi-kubernetes knows no annotation ${key}; it knows ${known.join(", ")}`,
    }));
}

/** The real provider finds a bad expression only after it has made the object, and then loses track of that. */
function waitForFailures(object: KubeObject): CheckFailure[] {
  const expression = annotation(object, annotations.waitFor);
  if (expression === "" || expression.includes(UNKNOWN)) {
    return [];
  }
  try {
    parseWaitFor(expression);
    return [];
  } catch (error) {
    return [{ property: `metadata.annotations["${annotations.waitFor}"]`, reason: messageOf(error) }];
  }
}
