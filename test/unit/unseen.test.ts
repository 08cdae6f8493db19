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
const found = (plan: object, asked: object, answer: object, live: object, inputs: object = cluster) =>
  unseenChanges(
    { hasKubeProxy: true, managedCluster: {}, networkPlan: {}, ...plan } as any,
    { ...cluster, ...asked } as any,
    inputs && { id: "", inputs, answer, isComparable: true },
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
    assert.deepEqual(moved({ autoUpgradeProfile: { upgradeChannel: "none" } }), [
      ["managedCluster", "autoUpgradeProfile"],
    ]);
  });

  it("is left alone where nothing is sent, where it is known, and where it moves by itself", () => {
    assert.deepEqual(moved({ ...ranges, ...policy }, {}), []);
    assert.deepEqual(moved(policy, policy), [], "the program follows");
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
    const foundIn = (asked: object, live: object, plan: object = {}) =>
      unseenInPools(
        plan as any,
        [
          {},
          { path: "nodePools[0]", body: { ...body, ...asked }, recorded: { inputs, answer: seen } },
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
    assert.deepEqual(foundIn({ vmSize: "D16" }, { count: 5, orchestratorVersion: "1.36" }), []);
    assert.deepEqual(foundIn({ nodeLabels: {} }, byAz, { replaceCluster: true }), []);
  });

  it("is not judged where the state is not told, nor where the cluster may be replaced", () => {
    const live = { ...cluster, ...ranges };
    const asked = { tags: {} };
    assert.deepEqual(found({ replaceCluster: true }, asked, cluster, live), []);
    assert.deepEqual(found({ hasKubeProxy: false }, asked, cluster, live), []);
    assert.deepEqual(found({}, asked, undefined as any, live), []);
  });
});
