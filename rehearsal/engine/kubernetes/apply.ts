// Creating, changing and letting go of objects (pulumi-kubernetes provider/pkg/await/await.go and pkg/ssa).

import { setTimeout as sleep } from "node:timers/promises";
import type { Operation } from "../provider";
import type { ApiClient, RequestOptions } from "./client";
import type { Config } from "./config";
import type { Discovery } from "./discovery";
import { isAlreadyExists, isConflict, isNotFound, messageOf, NoMatchError } from "./errors";
import { adoptClientSideFields, CREATOR } from "./fieldManagers";
import { annotation, annotations, isCrd, type KubeObject } from "./objects";

/** Everything that an operation on one object needs. */
export interface Target {
  readonly op: Operation;
  readonly api: ApiClient;
  readonly discovery: Discovery;
  readonly config: Config;
  readonly patch: boolean;
  readonly fieldManager: string;
}

const APPLY = "application/apply-patch+yaml";
const MAX_RETRIES = 5;

/** A plain object is POSTed, so that an existing one is an error; a Patch, or an upsert, is applied. */
export async function createObject(target: Target, inputs: KubeObject): Promise<KubeObject> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await createOnce(target, inputs);
    } catch (error) {
      if (isAlreadyExists(error)) {
        throw new Error(`${messageOf(error)}\n\n${alreadyExistsHelp}`, { cause: error });
      }
      // The namespace, or the CustomResourceDefinition, may be on its way.
      const mayCome = isNotFound(error) || error instanceof NoMatchError;
      if (mayCome || !isConflict(error)) {
        target.op.status(`Retry #${attempt}; creation failed: ${messageOf(error)}`);
      }
      if (!mayCome || attempt >= MAX_RETRIES) {
        throw error;
      }
      await sleep(1000 * 2 ** attempt, undefined, { signal: target.op.signal });
    }
  }
}

/** Whether a create is a server-side apply. */
export const isApplied = ({ patch, config }: Target): boolean => patch || config.upsertExistingObjects;

async function createOnce(target: Target, inputs: KubeObject): Promise<KubeObject> {
  const { op, api, discovery, config } = target;
  if (isApplied(target)) {
    return applyObject(target, inputs, patchForce(inputs, config));
  }
  const query = { fieldManager: CREATOR, fieldValidation: "Warn" };
  const path = await discovery.collection(inputs, op.signal);
  return api.request("POST", path, { ...options(target), query, body: inputs });
}

/** @param live the object before the change, as just read. */
export async function updateObject(
  target: Target,
  live: KubeObject,
  inputs: KubeObject,
): Promise<KubeObject> {
  if (isCrd(inputs)) {
    // A PUT changes the definition and leaves the objects of its kind alone.
    const body = structuredClone(inputs);
    body.metadata.resourceVersion = live.metadata.resourceVersion;
    const query = { fieldManager: target.fieldManager };
    const path = await target.discovery.path(inputs, target.op.signal);
    return target.api.request("PUT", path, { ...options(target), query, body });
  }
  if (!target.patch) {
    await adoptClientSideFields(target, live);
  }
  // Objects older than server-side apply have no managed fields at all.
  const force = patchForce(inputs, target.config) || (live.metadata.managedFields ?? []).length === 0;
  return applyObject(target, inputs, force);
}

/**
 * Gives up all fields of a field manager by applying the bare object. What it alone owned returns to its default or
 * goes away.
 */
export async function relinquish(target: Target, object: KubeObject, fieldManager: string): Promise<void> {
  const { name, namespace } = object.metadata;
  const bare: KubeObject = {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: namespace ? { name, namespace } : { name },
  };
  const path = await target.discovery.path(bare, target.op.signal);
  const query = { fieldManager };
  await target.api.request("PATCH", path, { ...options(target), query, body: bare, contentType: APPLY });
}

export async function getObject(target: Target, object: KubeObject): Promise<KubeObject> {
  return target.api.request("GET", await target.discovery.path(object, target.op.signal), options(target));
}

/** What an apply would make of the object; whoever stands in its way gives way, and nothing is changed. */
export async function tryApply(target: Target, inputs: KubeObject): Promise<KubeObject> {
  const { op, api, discovery, fieldManager } = target;
  const query = { fieldManager, force: "true", dryRun: "All" };
  const path = await discovery.path(inputs, op.signal);
  return api.request("PATCH", path, { query, body: inputs, contentType: APPLY, signal: op.signal });
}

async function applyObject(target: Target, inputs: KubeObject, force: boolean): Promise<KubeObject> {
  const path = await target.discovery.path(inputs, target.op.signal);
  const query = { fieldManager: target.fieldManager, force: String(force), fieldValidation: "Warn" };
  try {
    return await target.api.request("PATCH", path, {
      ...options(target),
      query,
      body: inputs,
      contentType: APPLY,
    });
  } catch (error) {
    throw isConflict(error) ? conflictError(error, target.fieldManager) : error;
  }
}

function patchForce(inputs: KubeObject, config: Config): boolean {
  return config.enablePatchForce || annotation(inputs, annotations.patchForce) === "true";
}

/** The text of `handleSSAErr` in await.go. */
function conflictError(error: unknown, fieldManager: string): Error {
  const link =
    "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/" +
    "managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources";
  return new Error(
    `server-side apply field conflict detected, see ${link} for troubleshooting help\n` +
      `The resource managed by field manager "${fieldManager}" had an apply conflict: ${messageOf(error)}`,
    { cause: error },
  );
}

function options(target: Target): RequestOptions {
  const { op, config } = target;
  const warn = (message: string) => {
    if (!(config.suppressDeprecationWarnings && /deprecated/.test(message))) {
      op.log("warning", message);
    }
  };
  return { signal: op.signal, warn };
}

const alreadyExistsHelp = `The resource already exists in the cluster. This can happen when:

  - Renaming a Pulumi resource: use an alias to preserve the identity,
    or use deleteBeforeReplace if the resource needs replacement.
  - Managing an existing resource: use a Patch resource (e.g. NamespacePatch)
    to manage specific fields without owning the resource lifecycle.
  - Adopting a resource into Pulumi: use \`pulumi import\`. Note that
    protected resources (e.g. kube-system) cannot be deleted on destroy.
  - Intentional upsert: set upsertExistingObjects on the provider to allow
    server-side apply to update existing objects on create.`;
