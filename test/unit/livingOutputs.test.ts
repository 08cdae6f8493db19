// What the component hands out of a living cluster while an update of it is only previewed.
import assert from "node:assert/strict";
import { AksCluster, type AksClusterArgs } from "../../components";
import { record } from "./record";

describe("a living cluster in a preview hands out what it has, and nothing that is about to change", () => {
  const ids = [
    "principalId",
    "kubeletIdentityObjectId",
    "keyVaultIdentityObjectId",
    "outboundIpIds",
  ] as const;
  const other =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/o";
  const live = {
    location: "norwayeast",
    dnsPrefix: "blue",
    nodeResourceGroup: "blue-nodes",
    identity: { type: "SystemAssigned", principalId: "system" },
    identityProfile: { kubeletidentity: { objectId: "kubelet", resourceId: `${other}2` } },
    addonProfiles: { azureKeyvaultSecretsProvider: { enabled: true, identity: { objectId: "vault" } } },
    networkProfile: {
      networkPlugin: "azure",
      networkPluginMode: "overlay",
      networkPolicy: "calico",
      outboundType: "loadBalancer",
      loadBalancerProfile: { managedOutboundIPs: { count: 1 }, effectiveOutboundIPs: [{ id: "ip" }] },
    },
  };
  const vault = { addonProfiles: { azureKeyvaultSecretsProvider: { enabled: true } } };
  /** Which of them the preview knows, and what they are. */
  const known = async (args: AksClusterArgs) => {
    const { result } = await record(
      async () => {
        const made = new AksCluster("dev", { resourceGroupName: "shared", clusterName: "blue", ...args });
        const outputs: any[] = ids.map((id) => made[id]);
        return Promise.all(outputs.map(async (one) => ((await one.isKnown) ? one.promise() : undefined)));
      },
      {
        preview: true,
        live,
        // azure-native in the preview of an update.
        state: (type, name, inputs) =>
          type.endsWith(":ManagedCluster")
            ? { name }
            : { ...inputs, name, result: "x7k2p9", output: inputs.input },
      },
    );
    return result;
  };

  it("where a tag changes", async () => {
    const tagged = { tags: { team: "kernel" }, managedCluster: vault };
    assert.deepEqual(await known(tagged), ["system", "kubelet", "vault", ["ip"]]);
  });
  it("where they are another identity's, off, or of other outbound addresses", async () => {
    const outbound = { loadBalancerProfile: { managedOutboundIPs: { count: 2 } } };
    const kubelet = { identityProfile: { kubeletidentity: { resourceId: other } } };
    const args = {
      userAssignedIdentityId: other,
      managedCluster: { networkProfile: outbound, ...kubelet },
    };
    for (const value of await known(args)) assert.ok(!value?.length, String(value));
  });
});
