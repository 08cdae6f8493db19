import assert from "node:assert/strict";
import type { Props } from "../../rehearsal/plugin/provider";
import { clusterInputs, poolInputs, removeFolders, withCluster, world, type World } from "./fixtures";

const mc = "containerservice:ManagedCluster";
const ap = "containerservice:AgentPool";
const group = { resourceGroupName: "rg" };
const rgId = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg";
const mcId = `${rgId}/providers/Microsoft.ContainerService/managedClusters/aks`;
const outputs = async (made: World, type: string, id: string): Promise<any> =>
  (await made.azure.read(made.op(type, "x"), id, {}, {}))?.outputs;

describe("azure: clusters and pools that change", () => {
  after(removeFolders);

  describe("an update", () => {
    const change = async (made: World, type: string, id: string, olds: Props, news: Props) => {
      const op = made.op(type, "aks");
      const [old, now] = await Promise.all([olds, news].map((one) => made.azure.check(op, undefined, one)));
      assert.deepEqual(now.failures, []);
      const diff = await made.azure.diff(op, id, old.inputs, {}, now.inputs);
      return { diff, run: () => made.azure.update(op, id, old.inputs, {}, now.inputs) };
    };
    const cluster = (made: World, edit: (all: any) => void) =>
      change(made, mc, mcId, clusterInputs(), clusterInputs(edit));

    it("in place: tags and a pool's size, which rescales the nodes", async () => {
      const made = await withCluster();
      const { diff, run } = await cluster(made, (all) => {
        all.tags.env = "prod";
        all.agentPoolProfiles[0].count = 4;
      });
      assert.deepEqual(diff, {
        changed: ["agentPoolProfiles[0].count", "tags.env"],
        replace: [],
        deleteBeforeReplace: false,
      });
      assert.equal(
        (await run()).outputs.tags && (await outputs(made, mc, mcId)).agentPoolProfiles[0].count,
        4,
      );
      assert.deepEqual(made.clusters.calls.at(-1), [
        "setPool",
        { cluster: "aks", name: "system", count: 4, mode: "System", osSku: "Ubuntu" },
      ]);
    });
    it("by replacement: what azure-native marks so", async () => {
      const made = await withCluster();
      for (const [edit, path] of [
        [(all: any) => (all.networkProfile.networkPolicy = "azure"), "networkProfile.networkPolicy"],
        [(all: any) => (all.dnsPrefix = "other"), "dnsPrefix"],
        [(all: any) => (all.nodeResourceGroup = "nodes"), "nodeResourceGroup"],
        [(all: any) => (all.location = "northeurope"), "location"],
      ] as const)
        assert.deepEqual((await cluster(made, edit)).diff, {
          changed: [path],
          replace: [path],
          deleteBeforeReplace: true,
        });
      const named = await cluster(made, (all) => (all.resourceName = "other"));
      assert.deepEqual(named.diff, {
        changed: ["resourceName"],
        replace: ["resourceName"],
        deleteBeforeReplace: true,
      });
      const location = await cluster(made, (all) => (all.location = "West Europe"));
      assert.deepEqual(location.diff.changed, []);
    });
    const fixed: [string, (all: any) => void][] = [
      [
        "properties.agentPoolProfiles[0].vmSize",
        (all) => (all.agentPoolProfiles[0].vmSize = "Standard_D8s_v5"),
      ],
      ["properties.enableRBAC", (all) => (all.enableRBAC = false)],
      [
        "properties.apiServerAccessProfile.enablePrivateCluster",
        (all) => (all.apiServerAccessProfile = { enablePrivateCluster: true }),
      ],
      [
        "properties.oidcIssuerProfile.enabled",
        (all) => Object.assign(all, { oidcIssuerProfile: { enabled: false }, securityProfile: {} }),
      ],
    ];
    for (const [path, edit] of fixed)
      it(`not at all: ${path}`, async () => {
        const made = await withCluster();
        const { diff, run } = await cluster(made, edit);
        assert.deepEqual(diff.replace, []);
        await assert.rejects(run, (error: Error) =>
          error.message.startsWith(
            `Status=400 Code="PropertyChangeNotAllowed" Message="Changing property '${path}' is not allowed." Target="${path}"`,
          ),
        );
      });
    it("keeps what it leaves out, as AKS does, and switches off what it says is off", async () => {
      const on = {
        addonProfiles: { azurepolicy: { enabled: true }, omsagent: { enabled: false } },
        apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/24"] },
        aadProfile: { managed: true },
      };
      const pool = { nodeLabels: { a: "b" }, nodeTaints: ["a=b:NoSchedule"], tags: { a: "b" } };
      const grown = { ...pool, enableAutoScaling: true, minCount: 1, maxCount: 5 };
      const off = { nodeLabels: {}, nodeTaints: [], tags: {}, enableAutoScaling: false };
      const made = await withCluster((all) => {
        Object.assign(all, structuredClone(on));
        Object.assign(all.agentPoolProfiles[0], grown);
      });
      const after = async (edit: (all: any) => void) => {
        await (await cluster(made, edit)).run();
        return outputs(made, mc, mcId);
      };
      const kept = await after(() => undefined);
      for (const [name, value] of Object.entries(on)) assert.deepEqual(kept[name], value);
      for (const [name, value] of Object.entries(grown))
        assert.deepEqual(kept.agentPoolProfiles[0][name], value);
      const gone = await after((all) => {
        all.addonProfiles = { azurepolicy: { enabled: false } };
        all.apiServerAccessProfile = { authorizedIPRanges: [] };
        Object.assign(all.agentPoolProfiles[0], off);
      });
      assert.deepEqual(gone.addonProfiles, {
        azurepolicy: { enabled: false },
        omsagent: { enabled: false },
      });
      assert.deepEqual(gone.apiServerAccessProfile, { authorizedIPRanges: [] });
      const { minCount, ...own } = gone.agentPoolProfiles[0];
      assert.equal(minCount, undefined);
      for (const [name, value] of Object.entries(off)) assert.deepEqual(own[name], value);
    });
    it("does not go back to an older Kubernetes", async () => {
      const made = await withCluster();
      await assert.rejects(
        (await cluster(made, (all) => (all.kubernetesVersion = "1.34"))).run,
        /Downgrading .* 1.35 to 1.34/,
      );
    });
    it("does not skip a minor version, and keeps the version that is left out", async () => {
      const made = await withCluster();
      const skip = await cluster(made, (all) => (all.kubernetesVersion = "1.37"));
      await assert.rejects(skip.run, /Upgrading Kubernetes version 1.35 to 1.37 is not allowed/);
      await (await cluster(made, (all) => (all.kubernetesVersion = "1.36"))).run();
      await (await cluster(made, (all) => delete all.kubernetesVersion)).run();
      assert.equal((await outputs(made, mc, mcId)).kubernetesVersion, "1.36");
    });
    it("takes no new pool in the cluster's list, and shrinks the ones that it names", async () => {
      const made = await withCluster();
      await made.up(
        ap,
        "apool",
        poolInputs((all) => (all.agentPoolName = "apool")),
      );
      const listed = (name: string) => (all: any) =>
        all.agentPoolProfiles.push({
          ...all.agentPoolProfiles[0],
          name,
          mode: "User",
          vmSize: "Standard_D4s_v5",
          count: 1,
        });
      await assert.rejects((await cluster(made, listed("other"))).run, /A new agent pool was introduced/);
      await (await cluster(made, listed("apool"))).run();
      const pools = (await outputs(made, mc, mcId)).agentPoolProfiles;
      assert.deepEqual(
        pools.map(({ name, count }: Props) => [name, count]),
        [
          ["apool", 1],
          ["system", 2],
        ],
      );
    });
    it("leaves a pool in place that it leaves out", async () => {
      const made = await withCluster();
      const pool = poolInputs((all) => Object.assign(all, { agentPoolName: "apool", mode: "System" }));
      const { id } = await made.up(ap, "apool", pool);
      const { vmSize, mode } = pool;
      const other = await cluster(made, (all) => {
        all.agentPoolProfiles = [{ ...all.agentPoolProfiles[0], name: "apool", vmSize, mode }];
      });
      await other.run();
      const names = async () =>
        (await outputs(made, mc, mcId)).agentPoolProfiles.map(({ name }: Props) => name);
      assert.deepEqual(await names(), ["apool", "system"]);
      await made.azure.delete(made.op(ap, "apool"), id, {}, {});
      assert.deepEqual(await names(), ["system"]);
    });
    it("of what is gone says so", async () => {
      const made = await withCluster();
      await made.azure.delete(made.op(mc, "aks"), mcId, {}, {});
      await assert.rejects(
        (await cluster(made, (all) => (all.tags.env = "x"))).run,
        /Status=404 Code="ResourceNotFound"/,
      );
    });
    it("of a pool: vmSize replaces it, the kubelet's disk is refused", async () => {
      const made = await withCluster();
      const pool = await made.up(ap, "user", poolInputs());
      const sized = await change(
        made,
        ap,
        pool.id,
        poolInputs(),
        poolInputs((all) => (all.vmSize = "Standard_D8s_v5")),
      );
      assert.deepEqual(sized.diff.replace, ["vmSize"]);
      const disk = await change(
        made,
        ap,
        pool.id,
        poolInputs(),
        poolInputs((all) => (all.kubeletDiskType = "Temporary")),
      );
      await assert.rejects(disk.run, /Changing property 'properties.kubeletDiskType' is not allowed/);
    });
  });

  describe("pools", () => {
    it("come, change and go with their nodes, and the cluster lists them", async () => {
      const made = await withCluster();
      const labels = { nodeLabels: { tier: "web" }, nodeTaints: ["web=true:NoSchedule"] };
      const pool = await made.up(
        ap,
        "user",
        poolInputs((all) => Object.assign(all, labels)),
      );
      const nodes = {
        cluster: "aks",
        name: "user",
        mode: "User",
        osSku: "Ubuntu",
        labels: { tier: "web" },
        taints: labels.nodeTaints,
      };
      assert.deepEqual(made.clusters.calls.at(-1), ["setPool", { ...nodes, count: 3 }]);
      assert.deepEqual(pool.outputs.nodeLabels, { tier: "web" });
      const names = (await outputs(made, mc, mcId)).agentPoolProfiles.map((one: Props) => one.name);
      assert.deepEqual(names, ["system", "user"]);
      await made.azure.delete(made.op(ap, "user"), pool.id, {}, {});
      assert.deepEqual(made.clusters.calls.at(-1), ["setPool", { ...nodes, count: 0 }]);
      assert.equal(await outputs(made, ap, pool.id), undefined);
    });
    it("that stand in the cluster's body are read and deleted by their own id, but for the last system pool", async () => {
      const made = await withCluster();
      const id = `${mcId}/agentPools/system`;
      const read = await made.azure.read(made.op(ap, "old"), id, {}, {});
      assert.deepEqual(
        [read?.outputs.name, read?.outputs.count, read?.inputs?.agentPoolName, read?.inputs?.name],
        ["system", 2, "system", undefined],
      );
      const named = poolInputs((all) => (all.agentPoolName = "system"));
      await made.refused(ap, named, /cannot create already existing resource/);
      const remove = () => made.azure.delete(made.op(ap, "old"), id, {}, {});
      await assert.rejects(
        remove(),
        /Code="OperationNotAllowed" Message="There has to be at least one system agent pool\."/,
      );
      await made.up(
        ap,
        "next",
        poolInputs((all) => Object.assign(all, { agentPoolName: "next", mode: "System" })),
      );
      await remove();
      assert.deepEqual(
        (await outputs(made, mc, mcId)).agentPoolProfiles.map((one: Props) => one.name),
        ["next"],
      );
      assert.equal(await outputs(made, ap, id), undefined);
      assert.deepEqual(made.clusters.calls.at(-1), [
        "setPool",
        { cluster: "aks", name: "system", mode: "System", osSku: "Ubuntu", count: 0 },
      ]);
    });
    it("need their cluster", async () => {
      const made = await world();
      await made.up("resources:ResourceGroup", "rg", group);
      await made.refused(ap, poolInputs(), /Status=404 Code="ParentResourceNotFound".*managedClusters\/aks/);
    });
  });
});
