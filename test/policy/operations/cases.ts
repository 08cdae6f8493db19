// The same questions to each policy on a cluster or a pool, in every spelling of the resource.
import assert from "node:assert/strict";
import { asPolicySees, judge } from "../judge";
import { clusterSpellings, poolSpellings, type Spelling } from "../spellings";

export interface Cases {
  /** Settings that are right. */
  accepts?: object[];
  /** Settings that are wrong, and the parts of each message; `@path@` stands for where the setting stands. */
  refuses: [object, ...(string | RegExp)[]][];
  /** Settings that a preview does not know in part. */
  unknowns: object[];
  config?: object;
}

const unrelated = [
  "my:containerservice:ManagedCluster",
  "azure-native:network:Subnet",
  "pulumi:pulumi:Stack",
];

function ask(policy: any, spellings: Spelling[], { accepts = [], refuses, unknowns, config }: Cases): void {
  for (const { type, props, path } of spellings) {
    it(`judges ${type}`, async () => {
      for (const [settings, ...parts] of refuses) {
        const [message, ...more] = await judge(policy, type, props(settings), config);
        assert.ok(message, `nothing is said of ${JSON.stringify(settings)}`);
        assert.deepEqual(more, []);
        for (const part of parts) {
          if (part instanceof RegExp) assert.match(message, part);
          else {
            const wanted = part.replace(/@(.*?)@/g, (_, setting) => path(setting));
            assert.ok(message.includes(wanted), `"${wanted}" is not in "${message}"`);
          }
        }
      }
      for (const settings of [...accepts, ...unknowns]) {
        assert.deepEqual(await judge(policy, type, props(settings), config), [], JSON.stringify(settings));
      }
    });
  }
  it("leaves other resources alone", async () => {
    for (const type of unrelated) {
      for (const [settings] of refuses)
        assert.deepEqual(await judge(policy, type, settings, config), [], type);
    }
  });
}

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
