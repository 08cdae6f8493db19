// The heart of a run: what to do with one resource that a provider makes.
import { Failed } from "./context";
import { replaceFirst } from "./deleteBeforeReplace";
import type { Deployment } from "./deployment";
import type { Goal } from "./goal";
import { adoptInterrupted } from "./interrupted";
import { covers, withIgnoredChanges } from "./propertyPath";
import type { Diff, Props } from "./provider";
import { Refusal } from "../refusal";
import type { Resource } from "./state";
import { isDefaultProvider, referencedUrn } from "./urn";
import { forProvider, withSecretsOf } from "./values";

/** Check, diff, and then the step that follows from them. */
export async function registerCustom(
  deployment: Deployment,
  wanted: Resource,
  goal: Goal,
  found?: Resource,
): Promise<Resource> {
  const { context, steps } = deployment;
  const provider = await deployment.providers.get(wanted.provider!, wanted.urn);
  const old = await adoptInterrupted(deployment, wanted, provider, found);
  const given = old ? withIgnoredChanges(goal.inputs, old.inputs, goal.ignoreChanges) : goal.inputs;
  const operation = context.operation(wanted);
  const oldInputs = old && forProvider(old.inputs);
  const check = async (olds: Props | undefined): Promise<void> => {
    const checked = await provider.check(operation, olds, forProvider(given));
    if (checked.failures.length > 0) {
      const told = checked.failures.map(({ property, reason }) =>
        property ? `${property}: ${reason}` : reason,
      );
      throw new Error(`${wanted.type} resource '${goal.name}' has a problem: ${told.join("; ")}`);
    }
    wanted.inputs = withSecretsOf(checked.inputs, given);
    context.keepSecret(wanted.inputs);
  };
  await check(old?.pendingReplacement ? undefined : oldInputs);
  await deployment.analyzed(wanted);
  if (context.stopping) throw new Failed();
  if (!old) return steps.create(wanted, provider);
  if (old.pendingReplacement) return steps.create(wanted, provider, { replaced: old, gone: true });
  const diff = await diffOf(wanted, goal, old, () =>
    provider.diff(operation, old.id!, oldInputs!, forProvider(old.outputs), forProvider(wanted.inputs)),
  );
  const shown = diff.changed.filter((path) => !goal.hideDiffs.some((hidden) => covers(hidden, path)));
  if (diff.replace.length > 0) {
    if (old.protect) {
      throw new Refusal(
        `unable to replace resource "${wanted.urn}"`,
        `it is protected, and ${diff.replace.join(", ")} can only be changed by a replacement`,
        "remove the `protect` flag in the program and run `up` before this change",
      );
    }
    // The new one takes nothing over from the old one, least of all a made-up name.
    await check(undefined);
    if (diff.deleteBeforeReplace) await replaceFirst(deployment, old);
    const replacement = { replaced: old, gone: diff.deleteBeforeReplace, keys: diff.replace };
    return steps.create(wanted, provider, replacement);
  }
  if (diff.changed.length === 0 && !old.initErrors?.length) return steps.recordOnly(wanted, old);
  return steps.update(wanted, provider, old, shown);
}

/** The provider's diff, with the options of the program worked in. */
async function diffOf(wanted: Resource, goal: Goal, old: Resource, ask: () => Promise<Diff>): Promise<Diff> {
  const diff = await ask();
  const replace = new Set(diff.replace);
  for (const path of diff.changed) {
    if (goal.replaceOnChanges.some((option) => covers(option, path))) replace.add(path);
  }
  const [before, after] = [old.provider!, wanted.provider!];
  // A default provider of another version is still the same provider; any other change means another place.
  const bothDefault = [before, after].every((reference) => isDefaultProvider(referencedUrn(reference)));
  if (before !== after && !bothDefault) replace.add("provider");
  return {
    changed: [...new Set([...diff.changed, ...replace])],
    replace: [...replace],
    deleteBeforeReplace: goal.deleteBeforeReplace ?? diff.deleteBeforeReplace,
  };
}
