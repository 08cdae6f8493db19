// What others have changed in Azure is not undone by an update whose preview does not show it.
import assert from "node:assert/strict";
import { unseenChanges, unseenInPools } from "../../components/aks/unseen";
import { sentVersion } from "../../components/aks/versions";

const pool = { name: "apool", count: 1, minCount: 1, maxCount: 6, orchestratorVersion: "1.35.1" };
const cluster = {
  location: "westeurope",
  tags: { team: "a" },
  kubernetesVersion: "1.35.1",
  addonProfiles: { azurepolicy: { enabled: false } },
  apiServerAccessProfile: { authorizedIPRanges: [] },
  agentPoolProfiles: [{ ...pool, name: "system" }, pool],
};
const { orchestratorVersion: _, ...body } = { ...pool, name: "system" };
const found = (
  plan: object,
  asked: object,
  answer: object,
  live: { agentPoolProfiles: object[] },
  inputs: object = cluster,
  system: object = {},
  isReady = true,
) =>
  unseenChanges(
    { hasKubeProxy: true, managedCluster: {}, networkPlan: {}, ...plan } as any,
    { ...cluster, ...asked } as any,
    [
      {
        path: "systemPool",
        body,
        has: live.agentPoolProfiles.find((one: any) => one.name === "system"),
        ...system,
      },
    ] as any,
    inputs && { id: "", inputs, answer, isReady, isComparable: true },
    live as any,
  );
const moved = (live: object, asked: object = { tags: { team: "b" } }, plan: object = {}) =>
  found(plan, asked, cluster, { ...cluster, ...live }).map(({ path, wrong }) => [
    path,
    wrong.split(": ").at(-1),
  ]);

describe("what others have changed in Azure", () => {
  const ranges = { apiServerAccessProfile: { authorizedIPRanges: ["1.2.3.4/32"] } };
  const policy = { addonProfiles: { azurepolicy: { enabled: true } } };
  const imported = { importId: "id", kubernetesVersion: "1.35.1" };

  it("is seen before an update of something else, which would undo it", () => {
    assert.deepEqual(moved({ ...ranges, ...policy }), [
      ["managedCluster", "addonProfiles, apiServerAccessProfile"],
    ]);
    assert.deepEqual(
      moved(ranges, { tags: {} }),
      [["managedCluster", "apiServerAccessProfile"]],
      "a tag less",
    );
    const asked = { autoUpgradeProfile: { upgradeChannel: "patch" } };
    assert.deepEqual(moved({ autoUpgradeProfile: { upgradeChannel: "none" } }, asked), [
      ["managedCluster", "autoUpgradeProfile"],
    ]);
  });

  for (const [what, member, was, is] of [
    ["a tier", "sku", { tier: "Free" }, { tier: "Standard" }],
    ["a tag", "tags", { team: "a" }, { team: "a", who: "az" }],
    ["an administrators' group", "aadProfile", { adminGroupObjectIDs: ["a"] }, { adminGroupObjectIDs: [] }],
    ["an identity", "identity", { type: "SystemAssigned" }, { type: "UserAssigned" }],
  ] as const)
    it(`may be ${what}`, () => {
      const state = { ...cluster, [member]: was };
      const { tags, ...rest } = state as typeof cluster;
      const asked =
        member === "tags" ? { ...rest, tags, supportPlan: "AKSLongTermSupport" } : { ...rest, tags: {} };
      const update = found({}, asked, state, { ...state, [member]: is }, state);
      assert.deepEqual(
        update.map(({ wrong }) => wrong.split(": ").at(-1)),
        [member],
      );
      assert.deepEqual(found({}, state, state, { ...state, [member]: is }, state), [], "nothing is sent");
    });

  it("may be in the system pool, which every update of the cluster writes", () => {
    const byAz = (change: object, plan: object = {}, asked: object = { tags: {} }) =>
      found(
        {},
        asked,
        cluster,
        { ...cluster, agentPoolProfiles: [{ ...body, ...change }] },
        cluster,
        plan,
      ).map(({ path, wrong }) => [path, wrong.split(": ").at(-1)]);
    const grown = { nodeLabels: { who: "az" }, enableAutoScaling: true, maxCount: 9, mode: "System" };
    assert.deepEqual(byAz(grown), [["systemPool", "mode, nodeLabels, enableAutoScaling, maxCount"]]);
    assert.deepEqual(byAz(grown, {}, {}), [], "nothing is sent");
    assert.deepEqual(byAz({ count: 9 }), []);
    assert.deepEqual(byAz({ count: 9 }, { isFixed: true }), [["systemPool", "count"]]);
    assert.deepEqual(byAz({ count: 9 }, { isFixed: true, body: { ...body, count: 9 } }), []);
  });

  it("is left alone where nothing is sent, where it is known, and where it moves by itself", () => {
    assert.deepEqual(moved({ ...ranges, ...policy }, {}), []);
    assert.deepEqual(moved(policy, policy), [], "the program follows");
    const more = { addonProfiles: { ...policy.addonProfiles, omsagent: { enabled: false } } };
    assert.deepEqual(moved(policy, more), [], "and says of another one that it is off");
    assert.deepEqual(moved({ disableLocalAccounts: false }), [], "off is said, or is not");
    const refreshed = { ...cluster, ...ranges };
    assert.deepEqual(found({}, { tags: {} }, refreshed, refreshed), []);
    assert.deepEqual(moved({ kubernetesVersion: "1.36.0", agentPoolProfiles: [{ ...pool, count: 9 }] }), []);
    const secret = { config: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" } };
    const answer = { ...cluster, addonProfiles: { azurepolicy: { enabled: true, ...secret } } };
    assert.deepEqual(found({}, { tags: {} }, answer, cluster), [], "of what holds a secret nothing is known");
    const identity = { azurepolicy: { enabled: false, identity: { objectId: "x" }, config: {} } };
    assert.deepEqual(moved({ addonProfiles: identity, apiServerAccessProfile: undefined }), []);
  });

  it("of a cluster that was taken over is whatever no argument says, its pools too", () => {
    const [system, apool] = cluster.agentPoolProfiles;
    for (const change of [
      { count: 5 },
      { maxCount: 9 },
      { nodeLabels: { who: "az" } },
      { orchestratorVersion: "1.35.4" },
    ])
      assert.deepEqual(moved({ agentPoolProfiles: [{ ...apool, ...change }, system] }, undefined, imported), [
        ["importId", "the pools apool"],
      ]);
    assert.deepEqual(
      moved({ agentPoolProfiles: [{ ...apool, nodeImageVersion: "new" }, system] }, undefined, imported),
      [],
    );
    assert.deepEqual(moved({ agentPoolProfiles: [system] }, undefined, imported), [
      ["importId", "the pools apool"],
    ]);
    assert.deepEqual(moved({ workloadAutoScalerProfile: { keda: { enabled: true } } }, undefined, imported), [
      ["importId", "workloadAutoScalerProfile"],
    ]);
  });

  it("counts as an update what a channel has moved, as that version is sent", () => {
    const agentPoolProfiles = [{ ...pool, orchestratorVersion: "1.35.4", count: 5 }];
    const upgraded = { kubernetesVersion: "1.35.4", currentKubernetesVersion: "1.35.4", agentPoolProfiles };
    const sent = { kubernetesVersion: sentVersion(cluster.kubernetesVersion, upgraded as any) };
    assert.deepEqual(moved(upgraded, sent, imported), [["importId", "the pools system, apool"]]);
    // Recorded by a refresh: the older one in the program changes nothing.
    const refreshed = { ...cluster, ...upgraded };
    const grown = { ...refreshed, agentPoolProfiles: [{ ...agentPoolProfiles[0], count: 9 }] };
    assert.deepEqual(found(imported, sent, refreshed, grown, refreshed), []);
  });

  it("of a pool that is a resource of its own, too, but for its number of nodes and its version", () => {
    const body = { count: 1, nodeLabels: { a: "b" }, nodeTaints: [], minCount: 1, maxCount: 6, vmSize: "D8" };
    const seen = { name: "apool", ...body };
    const inputs = { agentPoolName: "apool", ...body };
    const foundIn = (asked: object, live: object, plan: object = {}, given: object = {}) =>
      unseenInPools(
        plan as any,
        [
          {},
          { path: "nodePools[0]", body: { ...body, ...asked }, recorded: { inputs, answer: seen }, ...given },
        ] as any,
        { agentPoolProfiles: [{ ...seen, ...live }] } as any,
      ).map(({ path, wrong }) => [path, wrong.split(": ").at(-1)]);
    const byAz = { nodeTaints: ["az=1:NoSchedule"], maxCount: 9 };
    assert.deepEqual(foundIn({ nodeLabels: {} }, byAz), [["nodePools[0]", "nodeTaints, maxCount"]]);
    assert.deepEqual(foundIn({}, byAz), [], "nothing is sent");
    assert.deepEqual(foundIn({ maxCount: 9 }, { maxCount: 9 }), [], "the program follows");
    const spot = "kubernetes.azure.com/scalesetpriority";
    const byAks = { nodeTaints: [`${spot}=spot:NoSchedule`], nodeLabels: { a: "b", [spot]: "spot" } };
    assert.deepEqual(foundIn({ nodeLabels: {} }, byAks), []);
    const more = { nodeLabels: { ...byAks.nodeLabels, who: "az" } };
    assert.deepEqual(foundIn({}, more), [], "nothing is sent of a Spot pool, either");
    assert.deepEqual(foundIn({ vmSize: "D16" }, { mode: "System" }), [["nodePools[0]", "mode"]]);
    assert.deepEqual(foundIn({ vmSize: "D16" }, { count: 5 }, {}, { isFixed: true }), [
      ["nodePools[0]", "count"],
    ]);
    assert.deepEqual(foundIn({ vmSize: "D16" }, { count: 5, orchestratorVersion: "1.36" }), []);
    assert.deepEqual(foundIn({ nodeLabels: {} }, byAz, { replaceCluster: true }), []);
  });

  const drift = { ...cluster, tags: { team: "a", who: "az" } };
  const same: [string, object, object, object?][] = [
    ["a location in other words", cluster, { ...cluster, location: "West Europe" }],
    ["a tag without a value", cluster, { ...cluster, tags: { team: "a", owner: undefined } }],
    [
      "a secret",
      {
        ...cluster,
        httpProxyConfig: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" },
      },
      { ...cluster, httpProxyConfig: { httpProxy: "http://user:word@proxy" } },
    ],
    [
      "what is imported and stays as it is found",
      { ...cluster, networkProfile: { outboundType: "userDefinedRouting" } },
      { ...cluster, networkProfile: { outboundType: "loadBalancer" } },
      { importId: "id", kubernetesVersion: "1.35.1" },
    ],
  ];
  for (const [what, inputs, asked, plan = {}] of same)
    it(`is left alone where nothing is sent: ${what}`, () => {
      assert.deepEqual(found(plan, asked, cluster, { ...drift, networkProfile: {} } as any, inputs), []);
      const ready = found(plan, asked, cluster, { ...drift, networkProfile: {} } as any, inputs, {}, false);
      assert.equal(ready.length, 1, "one that did not get ready is updated in any case");
    });

  it("is left alone where the program does not say it, or says that it is off and Azure nothing", () => {
    const state = { ...cluster, disableLocalAccounts: true };
    const off = { ...state, disableLocalAccounts: false, apiServerAccessProfile: { authorizedIPRanges: [] } };
    const live = {
      ...state,
      disableLocalAccounts: undefined,
      apiServerAccessProfile: {},
      aadProfile: { managed: true },
    };
    assert.deepEqual(found({}, { ...off, aadProfile: undefined }, { ...state, ...ranges }, live, state), []);
  });

  it("is not judged where the state is not told, nor where the cluster may be replaced", () => {
    const live = { ...cluster, ...ranges };
    const asked = { tags: {} };
    assert.deepEqual(found({ replaceCluster: true }, asked, cluster, live), []);
    assert.deepEqual(found({ hasKubeProxy: false }, asked, cluster, live), []);
    assert.deepEqual(found({}, asked, undefined as any, live), []);
  });
});
