import assert from "node:assert/strict";
import type { Props } from "../../rehearsal/plugin/provider";
import { clusterInputs, poolInputs, removeFolders, withGroup, type World } from "./fixtures";
import * as beside from "./productionInputs";

const mc = "containerservice:ManagedCluster";
const group = { resourceGroupName: "rg" };
const crypto = beside.role("e147488a-f6f5-4113-8e2d-b22465e65bf6");
const network = beside.role("4d97b98b-1d4f-4787-a291-c67834d212e7");

const assign = (made: World, name: string, scope: string, principalId: string, roleDefinitionId: string) =>
  made.up("authorization:RoleAssignment", name, {
    scope,
    principalId,
    roleDefinitionId,
    principalType: "ServicePrincipal",
  });

describe("azure: what a request refers to must be there", () => {
  after(removeFolders);

  describe("disk encryption", () => {
    /** Vault and key. @returns URL of the key's version */
    async function keys(made: World, change?: (inputs: any) => void): Promise<string> {
      const vault = await made.up("keyvault:Vault", "keys", beside.vault(change));
      assert.equal((vault.outputs.properties as Props).vaultUri, "https://keys.vault.azure.net/");
      const { outputs } = await made.up("keyvault:Key", "disks", beside.key());
      return String(outputs.keyUriWithVersion);
    }
    const encrypted = () => clusterInputs((all) => (all.diskEncryptionSetID = beside.setId));

    it("a set of a vault whose keys it may use encrypts a cluster's disks", async () => {
      const made = await withGroup();
      const url = await keys(made);
      assert.match(url, /^https:\/\/keys\.vault\.azure\.net\/keys\/disks\/[0-9a-f]{32}$/);
      const set = await made.up("compute:DiskEncryptionSet", "set", beside.encryptionSet(url));
      const { principalId } = set.outputs.identity as Props;
      await made.refused(
        mc,
        encrypted(),
        /KeyVaultAccessForbidden.*'https:\/\/keys\..*'set'.*\n.*Crypto Service/s,
      );
      assert.deepEqual(made.clusters.calls, []);
      await assign(made, "reads", beside.vaultId, String(principalId), crypto);
      await made.up(mc, "aks", encrypted());
    });
    it("a vault without roles is not asked who may use its keys", async () => {
      const made = await withGroup();
      const url = await keys(made, (all) => (all.properties.enableRbacAuthorization = false));
      await made.up("compute:DiskEncryptionSet", "set", beside.encryptionSet(url));
      await made.up(mc, "aks", encrypted());
    });
    it("no set, no key, no purge protection, another region", async () => {
      const made = await withGroup();
      await made.refused(
        mc,
        encrypted(),
        /ResourceNotFound.*Sets\/set.*Target="properties.diskEncryptionSetID"/,
      );
      const url = await keys(made, (all) => delete all.properties.enablePurgeProtection);
      const set = (url: string, change?: (all: any) => void) =>
        made.up("compute:DiskEncryptionSet", "set", beside.encryptionSet(url, change));
      await assert.rejects(set(url), /no purge protection/);
      const other = await withGroup();
      const good = await keys(other);
      const wrong = beside.encryptionSet(good.replace("/disks/", "/other/"));
      await other.refused("compute:DiskEncryptionSet", wrong, /Code="KeyNotFound"/);
      const away = beside.encryptionSet(good, (all) => (all.location = "northeurope"));
      await other.refused("compute:DiskEncryptionSet", away, /in westeurope, the .* set in northeurope/);
    });
    it("a key needs its vault", async () =>
      (await withGroup()).refused("keyvault:Key", beside.key(), /ParentResourceNotFound/));
  });

  describe("an identity in a subnet of one's own", () => {
    async function networked(): Promise<
      World & { subnet: string; identity: string; principal: string; net: string }
    > {
      const made = await withGroup();
      const names = { ...group, virtualNetworkName: "net" };
      const space = { addressPrefixes: ["10.100.0.0/16"] };
      const net = await made.up("network:VirtualNetwork", "net", { ...names, addressSpace: space });
      const subnet = await made.up("network:Subnet", "nodes", { ...names, addressPrefix: "10.100.0.0/20" });
      const own = { ...group, resourceName: "aks-id" };
      const identity = await made.up("managedidentity:UserAssignedIdentity", "id", own);
      const principal = String(identity.outputs.principalId);
      return { ...made, subnet: subnet.id, identity: identity.id, principal, net: net.id };
    }
    const inputs = (made: { subnet: string; identity: string }) =>
      clusterInputs((all) => {
        all.identity = { type: "UserAssigned", userAssignedIdentities: [made.identity] };
        all.agentPoolProfiles[0].vnetSubnetID = made.subnet;
      });

    it("may join it first", async () => {
      const made = await networked();
      await assert.rejects(
        made.up(mc, "aks", inputs(made)),
        new RegExp(
          `Code="AuthorizationFailed" Message="The client '${made.principal}' .*subnets/join/action' over scope '${made.subnet}'.*Target="properties.agentPoolProfiles\\[0\\].vnetSubnetID"`,
        ),
      );
      await assign(made, "join", made.subnet, made.principal, network);
      await made.up(mc, "aks", inputs(made));
      const other = await made.up("network:Subnet", "more", {
        ...group,
        virtualNetworkName: "net",
        addressPrefix: "10.100.16.0/20",
      });
      const pool = poolInputs((all) => (all.vnetSubnetID = other.id));
      await made.refused(
        "containerservice:AgentPool",
        pool,
        /AuthorizationFailed.*Target="properties.vnetSubnetID"/,
      );
    });
    for (const [what, scope] of [
      ["its network", (made: { net: string }) => made.net],
      ["its group", () => beside.rgId],
      ["the subscription", () => "/subscriptions/00000000-0000-0000-0000-000000000000"],
    ] as const)
      it(`by a role on ${what}`, async () => {
        const made = await networked();
        await assign(made, "join", scope(made), made.principal, network);
        await made.up(mc, "aks", inputs(made));
      });
    it("not by another's role, on another subnet, or one that only reads", async () => {
      const made = await networked();
      await assign(made, "a", made.subnet, beside.uuid, network);
      await assign(
        made,
        "b",
        made.subnet,
        made.principal,
        beside.role("acdd72a7-3385-48ef-bd42-f606fba81ae7"),
      );
      await made.refused(mc, inputs(made), /AuthorizationFailed/);
    });
    it("a role of one's own may do: it is said that nobody here knows", async () => {
      const made = await networked();
      await assign(made, "a", made.subnet, made.principal, beside.role(beside.uuid));
      await made.up(mc, "aks", inputs(made));
      assert.match(
        made.logs.join("\n"),
        /info: Whether .*userAssignedIdentities\/aks-id may join .* is not known/,
      );
    });
    it("an identity that is missing, one from elsewhere, and the cluster's own", async () => {
      const made = await networked();
      await made.refused(
        mc,
        inputs({ ...made, identity: `${made.identity}x` }),
        /Code="ResourceNotFound".*userAssignedIdentities\/aks-idx.*Target="identity.userAssignedIdentities"/,
      );
      const elsewhere = made.identity.replace("resourceGroups/rg", "resourceGroups/central");
      await made.up(mc, "aks", inputs({ ...made, identity: elsewhere }));
      const system = clusterInputs((all) => {
        all.resourceName = "aks2";
        all.agentPoolProfiles[0].vnetSubnetID = made.subnet;
      });
      await made.up(mc, "aks2", system);
    });
    it("a role is given on what is there", async () => {
      const made = await networked();
      await assert.rejects(
        assign(made, "a", `${made.net}x`, made.principal, network),
        /Status=404 Code="ResourceNotFound".*virtualNetworks\/netx/,
      );
    });
  });
});
