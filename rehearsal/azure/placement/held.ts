// Whether Azure holds what a request refers to.
import { gone, type Problem } from "../arm";
import type { Store } from "../store";

/** Tells the user something that stays. */
export type Note = (message: string) => void;

/**
 * @returns "unknown" where not even the resource group is the rehearsal's: it may well exist in Azure. So may all that is
 * no part of a resource group.
 */
export function existence(store: Store, id: string): "there" | "missing" | "unknown" {
  if (store.get(id)) return "there";
  const group = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(id)?.[0];
  return group !== undefined && store.get(group) ? "missing" : "unknown";
}

export const outside = (id: string): string =>
  `${id} is outside the rehearsal: whether it exists is not checked.`;

/** A request that refers to what is not there, in ARM's words, with the member at fault. */
export function notThere(store: Store, id: string, target: string): Problem {
  const error = gone(id, (other) => store.get(other) !== undefined);
  return {
    ...error.problems[0],
    target,
    advice: "Take it from the resource's output, so that this one waits for it.",
  };
}

/** @returns the problem where the resource is certainly missing; notes it where that cannot be known */
export function* checkHeld(
  store: Store,
  id: string | undefined,
  target: string,
  note: Note,
): Generator<Problem> {
  if (id === undefined) return;
  const found = existence(store, id);
  if (found === "missing") yield notThere(store, id, target);
  if (found === "unknown") note(outside(id));
}
