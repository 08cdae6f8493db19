// Who owns which field of an object.

import { randomBytes } from "node:crypto";
import type { Props } from "../provider";
import type { Target } from "./apply";
import { annotation, annotations, FIELD_MANAGER, type KubeObject } from "./objects";

/** The name that pulumi-kubernetes POSTs with; the first update adopts its fields. */
export const CREATOR = "pulumi-kubernetes";

/** One name a resource for its whole life, unless an annotation names it (provider.go, fieldManagerName). */
export function fieldManagerName(inputs: KubeObject, outputs: Props = {}): string {
  const recorded = outputs[FIELD_MANAGER];
  return (
    annotation(inputs, annotations.patchFieldManager) ||
    (typeof recorded === "string" && recorded) ||
    `${CREATOR}-${randomBytes(4).toString("hex")}`
  );
}

/** Whether {@link fieldManagerName} may have made the name up. */
export const isMadeUp = (name: string): boolean => /^pulumi-kubernetes-[0-9a-f]{8}$/.test(name);

/** Writers that handed an object over to us (await.go, fixCSAFieldManagers), as `manager/operation`. */
const handedOver = new Set([
  "kubectl/Apply",
  "kubectl/Update",
  "before-first-apply/Update",
  `${CREATOR}/Update`,
  "pulumi-kubernetes.exe/Update",
  "pulumi-resource-kubernetes/Update",
]);

/**
 * Gives the fields that this provider's POST, or kubectl, wrote to the resource's own field manager. Without it, the
 * apply that follows would find itself in conflict with the POST that made the object.
 */
export async function adoptClientSideFields(target: Target, live: KubeObject): Promise<void> {
  const entries: KubeObject[] = live.metadata.managedFields ?? [];
  const ours = (e: KubeObject) =>
    e.manager === target.fieldManager && e.operation === "Apply" && !e.subresource;
  const taken = entries.filter((e) => !e.subresource && handedOver.has(`${e.manager}/${e.operation}`));
  if (taken.length === 0) {
    return;
  }
  const own = [...entries.filter(ours), ...taken];
  const merged = {
    ...own[0],
    manager: target.fieldManager,
    operation: "Apply",
    fieldsV1: own.map((e) => e.fieldsV1).reduce(union),
  };
  const value = [...entries.filter((e) => !own.includes(e)), merged];
  const body = [
    { op: "replace", path: "/metadata/managedFields", value },
    { op: "replace", path: "/metadata/resourceVersion", value: live.metadata.resourceVersion },
  ];
  const path = await target.discovery.path(live, target.op.signal);
  const contentType = "application/json-patch+json";
  await target.api.request("PATCH", path, { body, contentType, signal: target.op.signal });
}

/** FieldsV1 is a tree of maps: `{"f:spec": {"f:replicas": {}}}`. */
function union(a: KubeObject, b: KubeObject): KubeObject {
  const out = { ...a };
  for (const [key, value] of Object.entries(b)) {
    out[key] = key in out ? union(out[key], value) : value;
  }
  return out;
}

/** Whether every field of `part` is one of `whole`. */
export function covers(whole: KubeObject, part: KubeObject): boolean {
  return Object.entries(part).every(([key, value]) => key in whole && covers(whole[key], value));
}
