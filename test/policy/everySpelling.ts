// The same questions to a policy in every spelling of a cluster or a pool.
import assert from "node:assert/strict";
import { judge, remediate, unknown } from "./judge";
import { clusterSpellings, poolSpellings, type Spelling } from "./spellings";

/** Parts of a message; `@path@` stands for where that setting stands in the spelling. */
export type Says = (string | RegExp)[];

export function assertSays(message: string, says: Says, path = (setting: string) => setting): void {
  for (const part of says) {
    const wanted = typeof part === "string" ? part.replace(/@(.*?)@/g, (_, one) => path(one)) : part;
    const found = typeof wanted === "string" ? message.includes(wanted) : wanted.test(message);
    assert.ok(found, `"${wanted}" is not in "${message}"`);
  }
}

export interface Cases {
  /** Settings that pass, those among them that a preview does not know in part. */
  right?: object[];
  /** Settings that do not, and what is said of them. */
  wrong: [settings: object, ...Says][];
  config?: object;
}

const unrelated = [
  "my:containerservice:ManagedCluster",
  "azure-native:network:Subnet",
  "azure-native:compute:VirtualMachine",
  "pulumi:pulumi:Stack",
];
const network = { resourceProviderNamespace: "Microsoft.Network", resourceType: "virtualNetworks" };

function ask(policy: any, spellings: Spelling[], { right = [], wrong, config }: Cases): void {
  for (const { type, props, path } of spellings) {
    it(`judges ${type}`, async () => {
      for (const [settings, ...says] of wrong) {
        const [message, ...more] = await judge(policy, type, props(settings), config);
        assert.ok(message, `nothing is said of ${JSON.stringify(settings)}`);
        assert.deepEqual(more, []);
        assertSays(message, says, path);
      }
      for (const settings of right) {
        assert.deepEqual(await judge(policy, type, props(settings), config), [], JSON.stringify(settings));
      }
    });
  }
  it("leaves other resources alone", async () => {
    for (const [settings] of wrong) {
      for (const type of unrelated) assert.deepEqual(await judge(policy, type, settings, config), [], type);
      const generic = { ...network, ...settings };
      assert.deepEqual(await judge(policy, "azure-native:resources:Resource", generic, config), []);
    }
  });
}

export function ofClusters(policy: any, cases: Cases): void {
  describe(`policy ${policy.name}, of a cluster`, () => ask(policy, clusterSpellings, cases));
}

/** Of a pool inside a cluster, which is not its first, and of one that is a resource of its own. */
export function ofPools(policy: any, cases: Cases): void {
  const good = cases.right?.[0] ? [{ name: "good", mode: "User", ...cases.right[0] }] : [];
  const inside = (pool: object) => ({
    agentPoolProfiles: [...good, { name: "work", mode: "User", ...pool }],
  });
  const insideSpellings = clusterSpellings.map(({ type, props, path }) => ({
    type,
    props: (pool: object) => props(inside(pool)),
    path: (setting: string) => path(`agentPoolProfiles[${good.length}].${setting}`),
  }));
  const own = (pool: object) => ({ agentPoolName: "work", mode: "User", ...pool });
  const ownSpellings = poolSpellings.map((one) => ({
    ...one,
    props: (pool: object) => one.props(own(pool)),
  }));
  const named: Cases = {
    ...cases,
    wrong: cases.wrong.map(([pool, ...says]) => [pool, /^Pool "work"/, ...says]),
  };
  describe(`policy ${policy.name}, of a pool inside a cluster`, () => ask(policy, insideSpellings, named));
  describe(`policy ${policy.name}, of a pool of its own`, () => ask(policy, ownSpellings, named));
  it(`policy ${policy.name} speaks of each pool`, async () => {
    const [bad] = cases.wrong[0];
    const two = ["one", "two"].map((name) => ({ mode: "User", ...bad, name }));
    const { type, props } = clusterSpellings[0];
    const said = await judge(policy, type, props({ agentPoolProfiles: [...good, ...two] }), cases.config);
    assert.deepEqual(
      said.map((message) => message.slice(0, 10)),
      ['Pool "one"', 'Pool "two"'],
    );
  });
}

/** Settings that say one thing: `at("a.b", 1)` = `{ a: { b: 1 } }`, and nothing where the value is undefined. */
export function at(path: string, value: unknown): any {
  if (value === undefined) return {};
  return path.split(".").reduceRight((inner: unknown, name) => ({ [name]: inner }), value);
}

/** Settings of which a preview knows nothing at the path, or above it. */
const unknowns = (path: string) =>
  path.split(".").map((_, depth, names) => at(names.slice(0, depth + 1).join("."), unknown));

/**
 * A policy on one property: values that pass, and values that do not with what is said, where `@@` stands for the
 * property's path. What a preview does not know always passes.
 */
export function property(
  of: (policy: any, cases: Cases) => void,
  policy: any,
  path: string,
  values: { right: unknown[]; wrong: [value: unknown, ...Says][]; also?: Partial<Cases>; config?: object },
): void {
  const { right = [], wrong = [] } = values.also ?? {};
  const told = (part: string | RegExp) => (typeof part === "string" ? part.replace("@@", `@${path}@`) : part);
  const refused = values.wrong.map(([value, ...says]): Cases["wrong"][0] => [
    at(path, value),
    ...says.map(told),
  ]);
  of(policy, {
    config: values.config,
    right: [...values.right.map((value) => at(path, value)), ...unknowns(path), ...right],
    wrong: [...refused, ...wrong],
  });
}

/** The remediation turns each of the settings into right ones, and leaves what is right or not known alone. */
export function repairs(policy: any, cases: [from: object, to: object][], leaves: object[]): void {
  for (const { type, props } of clusterSpellings) {
    it(`policy ${policy.name} repairs ${type}`, async () => {
      for (const [from, to] of cases) {
        assert.deepEqual(await remediate(policy, type, props(from)), props(to));
        assert.deepEqual(await judge(policy, type, props(to)), []);
      }
      for (const one of leaves)
        assert.equal(await remediate(policy, type, props(one)), undefined, JSON.stringify(one));
    });
  }
}
