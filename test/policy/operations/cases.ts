// The same questions to each policy on a cluster or a pool, in every spelling of the resource.
import assert from "node:assert/strict";
import { ask, type Cases } from "../everySpelling";
import { asPolicySees, judge } from "../judge";
import { clusterSpellings, poolSpellings, type Spelling } from "../spellings";

export function ofClusters(policy: any, cases: Cases): void {
  describe("of a cluster", () => ask(policy, clusterSpellings, cases));
}

/** The same of a pool inside a cluster and of one that is a resource of its own. */
export function ofPools(policy: any, cases: Cases): void {
  const inside = (pool: object) => ({ agentPoolProfiles: [{ name: "work", mode: "User", ...pool }] });
  const insideSpellings = clusterSpellings.map(({ type, props, path }) => ({
    type,
    props: (pool: object) => props(inside(pool)),
    path: (setting: string) => path(`agentPoolProfiles[0].${setting}`),
  }));
  const ownSpellings = poolSpellings.map(({ type, props, path }) => ({
    type,
    props: (pool: object) => props({ agentPoolName: "work", mode: "User", ...pool }),
    path,
  }));
  describe("of a pool inside a cluster", () => ask(policy, insideSpellings, cases));
  describe("of a pool of its own", () => ask(policy, ownSpellings, cases));
}

/** What a policy's remediation makes of a cluster; null where it leaves it alone. */
export function repaired(policy: any, { type, props }: Spelling, settings: object): object | null {
  const declared = props(structuredClone(settings));
  const result = policy.remediateResource({
    type,
    props: asPolicySees(declared),
    urn: "",
    name: "",
    opts: {},
  });
  return result ? declared : null;
}

/** The remediation repairs each of the settings in every spelling, and leaves what is right or not known alone. */
export function repairs(policy: any, cases: { from: object; to: object }[], leaves: object[]): void {
  for (const spelling of clusterSpellings) {
    it(`repairs ${spelling.type}`, async () => {
      for (const { from, to } of cases) {
        assert.deepEqual(repaired(policy, spelling, from), spelling.props(to));
        assert.deepEqual(await judge(policy, spelling.type, spelling.props(to)), []);
      }
      for (const settings of leaves)
        assert.equal(repaired(policy, spelling, settings), null, JSON.stringify(settings));
    });
  }
}
