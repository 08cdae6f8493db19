import assert from "node:assert/strict";
import type { Props } from "../../rehearsal/plugin/provider";
import { clusterInputs, poolInputs, removeFolders, withCluster, world, type World } from "./fixtures";

const group = { resourceGroupName: "rg" };
const aks = { ...group, resourceName: "aks" };
const rgId = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg";
const get = (made: World, token: string, args: Props): Promise<any> =>
  made.azure.invoke(`azure-native:${token}`, args, new AbortController().signal);

describe("azure: functions that read", () => {
  after(removeFolders);

  it("a cluster, with its pools and its network", async () => {
    const made = await withCluster((all) => (all.tags = { mode: "x" }));
    await made.up("containerservice:AgentPool", "user", poolInputs());
    const cluster = await get(made, "containerservice:getManagedCluster", aks);
    assert.equal(cluster.id, `${rgId}/providers/Microsoft.ContainerService/managedClusters/aks`);
    assert.deepEqual(
      [cluster.networkProfile.networkPlugin, cluster.networkProfile.networkPolicy, cluster.tags],
      ["azure", "calico", { mode: "x" }],
    );
    assert.deepEqual(
      cluster.agentPoolProfiles.map((pool: Props) => pool.name),
      ["system", "user"],
    );
  });
  it("what is not there is ARM's 404, in azure-native's words", async () => {
    const made = await world();
    const id = `${rgId}/providers/Microsoft.ContainerService/managedClusters/aks`;
    for (const token of ["getManagedCluster", "listManagedClusterUserCredentials"])
      await assert.rejects(get(made, `containerservice:${token}`, aks), (error: Error) => {
        assert.ok(error.message.startsWith(`request failed ${id}`), error.message);
        assert.match(
          error.message,
          /: Status=404 Code="ResourceGroupNotFound" Message="Resource group 'rg' could not be found\."/,
        );
        return true;
      });
    await made.up("resources:ResourceGroup", "rg", group);
    for (const [token, path] of [
      ["getManagedCluster", ""],
      ["listManagedClusterUserCredentials", "/listClusterUserCredential"],
      ["listManagedClusterAdminCredentials", "/listClusterAdminCredential"],
    ])
      await assert.rejects(get(made, `containerservice:${token}`, aks), (error: Error) => {
        assert.ok(
          error.message.startsWith(
            `request failed ${id}${path}: Status=404 Code="ResourceNotFound" Message="The Resource ` +
              "'Microsoft.ContainerService/managedClusters/aks' under resource group 'rg' was not found. " +
              'For more details please go to https://aka.ms/ARMResourceNotFoundFix"\n',
          ),
          error.message,
        );
        return true;
      });
  });
  it("a nested one that is not there is a 404 as well", async () => {
    const made = await world();
    await made.up("resources:ResourceGroup", "rg", group);
    await assert.rejects(
      get(made, "network:getSubnet", { ...group, virtualNetworkName: "net", subnetName: "nodes" }),
      /Code="ResourceNotFound".*'Microsoft.Network\/virtualNetworks\/net\/subnets\/nodes'/,
    );
  });
  it("a group, a network and its subnets, whoever declared them", async () => {
    const made = await world();
    await made.up("resources:ResourceGroup", "rg", group);
    assert.equal((await get(made, "resources:getResourceGroup", group)).location, "westeurope");
    const net = { ...group, virtualNetworkName: "net" };
    await made.up("network:VirtualNetwork", "net", {
      ...net,
      addressSpace: { addressPrefixes: ["10.0.0.0/8"] },
      subnets: [{ name: "inline", addressPrefix: "10.1.0.0/24" }],
    });
    await made.up("network:Subnet", "own", { ...net, subnetName: "own", addressPrefix: "10.2.0.0/24" });
    const network = await get(made, "network:getVirtualNetwork", net);
    assert.deepEqual(network.addressSpace, { addressPrefixes: ["10.0.0.0/8"] });
    assert.deepEqual(
      network.subnets.map((one: Props) => one.name),
      ["inline", "own"],
    );
    for (const [name, prefix] of [
      ["inline", "10.1.0.0/24"],
      ["own", "10.2.0.0/24"],
    ]) {
      const subnet = await get(made, "network:getSubnet", { ...net, subnetName: name });
      assert.equal(subnet.addressPrefix, prefix);
      assert.match(subnet.id, new RegExp(`/subnets/${name}$`));
    }
  });
  it("asks for what it needs, and refuses what it cannot answer", async () => {
    const made = await world();
    await assert.rejects(
      get(made, "containerservice:getManagedCluster", group),
      /missing required property 'resourceName'/,
    );
    await assert.rejects(get(made, "storage:getStorageAccount", {}), /does not know the resource type/);
    await assert.rejects(
      get(made, "resources:getResource", { ...aks, resourceProviderNamespace: "Microsoft.Web" }),
      /missing required property 'parentResourcePath'/,
    );
  });
  it("networkPolicy none, spelt out, is AKS without Calico", async () => {
    const made = await withCluster((all) => (all.networkProfile.networkPolicy = "none"));
    const [[, spec]] = made.clusters.calls as [string, any][];
    assert.deepEqual([spec.calico, spec.kubeProxy, spec.networkPlugin], [false, true, "azure"]);
  });
  it("networkPlugin none keeps its pod CIDR", async () => {
    const made = await world();
    await made.up("resources:ResourceGroup", "rg", group);
    const bare = clusterInputs((all) => {
      all.networkProfile = { networkPlugin: "none", podCidr: "10.240.0.0/16" };
    });
    const { outputs } = await made.up("containerservice:ManagedCluster", "aks", bare);
    assert.equal((outputs.networkProfile as Props).podCidr, "10.240.0.0/16");
    const [[, spec]] = made.clusters.calls as [string, any][];
    assert.deepEqual([spec.calico, spec.kubeProxy, spec.networkPlugin], [false, true, "none"]);
  });
});
