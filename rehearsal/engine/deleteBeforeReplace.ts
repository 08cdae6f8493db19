// Replacements whose new one bears the old one's name: the old one, and before it everything that cannot live
// without it, is deleted first (pkg/resource/deploy/step_generator.go, calculateDependentReplacements).
import type { Deployment } from "./deployment";
import { deleteAll } from "./deletes";
import { type Json, type Props, UNKNOWN } from "./provider";
import { Refusal } from "../refusal";
import type { Resource } from "./state";
import { isProviderType, referencedUrn } from "./urn";
import { forProvider } from "./values";

/** @throws Refusal before anything is touched, where one of them is protected. */
export async function replaceFirst(deployment: Deployment, root: Resource): Promise<void> {
  const doomed = await dependentReplacements(deployment, root);
  for (const resource of doomed) {
    if (!resource.protect) continue;
    throw new Refusal(
      `unable to replace resource "${root.urn}"`,
      `it must be deleted first, and with it "${resource.urn}", which is protected`,
      "remove the `protect` flag in the program and run `up` before this change",
    );
  }
  await deleteAll(deployment, doomed, { replacing: true });
}

/** The root and those of its dependents that would have to be replaced when what they take from it changes. */
async function dependentReplacements(deployment: Deployment, root: Resource): Promise<Resource[]> {
  const { snapshot, providers, context } = deployment;
  const doomed = new Map([[root.urn, root]]);
  // The state is in order of dependency, so one pass sees every resource after what it depends on.
  for (const resource of snapshot.olds) {
    if (doomed.has(resource.urn) || resource.delete || !resource.custom || isProviderType(resource.type))
      continue;
    const affected = Object.entries(resource.propertyDependencies ?? {})
      .filter(([, urns]) => urns.some((urn) => doomed.has(urn)))
      .map(([property]) => property);
    const throughProvider = resource.provider !== undefined && doomed.has(referencedUrn(resource.provider));
    if (affected.length === 0 && !throughProvider) continue;
    const inputs: Props = forProvider(resource.inputs);
    const unknown = affected.map((property): [string, Json] => [property, UNKNOWN]);
    const provider = await providers.get(resource.provider!, resource.urn);
    const operation = context.operation(resource);
    const { inputs: news } = await provider.check(operation, inputs, {
      ...inputs,
      ...Object.fromEntries(unknown),
    });
    const diff = await provider.diff(operation, resource.id!, inputs, forProvider(resource.outputs), news);
    if (throughProvider || diff.replace.length > 0) doomed.set(resource.urn, resource);
  }
  return [...doomed.values()];
}
