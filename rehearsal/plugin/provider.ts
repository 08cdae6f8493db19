// What the engine asks of a resource provider: Pulumi's provider protocol, reduced to what a rehearsal needs.
import type { CheckFailure } from "@pulumi/pulumi/provider";

export type { CheckFailure };

/** JSON as a provider sees it: secrets already unwrapped; {@link UNKNOWN} stands for what a preview cannot know. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Props = { [key: string]: Json };

/** Pulumi's sentinel for a value that is not known yet (`UnknownStringValue` in the Go SDK's plugin/rpc.go). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** One operation on one resource: who it is, how long it may take, and how to tell the user what it waits for. */
export interface Operation {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** `customTimeouts` of this operation in seconds; undefined = the provider's default. */
  readonly timeoutSeconds?: number;
  /** Fires on Ctrl-C: stop waiting, leave what is done, throw. */
  readonly signal: AbortSignal;
  /** Shows on the resource's line what it is doing or waiting for. */
  status(message: string): void;
  /** A message that stays: a warning of the API server, for example. */
  log(severity: "info" | "warning", message: string): void;
}

export interface Checked {
  readonly inputs: Props;
  readonly failures: CheckFailure[];
}

export interface Diff {
  /** Changed properties, as paths ("metadata.annotations.foo"); empty = nothing to do. */
  readonly changed: string[];
  /** Those of them that cannot be changed in place; empty = update in place. */
  readonly replace: string[];
  /** A replacement must delete first, because the new one would bear the same name. */
  readonly deleteBeforeReplace: boolean;
}

export interface State {
  readonly id: string;
  readonly outputs: Props;
  /** Of a `read`: the inputs that would make what is there. Without them those that are recorded stay. */
  readonly inputs?: Props;
}

/**
 * The resource exists (or was changed) but did not reach the wanted condition. The engine records it together with
 * `reasons` as `initErrors`, fails the operation, and the next `up` updates it again even where nothing changed.
 */
export class InitializationError extends Error {
  constructor(
    readonly state: State,
    readonly reasons: string[],
  ) {
    super(reasons.join("\n"));
    this.name = "InitializationError";
  }
}

/** A provider, configured with the inputs of its `pulumi:providers:*` resource. */
export interface ConfiguredProvider {
  check(op: Operation, olds: Props | undefined, news: Props): Promise<Checked>;
  /** @param oldInputs / oldOutputs as recorded in the state; @param news as `check` returned them. */
  diff(op: Operation, id: string, oldInputs: Props, oldOutputs: Props, news: Props): Promise<Diff>;
  create(op: Operation, news: Props): Promise<State>;
  update(op: Operation, id: string, oldInputs: Props, oldOutputs: Props, news: Props): Promise<State>;
  /** Reads the live resource; undefined = it is gone. */
  read(op: Operation, id: string, inputs: Props, outputs: Props): Promise<State | undefined>;
  delete(op: Operation, id: string, inputs: Props, outputs: Props): Promise<void>;
  /** A data-source call. Never called with unknown arguments. */
  invoke(token: string, args: Props, signal: AbortSignal): Promise<Props>;
}

export interface Provider {
  readonly pkg: string;
  /** Type tokens of the resources that it serves; the schema has these and the SDK's `get` functions for them. */
  readonly types: readonly string[];
  readonly functions?: readonly string[];
  /** Names of outputs (top level) that are secret whatever the program says. */
  secretOutputs(type: string): readonly string[];
  /** Names of outputs that no update changes; a preview of one knows them. */
  readonly stableOutputs?: readonly string[];
  /** @throws Error with a message for the user where the configuration cannot work. May be called in a preview. */
  configure(inputs: Props): Promise<ConfiguredProvider>;
}
