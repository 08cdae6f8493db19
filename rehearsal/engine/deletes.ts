// Deletions: dependents before what they depend on, as many at a time as the order allows.
import { type Context, Failed } from "./context";
import type { Providers } from "./providers";
import { Refusal } from "../refusal";
import type { Snapshot } from "./snapshot";
import type { Resource } from "./state";
import { isDefaultProvider, isProviderType, referencedUrn } from "./urn";
import { forProvider } from "./values";

interface Run {
  context: Context;
  snapshot: Snapshot;
  providers: Providers;
}

/** URNs that must still be there while the resource is. */
function needs(resource: Resource): string[] {
  return [
    ...(resource.dependencies ?? []),
    ...Object.values(resource.propertyDependencies ?? {}).flat(),
    ...(resource.parent ? [resource.parent] : []),
    ...(resource.provider ? [referencedUrn(resource.provider)] : []),
  ];
}

/** @throws Refusal where one of them is protected, before any is touched. */
export function refuseProtected(resources: readonly Resource[]): void {
  const named = resources.filter((one) => one.protect && !one.delete).map((one) => `"${one.urn}"`);
  if (named.length === 0) return;
  throw new Refusal(
    `resource ${named.join(", ")} cannot be deleted`,
    `${named.length === 1 ? "it is" : "they are"} protected; nothing was deleted`,
    "remove the `protect` flag in the program and run `up`, then run this again",
  );
}

/** Deletes the given resources of the state. @throws Failed at the first that fails, when those under way are done. */
export async function deleteAll(
  run: Run,
  resources: readonly Resource[],
  how: { replacing?: boolean } = {},
): Promise<void> {
  const left = new Set(resources);
  const leaving = new Set(resources.map((one) => one.urn));
  /** Resources that go with another one, by that one's URN: they leave the state when it is really gone. */
  const companions = new Map<string, Resource[]>();
  const running = new Map<Resource, Promise<void>>();
  const { context, snapshot } = run;

  const forget = (resource: Resource): void => {
    // Deleted to make room for its successor: stays in the state, so that a crash in between is not forgotten.
    if (how.replacing) resource.pendingReplacement = true;
    else snapshot.remove(resource);
    leaving.delete(resource.urn);
    companions.get(resource.urn)?.splice(0).forEach(forget);
  };
  const one = async (resource: Resource): Promise<void> => {
    const target = resource.deletedWith;
    const withTarget =
      target !== undefined && resources.some((other) => other.urn === target && other !== resource);
    await deleteOne(run, resource, withTarget, how.replacing === true);
    if (withTarget && leaving.has(target)) {
      companions.set(target, [...(companions.get(target) ?? []), resource]);
    } else forget(resource);
    await snapshot.save();
  };

  while (left.size > 0 && !context.stopping) {
    const needed = new Set([...left].flatMap(needs));
    const ready = [...left].filter((resource) => !needed.has(resource.urn) && !running.has(resource));
    for (const resource of ready) {
      const work = context
        .limited(() => one(resource))
        .then(() => void left.delete(resource))
        .finally(() => running.delete(resource));
      running.set(resource, work);
      work.catch(() => {});
    }
    if (running.size === 0)
      throw new Error(`the state has a circle of dependencies among ${[...leaving].join(", ")}`);
    // One more may be ready as soon as one is done; its failure is told and ends the loop.
    await Promise.race([...running.values()].map((work) => work.catch(() => {})));
  }
  await Promise.allSettled(running.values());
  if (left.size > 0) throw new Failed();
}

async function deleteOne(run: Run, old: Resource, withTarget: boolean, replacing: boolean): Promise<void> {
  const { context, snapshot, providers } = run;
  const op = old.delete || replacing ? "delete-replaced" : "delete";
  if (op === "delete" && !isDefaultProvider(old.urn)) context.changes.delete++;
  await context.step(op, old, async () => {
    if (!old.custom || isProviderType(old.type) || old.pendingReplacement) return undefined;
    if (old.retainOnDelete) return "retained";
    if (withTarget) return "deleted with what it is part of";
    if (context.dryRun) return undefined;
    const provider = await providers.get(old.provider!, old.urn);
    const pending = await snapshot.begin("deleting", old);
    try {
      const operation = context.operation(old, old.customTimeouts?.delete);
      await provider.delete(operation, old.id!, forProvider(old.inputs), forProvider(old.outputs));
    } catch (error) {
      if (!context.cancelled) {
        snapshot.end(pending);
        await snapshot.save();
      }
      throw error;
    }
    snapshot.end(pending);
    return undefined;
  });
}
