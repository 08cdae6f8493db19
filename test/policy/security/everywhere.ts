// The same judgement on every spelling of a cluster or a pool.
import assert from "node:assert/strict";
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
  for (const { type, props, path } of spellings) {
    it(`accepts what is right in ${type}`, async () => {
      for (const settings of right) {
        assert.deepEqual(await judge(policy, type, props(settings), config), [], JSON.stringify(settings));
      }
    });
    it(`refuses what is wrong in ${type}`, async () => {
      for (const [settings, where, message] of wrong) {
        const [said, ...more] = await judge(policy, type, props(settings), config);
        assert.ok(said, `nothing is said of ${JSON.stringify(settings)}`);
        assert.ok(said.includes(`${path(where)} is `), `${said} does not name ${path(where)}`);
        assert.match(said, message);
        assert.deepEqual(more, []);
      }
    });
  }
}

/** Of a cluster; and nothing else is judged. */
export function ofClusters(policy: any, expected: Expected): void {
  expectIn(clusterSpellings, policy, expected);
  it("leaves other resources alone", async () => {
    const settings = expected.wrong[0][0];
    for (const type of ["my:containerservice:ManagedCluster", "azure-native:compute:VirtualMachine"])
      assert.deepEqual(await judge(policy, type, settings, expected.config), [], type);
    const group = {
      resourceProviderNamespace: "Microsoft.Network",
      resourceType: "virtualNetworks",
      ...settings,
    };
    assert.deepEqual(await judge(policy, "azure-native:resources:Resource", group, expected.config), []);
  });
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
