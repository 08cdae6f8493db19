// What to do about operations that an earlier run began and never finished: it was killed, or the machine died.
import type { Deployment } from "./deployment";
import type { ConfiguredProvider } from "./provider";
import type { Context } from "./context";
import type { Snapshot } from "./snapshot";
import type { Resource } from "./state";
import { forProvider, withSecretsOf } from "./values";

/** Tells of them by name, as the CLI does before an update. */
export function warnOfInterrupted(context: Context, snapshot: Snapshot): void {
  const { interrupted } = snapshot;
  if (interrupted.length === 0) return;
  const list = interrupted.map(({ type, resource }) => `  * ${resource.urn}, interrupted while ${type}`);
  context.diagnostic(
    "warning",
    [
      `Attempting to deploy or update resources with ${interrupted.length} pending operations from previous deployment.`,
      ...list,
      "An earlier run ended in the middle of them; they may have been carried out in full, in part or not at all.",
      "This run looks at each: what was created is taken over where the provider finds it, what was changed or",
      "deleted is done again.",
    ].join("\n"),
  );
}

/**
 * The old state to go on from, where the resource has an interrupted operation.
 * - created: what the provider finds of it is taken over and updated again;
 * - updated: updated again, also where the program's inputs are those of before the interrupted update;
 * - deleted: looked up; it is made anew if it is gone.
 */
export async function adoptInterrupted(
  { context, snapshot, providers }: Deployment,
  wanted: Resource,
  provider: ConfiguredProvider,
  old: Resource | undefined,
): Promise<Resource | undefined> {
  const pending = snapshot.interrupted.filter(({ resource }) => resource.urn === wanted.urn);
  if (pending.length === 0) return old;
  const settle = () => {
    snapshot.interrupted = snapshot.interrupted.filter((one) => !pending.includes(one));
  };
  const { type, resource } = pending[0];
  const again = (state: Resource): Resource => ({
    ...state,
    initErrors: [...(state.initErrors ?? []), `an earlier run was interrupted while ${type} it`],
  });
  let result = old;
  if (type === "creating" && !old) {
    const found = await provider.recover?.(context.operation(wanted), forProvider(resource.inputs));
    if (found) {
      context.diagnostic("info", `took over ${found.id}, which an interrupted run had created`, wanted.urn);
      result = again({ ...resource, id: found.id, outputs: withSecretsOf(found.outputs, resource.inputs) });
      snapshot.olds.push(result);
    }
  } else if (type === "deleting" && old) {
    const operation = context.operation(wanted, old.customTimeouts?.read);
    const reader = await providers.get(old.provider!, old.urn);
    const live = await reader.read(operation, old.id!, forProvider(old.inputs), forProvider(old.outputs));
    if (!live) snapshot.removeOld(old);
    result = live ? old : undefined;
  } else if (old) {
    result = again(old);
    snapshot.olds.splice(snapshot.olds.indexOf(old), 1, result);
  }
  settle();
  return result;
}
