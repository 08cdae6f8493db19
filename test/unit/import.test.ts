// Taking over a cluster that exists. What Pulumi's engine does with the option is not to be seen here: only that the
// right resource bears it, and that it asks for no change that our arguments could not express.
import assert from "node:assert/strict";
import { AksCluster, type AksClusterArgs, CalicoEbpfCluster } from "../../components";
import { record } from "./record";

const importId =
  "/subscriptions/s/resourceGroups/shared/providers/Microsoft.ContainerService/managedClusters/blue";
const take = (args: AksClusterArgs = {}) => record(() => new AksCluster("dev", { importId, ...args }));

describe("a cluster that is taken over", () => {
  it("is imported by its id, under its own name and in its own group, and nothing is made around it", async () => {
    const recording = await take();
    const { inputs, importId: imported } = recording.named("dev-cluster");
    assert.equal(imported, importId);
    assert.deepEqual([inputs.resourceGroupName, inputs.resourceName], ["shared", "blue"]);
    assert.deepEqual(
      recording.resources.map((r) => r.name),
      ["dev", "dev-made-as", "dev-cluster", "dev-provider"],
    );
  });

  it("keeps what was chosen at its birth, and what Azure fills in", async () => {
    const { ignoreChanges } = (await take()).named("dev-cluster");
    for (const path of [
      ...["dnsPrefix", "nodeResourceGroup", "agentPoolProfiles", "storageProfile", "kubernetesVersion"],
      ...["addonProfiles", "apiServerAccessProfile", "networkProfile.loadBalancerProfile"],
      ...["securityProfile", "sku", "aadProfile", "networkProfile.outboundType"],
    ]) {
      assert.ok(ignoreChanges.includes(path), path);
    }
    // What the arguments say is compared.
    for (const path of ["tags", "identity", "networkProfile", "networkProfile.serviceCidr"]) {
      assert.ok(!ignoreChanges.includes(path), path);
    }
  });

  it("is compared in all that the program says", async () => {
    const { ignoreChanges } = (
      await take({
        kubernetesVersion: "1.35",
        managedCluster: {
          addonProfiles: { azurepolicy: { enabled: true } },
          apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/24"] },
        },
      })
    ).named("dev-cluster");
    for (const path of [
      ...["kubernetesVersion", "addonProfiles", "addonProfiles.azurepolicy", "apiServerAccessProfile"],
    ]) {
      assert.ok(!ignoreChanges.includes(path), path);
    }
    // Neither on nor off in the program, so as it was found.
    assert.ok(ignoreChanges.includes("addonProfiles.omsagent"));
  });

  it("has switched off what the program says is off", async () => {
    const { ignoreChanges } = (
      await take({
        managedCluster: {
          addonProfiles: { azurepolicy: { enabled: false } },
          apiServerAccessProfile: { authorizedIPRanges: [] },
        },
      })
    ).named("dev-cluster");
    for (const path of ["addonProfiles", "addonProfiles.azurepolicy", "apiServerAccessProfile"]) {
      assert.ok(!ignoreChanges.includes(path), path);
    }
  });

  it("is protected unless the program says otherwise; a cluster of our own is not", async () => {
    assert.equal((await take()).named("dev-cluster").protect, true);
    assert.equal((await take({ protect: false })).named("dev-cluster").protect, false);
  });

  it("has only itself imported: new pools are made", async () => {
    const recording = await take({ nodePools: [{ name: "work" }] });
    const pool = recording.named("dev-pool-work");
    assert.equal(pool.importId, "");
    assert.equal(pool.inputs.resourceName, "blue");
    const made = await record(() => new AksCluster("dev"));
    assert.equal(made.named("dev-cluster").importId, "");
    assert.ok(!made.named("dev-cluster").ignoreChanges.includes("dnsPrefix"));
  });

  it("reaches the cluster through the component that has the data plane too", async () => {
    const recording = await record(() => new CalicoEbpfCluster("dev", { importId }));
    assert.equal(recording.named("dev-cluster").importId, importId);
  });

  it("takes the names in any case, as Azure does", async () => {
    const recording = await take({ clusterName: "BLUE", resourceGroupName: "Shared" });
    assert.equal(recording.named("dev-cluster").inputs.resourceName, "blue");
  });
});
