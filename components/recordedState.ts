import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";

// In every SDK that has state migrations, and left out of its types.
const { getStore } = state as unknown as { getStore(): { supportsStateMigrations: boolean } };

/** What an URN says of a resource beside its stack: its types, up to the outermost component, and its name. */
export const nameInUrn = (urn: string): string => urn.split("::").slice(2).join("::");

/** Mocks have no state, and only CLI 3.261.0 and newer tells it. */
export const isStateTold = (): boolean => getStore().supportsStateMigrations;

/**
 * Options of a component that show what the state has of its own children, in the format of a checkpoint: a state migration
 * that changes nothing. All is seen when the component's URN is known; nothing where the state is not told.
 * @param see gets each child with the name that it has now, which begins with the component's: an alias may have renamed both
 */
export function seeingChildren(
  component: string,
  opts: pulumi.ComponentResourceOptions | undefined,
  see: (child: Record<string, any>, name: string) => void,
): pulumi.ComponentResourceOptions {
  if (!isStateTold()) return { ...opts };
  const nameIn = (urn: string) => urn.split("::").pop()!;
  const read: pulumi.StateMigration = ({ oldState: [self, ...descendants] }) => {
    const before = nameIn(self.urn);
    for (const child of descendants)
      if (child.parent === self.urn && !child.delete && nameIn(child.urn).startsWith(`${before}-`))
        see(child, component + nameIn(child.urn).slice(before.length));
    return undefined;
  };
  return { ...opts, stateMigrations: [...(opts?.stateMigrations ?? []), read] };
}
