import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";

// In every SDK that has state migrations, and left out of its types.
const { getStore } = state as unknown as { getStore(): { supportsStateMigrations: boolean } };

/** Mocks have no state, and only CLI 3.261.0 and newer tells it. */
export const isStateTold = (): boolean => getStore().supportsStateMigrations;

/**
 * Options of a component that show what the state has of it and of its children, in the format of a checkpoint: a state
 * migration that changes nothing. All is seen when the component's URN is known; nothing where the state is not told.
 */
export function seeingState(
  opts: pulumi.ComponentResourceOptions | undefined,
  see: (resource: Record<string, any>) => void,
): pulumi.ComponentResourceOptions {
  if (!isStateTold()) return { ...opts };
  const read: pulumi.StateMigration = ({ oldState }) => void oldState.forEach(see);
  return { ...opts, stateMigrations: [...(opts?.stateMigrations ?? []), read] };
}
