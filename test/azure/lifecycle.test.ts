import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Store } from "../../rehearsal/azure/store";
import { UNKNOWN, type InitializationError } from "../../rehearsal/plugin/provider";
import {
  clusterInputs,
  poolInputs,
  removeFolders,
  withCluster,
  withGroup,
  world,
  type World,
} from "./fixtures";

const mc = "containerservice:ManagedCluster";
const ap = "containerservice:AgentPool";
const group = { resourceGroupName: "rg" };
const aks = { ...group, resourceName: "aks" };
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
      await made.refused("resources:ResourceGroup", group, /pulumi config set azure-native:location/);
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
    it("has its public name alone without a private DNS zone", async () => {
      const zone = { enablePrivateCluster: true, privateDNSZone: "none" };
      const cluster = await outputs(
        await withCluster((all) => (all.apiServerAccessProfile = zone)),
        mc,
        mcId,
      );
      assert.match(cluster.fqdn, /\.hcp\.westeurope\.azmk8s\.io$/);
      assert.equal(cluster.privateFQDN, undefined);
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
      await made.refused(mc, clusterInputs(), /cannot create already existing resource '.*\/aks'/);
    });
    it("is held from the PUT on: a run that is killed leaves it, and an import with its id finishes it", async () => {
      const made = await withGroup();
      const op = made.op(mc, "aks");
      const { inputs } = await made.azure.check(op, undefined, clusterInputs());
      made.clusters.hang = true;
      void made.azure.create(op, inputs);
      while (!made.clusters.hung) await pause(5);
      // Another process: the first one was killed with its lock in hand.
      for (const file of fs.readdirSync(path.dirname(made.store)))
        if (file.endsWith(".lock")) fs.rmSync(path.join(path.dirname(made.store), file), { recursive: true });
      const next = await world({ location: "westeurope" }, made.store);
      const get = () => next.azure.invoke("azure-native:containerservice:getManagedCluster", aks, op.signal);
      assert.equal((await get()).provisioningState, "Creating");
      await assert.rejects(
        next.up(mc, "aks", clusterInputs()),
        new RegExp(
          `cannot create already existing resource '${mcId}'.*pulumi import .*'${op.type}' 'aks' '${mcId}'`,
        ),
      );
      const read = await next.azure.read(op, mcId, inputs, {});
      assert.deepEqual(read?.inputs, inputs);
      assert.equal((await get()).provisioningState, "Succeeded");
      assert.equal(next.clusters.calls[0][0], "create");
      assert.deepEqual((await next.azure.diff(op, mcId, read!.inputs!, read!.outputs, inputs)).changed, []);
    });
    it("is there, but failed, when its control plane did not start: the next PUT finishes it", async () => {
      const made = await withGroup();
      made.clusters.fail = new Error("no port");
      await assert.rejects(made.up(mc, "aks", clusterInputs()), (error: InitializationError) => {
        assert.deepEqual(error.reasons, ["no port"]);
        assert.equal(error.state.outputs.provisioningState, "Failed");
        return true;
      });
      made.clusters.fail = undefined;
      const op = made.op(mc, "aks");
      const { inputs } = await made.azure.check(op, undefined, clusterInputs());
      const { outputs } = await made.azure.update(op, mcId, inputs, {}, inputs);
      assert.equal(outputs.provisioningState, "Succeeded");
      assert.equal(made.clusters.calls[0][0], "create");
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
      await made.refused(mc, inputs, /ServiceCidrOverlapExistingSubnetsCidr.*10.0.0.0\/20/);
      const missing = clusterInputs((all) => (all.agentPoolProfiles[0].vnetSubnetID = `${subnet.id}x`));
      await made.refused(mc, missing, /Code="SubnetNotFound"/);
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
    it("is one for several processes: nothing of either is lost", async () => {
      const first = await withCluster();
      const second = await world({ location: "westeurope" }, first.store);
      const names = Array.from({ length: 6 }, (_, i) => `pool${i}`);
      await Promise.all(
        names.map((name, i) =>
          [first, second][i % 2].up(
            ap,
            name,
            poolInputs((all) => (all.agentPoolName = name)),
          ),
        ),
      );
      const pools = (made: World) =>
        outputs(made, mc, mcId).then(({ agentPoolProfiles }) => agentPoolProfiles.length);
      assert.deepEqual([await pools(first), await pools(second)], [7, 7]);
      assert.equal(
        new Store(first.store).ofType("Microsoft.ContainerService/managedClusters/agentPools").length,
        6,
      );
      assert.deepEqual(fs.readdirSync(path.dirname(first.store)), ["azure.json"]);
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
    await made.refused("authorization:RoleAssignment", inputs, /Status=409 Code="RoleAssignmentExists"/);
  });
});
