// Finding what a killed run has left: its create was sent, and nobody wrote down what came of it. An object does not
// say which run made it; its field managers do, together with the very fields and values that the inputs would set.

import { isDeepStrictEqual } from "node:util";
import type { State } from "../provider";
import { getObject, isApplied, tryApply, type Target } from "./apply";
import { shape } from "./diff";
import { ApiError, isConflict, isNotFound, messageOf, NoMatchError } from "./errors";
import { covers, CREATOR, fieldManagerName, isMadeUp } from "./fieldManagers";
import { annotation, annotations, idOf, type KubeObject } from "./objects";
import { stateOf } from "./outcome";

/** How often an object may change between its reading and its trial, before the search is given up. */
const MAX_ATTEMPTS = 5;

/**
 * What a killed create with these inputs made; undefined = nothing, or nothing that is certainly its own. It changes
 * nothing, because a preview looks too.
 * @param inUse field managers that other resources of the state are known to have.
 * @throws Error where the API server cannot tell: the question must stay open then.
 */
export async function recoverObject(
  target: Target,
  inputs: KubeObject,
  inUse: ReadonlySet<unknown>,
): Promise<State | undefined> {
  const found = await lookUp(target, inputs);
  if (!found || found.live.metadata.deletionTimestamp) {
    return undefined;
  }
  const manager = isApplied(target) ? applierOf(target, inputs, found, inUse) : creatorOf(inputs, found);
  return manager === undefined ? undefined : stateOf(found.live, manager, inputs.apiVersion);
}

interface Found {
  readonly live: KubeObject;
  /** The fields that the inputs own, as the API server counts them (FieldsV1). */
  readonly fields: KubeObject;
}

/** The live object and the inputs' fields; undefined = there is none, or its values are not those of the inputs. */
async function lookUp(target: Target, inputs: KubeObject): Promise<Found | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      const live = await getObject(target, inputs);
      const trial = await tried(target, inputs, live);
      return trial && { live, fields: trial };
    } catch (error) {
      if (isNotFound(error) || error instanceof NoMatchError) {
        return undefined;
      }
      // Refused: the create was, too, or it has met another object since.
      if (error instanceof ApiError && [400, 422].includes(error.code)) {
        target.op.log("warning", `cannot be what the interrupted run made: ${messageOf(error)}`);
        return undefined;
      }
      if (!isConflict(error) || attempt >= MAX_ATTEMPTS) {
        throw error;
      }
    }
  }
}

/**
 * The fields that an apply of the inputs would own, by a dry run under a name that nobody has: only the API server
 * knows the keys of every list, what a default adds to them and what it drops. undefined = it would change a value.
 */
async function tried(target: Target, inputs: KubeObject, live: KubeObject): Promise<KubeObject | undefined> {
  const fieldManager = fieldManagerName({});
  // A POST keeps a Secret's `stringData` as `data`; an apply goes on owning what it was sent.
  const body = isApplied(target) ? structuredClone(inputs) : shape(inputs);
  // Both must be of the same moment: others write into the object all the time.
  body.metadata.resourceVersion = live.metadata.resourceVersion;
  const trial = await tryApply({ ...target, fieldManager }, body);
  const entries: KubeObject[] = trial.metadata.managedFields ?? [];
  const mine = entries.find((e) => e.manager === fieldManager);
  return isDeepStrictEqual(declared(trial), declared(live)) ? (mine?.fieldsV1 ?? {}) : undefined;
}

/** An object without what the server itself writes. */
function declared(object: KubeObject): KubeObject {
  const { generation: _, managedFields: _m, resourceVersion: _r, ...metadata } = object.metadata;
  const { status: _s, ...rest } = object;
  return { ...rest, metadata };
}

/** A POST has left the field manager of all creates; its fields are those of the inputs and their defaults. */
function creatorOf(inputs: KubeObject, { live, fields }: Found): string | undefined {
  const entries: KubeObject[] = live.metadata.managedFields ?? [];
  const posted = entries.find((e) => e.manager === CREATOR && e.operation === "Update" && !e.subresource);
  return posted && covers(posted.fieldsV1, fields) ? fieldManagerName(inputs) : undefined;
}

/** An apply has left a field manager with a made-up name, or the one that the inputs ask for. */
function applierOf(
  { op }: Target,
  inputs: KubeObject,
  { live, fields }: Found,
  inUse: ReadonlySet<unknown>,
): string | undefined {
  const asked = annotation(inputs, annotations.patchFieldManager);
  const entries: KubeObject[] = live.metadata.managedFields ?? [];
  const [latest, ...surplus] = entries
    .filter((e) => e.operation === "Apply" && !e.subresource)
    .filter((e) => (asked ? e.manager === asked : isMadeUp(e.manager) && !inUse.has(e.manager)))
    .filter((e) => e.apiVersion === inputs.apiVersion && isDeepStrictEqual(e.fieldsV1, fields))
    .sort((a, b) => String(b.time).localeCompare(String(a.time)));
  if (surplus.length > 0) {
    // Not let go of here: another stack may patch the same fields with the same values.
    const names = surplus.map((e) => e.manager).join(", ");
    op.log(
      "warning",
      `${live.kind} ${idOf(live)}: took over field manager ${latest.manager}, which owns exactly these fields; so does ` +
        `${names}. Where no other stack has it, it is of an earlier interrupted run, and these fields stay until it ` +
        "lets go of them: kubectl apply --server-side --field-manager=<it> of the object with its name alone.",
    );
  }
  return latest?.manager;
}
