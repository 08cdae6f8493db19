// Taking objects away, and letting go of patched ones (pulumi-kubernetes await.go, Deletion).

import { getObject, relinquish, type Target } from "./apply";
import { isInvalid, isNotFound, messageOf, NoMatchError, type ApiError } from "./errors";
import { annotation, annotations, idOf, type KubeObject } from "./objects";
import { awaitDeleted } from "./wait";
import type { Wait } from "./wait/awaiter";

/** Objects that are gone, and kinds that are, count as deleted. */
export async function deleteObject(
  target: Target,
  inputs: KubeObject,
  object: KubeObject,
  wait: Wait,
): Promise<void> {
  try {
    if (target.patch) {
      await letGo(target, object);
    } else {
      await remove(target, inputs, object, wait);
    }
  } catch (error) {
    if (!(error instanceof NoMatchError) && !isNotFound(error)) {
      throw error;
    }
  }
}

async function remove(target: Target, inputs: KubeObject, object: KubeObject, wait: Wait): Promise<void> {
  const { op, api, discovery } = target;
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: propagation(inputs) };
  const path = await discovery.path(object, op.signal);
  const answer = await api.request("DELETE", path, { body, signal: op.signal });
  // The object itself where it is still going, else a Status that names it.
  const going = answer.kind === "Status" ? undefined : answer;
  const uid = going?.metadata.uid ?? answer.details?.uid ?? object.metadata.uid;
  const last = going ?? { ...object, metadata: { ...object.metadata, uid } };
  await awaitDeleted({ ...wait, object: last });
}

/** Foreground unless the annotation says otherwise (metadata/overrides.go, DeletionPropagation). */
function propagation(inputs: KubeObject): string {
  const policy = annotation(inputs, annotations.deletionPropagation).toLowerCase();
  return { orphan: "Orphan", background: "Background" }[policy] ?? "Foreground";
}

async function letGo(target: Target, object: KubeObject): Promise<void> {
  try {
    await getObject(target, object);
  } catch (error) {
    if (isNotFound(error)) {
      target.op.log(
        "warning",
        `${object.kind} ${idOf(object)} is gone, so there is nothing to let go of. (pulumi-kubernetes itself would ` +
          "apply the bare object here, which makes an empty one or fails; `pulumi refresh` avoids that.)",
      );
    }
    throw error;
  }
  try {
    await relinquish(target, object, target.fieldManager);
  } catch (error) {
    const causes: KubeObject[] = (error as ApiError).details?.causes ?? [];
    const required = isInvalid(error) && causes.find((c) => c.reason === "FieldValueRequired");
    if (!required) {
      throw error;
    }
    throw new Error(
      "this Patch resource is currently managing a required field, so it can't be deleted directly. Either set the " +
        "`retainOnDelete` resource option, or transfer ownership of the field before deleting: " +
        `${required.field}`,
      { cause: messageOf(error) },
    );
  }
}
