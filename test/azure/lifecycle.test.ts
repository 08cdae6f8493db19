import assert from "node:assert/strict";
import fs from "node:fs";
import { UNKNOWN, type Props } from "../../rehearsal/engine/provider";
import { clusterInputs, poolInputs, removeFolders, withCluster, world, type World } from "./fixtures";

const mc = "containerservice:ManagedCluster";
const ap = "containerservice:AgentPool";
const group = { resourceGroupName: "rg" };
const rgId = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg";
const mcId = `${rgId}/providers/Microsoft.ContainerService/managedClusters/aks`;
const outputs = async (made: World, type: string, id: string): Promise<any> =>
  (await made.azure.read(made.op(type, "x"), id, {}, {}))?.outputs;

describe("azure: from creation to deletion", () => {
  after(removeFolders);

  describe("names and places", () => {
    it("makes up a name of the resource's and eight hex digits, and keeps it", async () => {
      const made = await world();
      const op = made.op("resources:ResourceGroup", "base");
      const first = await made.azure.check(op, undefined, {});
      assert.match(String(first.inputs.resourceGroupName), /^base[0-9a-f]{8}$/);
      const again = await made.azure.check(op, first.inputs, {});
      assert.deepEqual(again.inputs, first.inputs);
      assert.deepEqual((await made.azure.diff(op, "", first.inputs, {}, again.inputs)).changed, []);
    });
    it("takes the location from the config, else from the group, else asks for it", async () => {
      const made = await world({});
      await assert.rejects(
        made.up("resources:ResourceGroup", "rg", group),
        /pulumi config set azure-native:location/,
      );
      await made.up("resources:ResourceGroup", "rg", { ...group, location: "North Europe" });
      const identity = await made.up("managedidentity:UserAssignedIdentity", "id", {
        ...group,
        resourceName: "me-id",
      });
      assert.equal(identity.outputs.location, "North Europe");
      const configured = await world({ location: "westeurope" });
      assert.equal(
        (await configured.up("resources:ResourceGroup", "rg", group)).outputs.location,
        "westeurope",
      );
    });
    it("does not know in a preview where a group to be made will stand", async () => {
      const made = await world({});
      const checked = await made.azure.check(made.op(mc, "aks"), undefined, clusterInputs());
      assert.equal(checked.inputs.location, UNKNOWN);
      assert.deepEqual(checked.failures, []);
      await assert.rejects(
        made.azure.create(made.op(mc, "aks"), checked.inputs),
        /Code="ResourceGroupNotFound"/,
      );
    });
    it("refuses an account that is none", async () => {
      await assert.rejects(world({ subscriptionId: "mine" }), /azure-native:subscriptionId is "mine"/);
    });
  });

  describe("a cluster", () => {
    it("answers as Azure does and starts what runs it", async () => {
      const made = await withCluster();
      const cluster = await outputs(made, mc, mcId);
      assert.match(cluster.fqdn, /^aks-[0-9a-f]{8}\.hcp\.westeurope\.azmk8s\.io$/);
      assert.match(
        cluster.oidcIssuerProfile.issuerURL,
        /^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\/0{8}-.+\/$/,
      );
      assert.equal(cluster.nodeResourceGroup, "MC_rg_aks_westeurope");
      assert.equal(cluster.name, "aks");
      assert.equal(cluster.id, mcId);
      assert.equal(cluster.provisioningState, "Succeeded");
      assert.equal(cluster.privateFQDN, undefined);
      assert.equal(cluster.agentPoolProfiles[0].maxPods, 30);
      assert.equal(cluster.networkProfile.networkPolicy, "calico");
      assert.match(cluster.identity.principalId, /^[0-9a-f-]{36}$/);
      assert.equal(cluster.azureApiVersion, "2025-09-01");
      const pools = [{ name: "system", count: 2, mode: "System", osSku: "Ubuntu" }];
      const brought = { calico: true, kubeProxy: true, networkPlugin: "azure" };
      const spec = { name: "aks", kubernetesVersion: "1.35", fqdn: cluster.fqdn, ...brought, pools };
      assert.deepEqual(made.clusters.calls, [["create", spec]]);
    });
    it("has a private name when private, and that is the API server's", async () => {
      const made = await withCluster((all) => (all.apiServerAccessProfile = { enablePrivateCluster: true }));
      const cluster = await outputs(made, mc, mcId);
      assert.match(cluster.privateFQDN, /\.privatelink\.westeurope\.azmk8s\.io$/);
      assert.equal((made.clusters.calls[0][1] as any).fqdn, cluster.privateFQDN);
    });
    it("has the same ids in another run", async () => {
      const [a, b] = await Promise.all([withCluster(), withCluster()]);
      assert.deepEqual(await outputs(a, mc, mcId), await outputs(b, mc, mcId));
    });
    it("needs its group", async () => {
      await assert.rejects(
        (await world()).up(mc, "aks", clusterInputs()),
        /Status=404 Code="ResourceGroupNotFound"/,
      );
    });
    it("is not created twice", async () => {
      const made = await withCluster();
      await assert.rejects(
        made.up(mc, "other", clusterInputs()),
        /cannot create already existing resource '.*\/aks'/,
      );
    });
    it("is taken over where an interrupted run left it", async () => {
      const made = await withCluster();
      await made.up(mc, "aks", clusterInputs());
      assert.match(made.logs.join(), /warning: .* is taken over/);
    });
    it("is not there when its control plane did not start", async () => {
      const made = await world();
      await made.up("resources:ResourceGroup", "rg", group);
      made.clusters.fail = new Error("no port");
      await assert.rejects(made.up(mc, "aks", clusterInputs()), /no port/);
      assert.equal(await outputs(made, mc, mcId), undefined);
      made.clusters.fail = undefined;
      await made.up(mc, "aks", clusterInputs());
    });
    it("stays out of a network that its services would overlap", async () => {
      const made = await world();
      await made.up("resources:ResourceGroup", "rg", group);
      const space = { addressPrefixes: ["10.0.0.0/8"] };
      await made.up("network:VirtualNetwork", "net", {
        ...group,
        virtualNetworkName: "net",
        addressSpace: space,
      });
      const names = { ...group, virtualNetworkName: "net" };
      const subnet = await made.up("network:Subnet", "nodes", { ...names, addressPrefix: "10.0.0.0/20" });
      const inputs = clusterInputs((all) => (all.agentPoolProfiles[0].vnetSubnetID = subnet.id));
      await assert.rejects(made.up(mc, "aks", inputs), /ServiceCidrOverlapExistingSubnetsCidr.*10.0.0.0\/20/);
      const missing = clusterInputs((all) => (all.agentPoolProfiles[0].vnetSubnetID = `${subnet.id}x`));
      await assert.rejects(made.up(mc, "aks", missing), /Code="SubnetNotFound"/);
      const good = clusterInputs((all) => {
        all.agentPoolProfiles[0].vnetSubnetID = subnet.id;
        Object.assign(all.networkProfile, { serviceCidr: "172.20.0.0/16", dnsServiceIP: "172.20.0.10" });
      });
      await made.up(mc, "aks", good);
      await assert.rejects(
        made.azure.delete(made.op("network:Subnet", "nodes"), subnet.id, {}, {}),
        /Code="InUseSubnetCannotBeDeleted"/,
      );
    });
  });

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
        deleteBeforeReplace: false,
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
    it("does not go back to an older Kubernetes", async () => {
      const made = await withCluster();
      await assert.rejects(
        (await cluster(made, (all) => (all.kubernetesVersion = "1.34"))).run,
        /Downgrading .* 1.35 to 1.34/,
      );
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
    it("need their cluster", async () => {
      const made = await world();
      await made.up("resources:ResourceGroup", "rg", group);
      await assert.rejects(
        made.up(ap, "user", poolInputs()),
        /Status=404 Code="ParentResourceNotFound".*managedClusters\/aks/,
      );
    });
  });

  it("a group's end is the end of all in it", async () => {
    const made = await withCluster();
    await made.up(ap, "user", poolInputs());
    await made.azure.delete(made.op("resources:ResourceGroup", "rg"), rgId, {}, {});
    assert.deepEqual(made.clusters.calls.at(-1), ["delete", "aks"]);
    for (const id of [rgId, mcId, `${mcId}/agentPools/user`])
      assert.equal(await outputs(made, mc, id), undefined);
    assert.deepEqual(JSON.parse(fs.readFileSync(made.store, "utf8")).resources, []);
    await made.azure.delete(made.op(mc, "aks"), mcId, {}, {});
  });

  describe("what Azure holds", () => {
    it("survives the run, without secrets", async () => {
      const made = await withCluster(
        (all) => (all.windowsProfile = { adminUsername: "azureuser", adminPassword: "Passw0rd-1234!" }),
      );
      const text = fs.readFileSync(made.store, "utf8");
      assert.ok(!text.includes("Passw0rd"));
      assert.ok(!text.includes("client-key"));
      const again = await world({ location: "westeurope" }, made.store);
      assert.deepEqual(await outputs(again, mc, mcId), await outputs(made, mc, mcId));
      assert.deepEqual(fs.readdirSync(made.store.replace(/[^/]+$/, "")), ["azure.json"]);
    });
    it("is not made up where the file is broken", async () => {
      const made = await withCluster();
      fs.writeFileSync(made.store, "{");
      await assert.rejects(world({}, made.store), /cannot be read from .*rehearse -- down/s);
    });
  });

  it("gives a role once", async () => {
    const made = await world();
    const role = `/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7`;
    const inputs = {
      scope: "/subscriptions/s",
      principalId: "p",
      principalType: "ServicePrincipal",
      roleDefinitionId: role,
    };
    const made1 = await made.up("authorization:RoleAssignment", "one", inputs);
    assert.match(made1.id, /roleAssignments\/[0-9a-f]{8}-/);
    await assert.rejects(
      made.up("authorization:RoleAssignment", "two", inputs),
      /Status=409 Code="RoleAssignmentExists"/,
    );
  });
});
