// Three ready sets of levels, for `--policy-pack-config`. Files of `sets/` hold what stands here;
// test/policy/sets.test.ts compares the two, and writes them when UPDATE_SETS is set.
import { EnforcementLevel } from "@pulumi/policy";
import { policies } from "./policies";

export type SetName = "baseline" | "ebpf" | "strict";

/** A configuration file: `all`, and each policy that has another level. */
export type PolicySet = Record<string, EnforcementLevel>;

/** What every AKS cluster can have without cost; what keeps an eBPF data plane one; and both with the program's hygiene. */
const members: Record<SetName, string[]> = {
  baseline: ["baseline", "hygiene"],
  ebpf: ["ebpf", "hygiene"],
  strict: ["baseline", "ebpf", "hygiene", "strict"],
};

export const setNames = Object.keys(members) as SetName[];

export function policySet(name: SetName): PolicySet {
  const all = name === "strict" ? "mandatory" : "disabled";
  const levels = policies.map((policy): [string, EnforcementLevel] => {
    const isOn = policy.tags!.some((tag) => members[name].includes(tag));
    if (!isOn) return [policy.name, "disabled"];
    return [policy.name, policy.enforcementLevel === "advisory" ? "advisory" : "mandatory"];
  });
  return Object.fromEntries([["all", all], ...levels.filter(([, level]) => level !== all)]);
}
