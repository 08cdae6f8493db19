// Who reaches a cluster, and by which kubeconfig.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster } from "../../components";
import { entraKubeconfig, isSecret, record, valueOf } from "./record";

const group = "22222222-2222-2222-2222-222222222222";

describe("access to an AksCluster", () => {
  it("signs in with Entra, local accounts off, kubelogin in the mode that is asked for", async () => {
    const recording = await record(async () => {
      const cluster = new AksCluster("dev", {
        managedCluster: { aadProfile: { adminGroupObjectIDs: [group] }, disableLocalAccounts: true },
        kubeloginMode: "workloadidentity",
      });
      return valueOf(cluster.kubeconfig);
    });
    const { inputs } = recording.named("dev-cluster");
    assert.equal(inputs.disableLocalAccounts, true);
    assert.deepEqual(inputs.aadProfile, { managed: true, adminGroupObjectIDs: [group] });
    assert.equal(recording.invokes.at(-1)!.inputs.format, "exec");
    assert.match(recording.result, /- --login\n {6}- workloadidentity\n/);
  });

  it("makes a private cluster, whose host is the private one, and the public one where it has no zone", async () => {
    for (const [privateDNSZone, host] of [
      ["system", "aks-1a2b.privatelink.westeurope.azmk8s.io"],
      [pulumi.output("none"), "aks-1a2b.hcp.westeurope.azmk8s.io"],
    ] as const) {
      const recording = await record(() =>
        valueOf(
          new AksCluster("dev", {
            managedCluster: { apiServerAccessProfile: { enablePrivateCluster: true, privateDNSZone } },
          }).fqdn,
        ),
      );
      const access = recording.named("dev-cluster").inputs.apiServerAccessProfile;
      assert.deepEqual(Object.keys(access).sort(), ["enablePrivateCluster", "privateDNSZone"]);
      assert.equal(recording.result, host);
    }
  });

  it("keeps the kubeconfig secret, in the provider and in the outputs", async () => {
    const recording = await record(async () => pulumi.isSecret(new AksCluster("dev").kubeconfig));
    assert.equal(recording.result, true);
    const provider = recording.named("dev-provider");
    assert.ok(isSecret(provider.raw.kubeconfig));
    assert.ok(isSecret([...recording.outputs.values()][0].kubeconfig));
  });

  it("tells the provider which cluster it is, so that a new kubeconfig replaces nothing", async () => {
    const { inputs } = (await record(() => new AksCluster("dev"))).named("dev-provider");
    assert.equal(inputs.clusterIdentifier, "/id/of/dev-cluster");
    assert.equal(inputs.enableServerSideApply, "true");
    assert.equal(inputs.enableConfigMapMutable, "true");
  });

  it("refuses to take Entra away from a cluster that has it: AKS does not", async () => {
    const program = () => new AksCluster("dev");
    await assert.rejects(
      record(program, { kubeconfig: entraKubeconfig }),
      /write managedCluster\.aadProfile/,
    );
  });

  it("previews Entra for a cluster that does not have it yet", async () => {
    const program = () =>
      new AksCluster("dev", { managedCluster: { aadProfile: { adminGroupObjectIDs: [group] } } });
    const recording = await record(program, { kubeconfig: "apiVersion: v1\n", preview: true });
    assert.equal(recording.named("dev-provider").inputs.kubeconfig, "apiVersion: v1\n");
  });
});
