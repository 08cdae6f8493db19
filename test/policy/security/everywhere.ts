// The same judgement on every spelling of a cluster or a pool.
import assert from "node:assert/strict";
import { ask } from "../everySpelling";
import { judge } from "../judge";
import { clusterSpellings, poolSpellings, type Spelling } from "../spellings";

export interface Expected {
  /** Settings that pass, a preview's unknowns among them. */
  right: object[];
  /** Settings that do not, with what the message begins with: the path where it stands, and what is wrong. */
  wrong: [settings: object, path: string, message: RegExp][];
  config?: object;
}

function expectIn(spellings: Spelling[], policy: any, { right, wrong, config }: Expected): void {
  ask(policy, spellings, {
    accepts: right,
    refuses: wrong.map(([settings, path, message]) => [settings, `@${path}@ is `, message]),
    unknowns: [],
    config,
  });
}

export function ofClusters(policy: any, expected: Expected): void {
  expectIn(clusterSpellings, policy, expected);
}

/** Of pools, inside a cluster and as resources of their own. */
export function ofPools(policy: any, { right, wrong, config }: Expected): void {
  const named = (pool: object) => ({ agentPoolName: "work", ...pool });
  describe("of pools by themselves", () =>
    expectIn(poolSpellings, policy, {
      config,
      right: right.map(named),
      wrong: wrong.map(([pool, path, message]) => [named(pool), path, message]),
    }));
  describe("of pools inside a cluster", () => {
    const inside = (pool: object) => ({
      agentPoolProfiles: [
        { name: "good", ...right[0] },
        { name: "work", ...pool },
      ],
    });
    expectIn(clusterSpellings, policy, {
      config,
      right: [...right.map(inside), {}],
      wrong: wrong.map(([pool, path, message]) => [inside(pool), `agentPoolProfiles[1].${path}`, message]),
    });
  });
  it("says which pool", async () => {
    const [type, bad] = [clusterSpellings[0].type, wrong[0][0]];
    const pools = {
      agentPoolProfiles: [
        { name: "one", ...bad },
        { name: "two", ...bad },
        { name: "good", ...right[0] },
      ],
    };
    const said = await judge(policy, type, pools, config);
    assert.deepEqual(
      said.map((message) => message.split(":")[0]),
      ['Pool "one"', 'Pool "two"'],
    );
  });
}
