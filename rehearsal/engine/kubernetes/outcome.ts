// What an operation leaves behind: the recorded state, or an error in the words of pulumi-kubernetes.

import { InitializationError, type Operation, type State } from "../provider";
import { messageOf, NoMatchError, WaitError } from "./errors";
import { FIELD_MANAGER, idOf, INITIAL_API_VERSION, toProps, type KubeObject } from "./objects";
import { parseType } from "./types";

export function creationError(op: Operation, error: unknown): Error {
  if (error instanceof NoMatchError) {
    const { apiVersion, name } = parseType(op.type);
    return new Error(
      `creation of resource "${op.urn}" with kind ${apiVersion}/${name} failed because the Kubernetes API server ` +
        "reported that the apiVersion for this resource does not exist. Verify that any required CRDs have been " +
        `created: ${messageOf(error)}`,
    );
  }
  return new Error(
    `resource "${op.urn}" was not successfully created by the Kubernetes API server: ${messageOf(error)}`,
    { cause: error },
  );
}

export function failedToInitialize(what: string, error: unknown, state: State): InitializationError {
  const further = error instanceof WaitError ? error.subErrors : [];
  return new InitializationError(state, [`${what}: ${messageOf(error)}`, ...further]);
}

/** What is recorded: the live object, its field manager and the API version it was made with. */
export function stateOf(live: KubeObject, fieldManager: string, initialApiVersion: unknown): State {
  const kept = { [INITIAL_API_VERSION]: String(initialApiVersion), [FIELD_MANAGER]: fieldManager };
  return { id: idOf(live), outputs: { ...toProps(live), ...kept } };
}
