// Three ready sets of levels, for `--policy-pack-config`: which policies are on, by their tags. Files of `sets/` hold
// what stands here; test/policy/sets.test.ts compares the two, and writes them when UPDATE_SETS is set.
import { EnforcementLevel } from "@pulumi/policy";
import { policies } from "./policies";

export type SetName = "baseline" | "ebpf" | "strict";

/** A configuration file: `all`, and each policy that has another level. */
export type PolicySet = Record<string, EnforcementLevel>;

const members: Record<SetName, (tags: string[]) => boolean> = {
  // What every AKS cluster can have without cost, and the program's own hygiene.
  baseline: (tags) => tags.includes("baseline"),
  // What keeps an eBPF data plane one; also for a stack that has the layers and not the cluster.
  ebpf: (tags) => tags.includes("ebpf") || tags.includes("hygiene"),
  strict: () => true,
};

export const setNames = Object.keys(members) as SetName[];

export function policySet(name: SetName): PolicySet {
  const on = policies.filter((policy) => members[name](policy.tags || []));
  return {
    all: "disabled",
    ...Object.fromEntries(on.map((policy) => [policy.name, "mandatory"])),
  } as PolicySet;
}
