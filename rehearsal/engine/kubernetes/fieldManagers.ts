// Who owns which field of an object.

import { randomBytes } from "node:crypto";
import type { Props } from "../provider";
import type { Target } from "./apply";
import { annotation, annotations, FIELD_MANAGER, type KubeObject } from "./objects";

/** One name a resource for its whole life, unless an annotation names it (provider.go, fieldManagerName). */
export function fieldManagerName(inputs: KubeObject, outputs: Props = {}): string {
  const recorded = outputs[FIELD_MANAGER];
  return (
    annotation(inputs, annotations.patchFieldManager) ||
    (typeof recorded === "string" && recorded) ||
    `pulumi-kubernetes-${randomBytes(4).toString("hex")}`
  );
}

/** Writers that handed an object over to us (await.go, fixCSAFieldManagers), as `manager/operation`. */
const handedOver = new Set([
  "kubectl/Apply",
  "kubectl/Update",
  "before-first-apply/Update",
  "pulumi-kubernetes/Update",
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
