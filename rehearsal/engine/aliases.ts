// The other names that a resource may have in the state (pkg/resource/deploy/step_generator.go, generateAliases).
import type { Goal } from "./goal";
import { makeUrn, nameOf, typeOf } from "./urn";

export function aliasUrns(
  urn: string,
  goal: Goal,
  identity: { stack: string; project: string },
  renamed: ReadonlyMap<string, string>,
): string[] {
  const parents = [goal.parent, renamed.get(goal.parent)].filter((parent) => parent !== undefined);
  const urns = new Set<string>();
  for (const alias of goal.aliases) {
    if (typeof alias === "string") {
      urns.add(alias);
      continue;
    }
    for (const parent of alias.parent === undefined ? parents : [alias.parent]) {
      const { stack, project } = identity;
      const type = alias.type || goal.type;
      urns.add(
        makeUrn(alias.stack || stack, alias.project || project, parent, type, alias.name || goal.name),
      );
    }
  }
  // A child follows its renamed parent, also in its name where that begins with the parent's.
  const oldParent = renamed.get(goal.parent);
  if (oldParent !== undefined) {
    const [before, after] = [nameOf(oldParent), nameOf(goal.parent)];
    const name = goal.name.startsWith(after) ? before + goal.name.slice(after.length) : goal.name;
    urns.add(makeUrn(identity.stack, identity.project, oldParent, typeOf(urn), name));
    urns.add(makeUrn(identity.stack, identity.project, oldParent, typeOf(urn), goal.name));
  }
  urns.delete(urn);
  return [...urns];
}
