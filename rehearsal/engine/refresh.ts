// Reading the live resources back into the state.
import { type Context, Failed } from "./context";
import type { Providers } from "./providers";
import type { Snapshot } from "./snapshot";
import type { Resource } from "./state";
import { isProviderType, packageOf } from "./urn";
import { equal, forProvider, withSecretKeys, withSecretsOf } from "./values";

interface Run {
  context: Context;
  snapshot: Snapshot;
  providers: Providers;
}

/**
 * Reads every resource: outputs become what is live, and what is gone leaves the state.
 * @param counted false = before an `up`, whose summary speaks of its own steps alone
 */
export async function refreshAll(run: Run, counted: boolean): Promise<void> {
  const { context, snapshot, providers } = run;
  await adoptLeftovers(run);
  const real = snapshot.olds.filter(
    (one) => one.custom && !isProviderType(one.type) && !one.pendingReplacement,
  );
  const gone: Resource[] = [];
  const count = (change: "update" | "same" | "delete") => {
    if (counted) context.changes[change]++;
  };
  const one = async (resource: Resource): Promise<void> => {
    await context.step("refresh", resource, async () => {
      const provider = await providers.get(resource.provider!, resource.urn);
      const operation = context.operation(resource, resource.customTimeouts?.read);
      const { inputs } = resource;
      const state = await provider.read(
        operation,
        resource.id!,
        forProvider(inputs),
        forProvider(resource.outputs),
      );
      if (!state) {
        gone.push(resource);
        count("delete");
        return "gone";
      }
      const secretKeys = [
        ...(resource.additionalSecretOutputs ?? []),
        ...providers.secretOutputs(resource.type),
      ];
      const outputs = withSecretKeys(withSecretsOf(state.outputs, inputs), secretKeys);
      context.keepSecret(outputs);
      // Outputs that were secret stay secret, whatever made them so.
      const kept = withSecretsOf(outputs, resource.outputs);
      const changed = !equal(kept, resource.outputs);
      if (changed) resource.modified = new Date().toISOString();
      count(changed ? "update" : "same");
      resource.outputs = kept;
      return changed ? "changed" : undefined;
    });
  };
  const results = await Promise.allSettled(real.map((resource) => context.limited(() => one(resource))));
  gone.forEach((resource) => snapshot.remove(resource));
  dropReferences(snapshot);
  await snapshot.save();
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason instanceof Failed ? failed.reason : new Failed();
}

/** References to resources that left the state would make it inconsistent. */
function dropReferences({ all }: Snapshot): void {
  const there = new Set(all.map((resource) => resource.urn));
  const still = (urn: string) => there.has(urn);
  for (const resource of all) {
    resource.dependencies = resource.dependencies?.filter(still);
    if (resource.deletedWith && !still(resource.deletedWith)) resource.deletedWith = undefined;
    for (const [property, urns] of Object.entries(resource.propertyDependencies ?? {})) {
      resource.propertyDependencies![property] = urns.filter(still);
    }
  }
}

/**
 * Looks for what interrupted creations left behind, where the program has not taken it up again: found ones enter
 * the state (to be deleted, if this run deletes); of the others nothing is there.
 */
export async function adoptLeftovers({ context, snapshot, providers }: Run): Promise<void> {
  if (context.dryRun) return;
  // One by one, and each is settled only when it has been looked for: a cluster that cannot be reached just now must
  // not make us forget what a killed run may have left in it.
  for (const one of [...snapshot.interrupted]) {
    await adoptLeftover({ context, snapshot, providers }, one.type === "creating" ? one.resource : undefined);
    snapshot.interrupted = snapshot.interrupted.filter((other) => other !== one);
  }
}

async function adoptLeftover(
  { context, snapshot, providers }: Run,
  resource: Resource | undefined,
): Promise<void> {
  if (!resource || snapshot.find(resource.urn)) return;
  const provider = await providers.get(resource.provider!, resource.urn);
  if (!provider.recover) {
    context.diagnostic(
      "warning",
      `an interrupted run may have created it; provider '${packageOf(resource.type)}' cannot look, so see for yourself`,
      resource.urn,
    );
    return;
  }
  const found = await provider.recover(context.operation(resource), forProvider(resource.inputs));
  if (!found) return;
  const reasons = ["an earlier run was interrupted while creating it"];
  snapshot.olds.push({ ...resource, ...found, initErrors: reasons });
}
