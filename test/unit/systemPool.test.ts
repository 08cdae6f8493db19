// The system pool is rotated by two updates, and what the state has says which of them it is.
import assert from "node:assert/strict";
import * as state from "@pulumi/pulumi/runtime/state";
import { AksCluster } from "../../components";
import { readingRecorded } from "../../components/aks/recorded";
import { chooseSystemPool } from "../../components/aks/systemPool";
import { readAksClusterArgs } from "../../components/validate/aksCluster";
import { record } from "./record";

const store = (state as any).getStore();
const names = { resourceGroupName: "shared", clusterName: "blue" };
const [small, large, larger] = ["Standard_D4ds_v5", "Standard_D8ds_v5", "Standard_D16ds_v5"];
const asked = (vmSize = large, more: object = {}) => ({
  ...names,
  systemPool: { rotation: true, vmSize, ...more },
});
const pool = (name: string, vmSize: string, count = 5) => ({ name, vmSize, count, mode: "System" });
const [old, next] = [pool("system", small), pool("systemb", large)];

describe("the system pool", () => {
  beforeEach(() => (store.supportsStateMigrations = true));
  afterEach(() => (store.supportsStateMigrations = false));

  /** @param held names of the pools that the state has as resources */
  const decided = (
    living: object[],
    held: { old?: string; next?: string; cluster?: string } = {},
    args = asked(),
  ) => {
    const live: any = { agentPoolProfiles: living };
    const recorded = async (suffix: string) => {
      const name = held[suffix.replace("system-", "") as keyof typeof held];
      return name === undefined ? undefined : { inputs: { agentPoolName: name } };
    };
    const plan = readAksClusterArgs("dev", "dev", args);
    const context: any = { subject: "dev", name: "dev", plan, recorded };
    return chooseSystemPool(context, live);
  };
  const begun = { name: "system", leaving: old, next: "systemb" };

  const rows: [what: string, found: object, ...Parameters<typeof decided>][] = [
    ["has the program's name in a new cluster", { name: "system" }, []],
    ["is the living one that has what is asked for", { name: "systemb" }, [next]],
    ["stays where another one is asked for, which is made first", begun, [old]],
    ["stays where the state is not told, as in a destroy that runs the program", begun, [old, next]],
    ["stays while only that one is in the state", begun, [old, next], { next: "systemb" }],
    [
      "is the next one when the old one is in the state",
      { name: "systemb" },
      [old, next],
      { old: "system", next: "systemb" },
    ],
    [
      "is the next one while the old one could not be deleted yet",
      { name: "systemb" },
      [old, next],
      { old: "system" },
    ],
    [
      "stays where the next one is gone again, also when it is to be deleted itself",
      begun,
      [old],
      { old: "system" },
    ],
    [
      "stays when the next one is gone and no longer asked for",
      { name: "system" },
      [old],
      { next: "systemb" },
      asked(small),
    ],
    [
      "takes the first name again",
      { name: "systemb", leaving: next, next: "system" },
      [next],
      {},
      asked(small),
    ],
  ];
  for (const [what, found, ...given] of rows)
    it(what, async () => assert.deepEqual(await decided(...given), found));

  const held = { old: "system", next: "systemb" };
  it("may not stay the old one while that is to be deleted; under the other name the rotation ends", async () => {
    for (const has of [held, { next: "systemb" }])
      await assert.rejects(
        decided([old, next], has, asked(small, { rotation: false })),
        /systemPool\.rotation: is not true, and systemb is taking the place of system[^]*write: true, until one more `pulumi up` .*, beside the name that/,
      );
    const named = asked(large, { rotation: false, name: "systemb" });
    assert.deepEqual(await decided([old, next], held, named), { name: "systemb" });
    await assert.rejects(
      decided([old, next], { next: "systemb" }, named),
      /systemPool\.rotation: is not true/,
    );
  });

  for (const [what, held] of [
    ["is to be taken in", { next: "systemb" }],
    ["is to be deleted", { old: "system", next: "systemb" }],
  ] as const)
    it(`may not become a third one while the old one ${what}, nor the old one again`, async () => {
      for (const size of [larger, small])
        await assert.rejects(
          decided([old, next], held, asked(size)),
          /systemPool\.vmSize: asks for vmSize .*, and the pool systemb has Standard_D8ds_v5[^]*write: what it has; another one when system, whose place it takes, is gone, after one more `pulumi up`/,
        );
    });

  it("may become a third one when the next one, which the state does not keep, is deleted by hand", async () => {
    await assert.rejects(
      decided([old, next], { next: "systemb" }, asked(larger)),
      /systemPool\.vmSize: [^]*write: what it has; .*, or when systemb is, by `az aks nodepool delete`/,
    );
    for (const has of [{ next: "systemb" }, held])
      await assert.rejects(
        decided([old], has, asked(larger)),
        /systemPool\.rotation: is true, and the pool systemb, which Pulumi has made, is gone[^]*write: .*`pulumi up --refresh`/,
      );
    assert.deepEqual(await decided([old], {}, asked(larger)), begun);
  });

  it("keeps its name in the middle of it: the program would name one that goes", async () => {
    const has = { old: "systemb", next: "system" };
    await assert.rejects(
      decided([old, next], has, asked(small, { name: "systemb" })),
      /is true beside the name systemb, and system is taking the place of systemb[^]*the name that the pool had before/,
    );
  });

  it("is not guessed where two live of which the state has neither: Pulumi would end by deleting one", async () => {
    for (const size of [small, large, larger])
      await assert.rejects(
        decided([old, next], { cluster: "blue" }, asked(size)),
        /systemPool\.rotation: is true, and system and systemb both live, neither[^]*write: .*`az aks nodepool delete`/,
      );
    assert.deepEqual(await decided([old], { cluster: "blue" }, asked(small)), { name: "system" });
  });

  it("is known of a pool that did not get ready, and of one with secrets", async () => {
    const { seen, options } = readingRecorded("dev");
    const [read] = options.stateMigrations!;
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ciphertext: "x",
    };
    const self = { urn: "urn:pulumi:s::p::aks-calico-ebpf:index:AksCluster::dev" };
    const one = (name: string, type: string, more: object) => ({
      urn: `urn:pulumi:s::p::${type}::${name}`,
      type,
      parent: self.urn,
      inputs: { agentPoolName: name, tags: secret },
      ...more,
    });
    const poolType = "azure-native:containerservice:AgentPool";
    const oldState = [
      self,
      one("dev-system-old", poolType, {}),
      one("dev-system-next", poolType, { inputs: { agentPoolName: "systemb" }, initErrors: ["no capacity"] }),
    ];
    assert.equal(await (read as any)({ oldState }), undefined);
    assert.deepEqual(
      [...seen.values()].map(({ inputs, isComparable }) => [inputs.agentPoolName, isComparable]),
      [
        ["dev-system-old", false],
        ["systemb", false],
      ],
    );
  });

  it("is not rotated by a CLI that does not tell what the state has", async () => {
    store.supportsStateMigrations = false;
    assert.deepEqual(await decided([next]), { name: "systemb" });
    await assert.rejects(
      decided([old]),
      /systemPool\.rotation: is true, and the Pulumi CLI .*[^]*write: .*3\.261\.0 or newer/,
    );
  });

  it("is not rotated in a cluster that is taken over, whose list of pools stays as it is found", () => {
    const importId =
      "/subscriptions/s/resourceGroups/shared/providers/Microsoft.ContainerService/managedClusters/blue";
    assert.throws(
      () => readAksClusterArgs("dev", "dev", { ...asked(), importId }),
      /systemPool\.rotation: is true beside importId[^]*write: false; .*az aks nodepool add --mode System/,
    );
  });

  it("leaves by an import, and the next one stays when it is let go of; both go with the cluster, neither is protected", async () => {
    const profile = { networkPlugin: "azure", networkPluginMode: "overlay", networkPolicy: "calico" };
    const id = "/id/of/blue";
    const live = {
      id,
      name: "blue",
      location: "norwayeast",
      networkProfile: profile,
      agentPoolProfiles: [old],
    };
    store.supportsStateMigrations = false;
    const args = { ...asked(), nodePools: [{ name: "work" }], protect: true, operationTimeoutMinutes: 60 };
    const recording = await record(
      () => {
        const made = new AksCluster("dev", args, { protect: true });
        // Mocks take no migration.
        store.supportsStateMigrations = true;
        return made;
      },
      { live },
    );
    const [made, leaving, cluster] = ["dev-system-next", "dev-system-old", "dev-cluster"].map((name) =>
      recording.named(name),
    );
    assert.deepEqual(
      [made.inputs.agentPoolName, made.inputs.vmSize, made.inputs.count, made.inputs.mode],
      ["systemb", large, 5, "System"],
    );
    assert.deepEqual(made.dependsOn.sort(), ["dev-cluster", "dev-pool-work"]);
    assert.equal(leaving.importId, `${id}/agentPools/system`);
    assert.ok(["vmSize", "count", "nodeTaints"].every((name) => leaving.ignoreChanges.includes(name)));
    assert.deepEqual(leaving.dependsOn, ["dev-cluster", "dev-system-next"]);
    assert.deepEqual([made.retainOnDelete, leaving.retainOnDelete], [true, false]);
    for (const one of [made, leaving]) {
      assert.equal(one.type, "azure-native:containerservice:AgentPool");
      assert.deepEqual([one.deletedWith, one.protect, one.timeouts?.create], ["dev-cluster", false, "60m"]);
    }
    const [entry] = cluster.inputs.agentPoolProfiles;
    assert.deepEqual([entry.name, entry.vmSize, entry.count], ["system", small, 5]);
    assert.ok(recording.named("dev-provider").dependsOn.includes("dev-system-old"));
  });
});
