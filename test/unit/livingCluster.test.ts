// What an update must not take from a living cluster: decided from Azure's one answer, before anything is done.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster, type AksClusterArgs } from "../../components";
import { record, type RecordOptions } from "./record";

const names = { resourceGroupName: "shared", clusterName: "blue" };
const network = {
  networkPlugin: "azure",
  networkPluginMode: "overlay",
  networkPolicy: "calico",
  outboundType: "loadBalancer",
  podCidr: "10.244.0.0/16",
  serviceCidr: "10.0.0.0/16",
  dnsServiceIP: "10.0.0.10",
};
const disks = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/diskEncryptionSets/";

/** Asks Azure, which has this cluster. */
const up = (args: AksClusterArgs, live: object = {}, options: RecordOptions = {}) =>
  record(() => new AksCluster("dev", { ...names, ...args }), {
    live: {
      ...{ name: "blue", location: "norwayeast", dnsPrefix: "blue", nodeResourceGroup: "blue-nodes" },
      networkProfile: network,
      ...live,
    },
    ...options,
  });
const inNetwork = (networkProfile: object): AksClusterArgs => ({ managedCluster: { networkProfile } });
const withNetwork = (change: object) => ({ networkProfile: { ...network, ...change } });
/** The stack has made it under these names. */
const madeAs = (was: object): RecordOptions => ({
  state: (type, name, inputs) => ({
    ...inputs,
    name,
    ...(type === "pulumi:index:Stash"
      ? { output: { ...inputs.input, ...(was as object) } }
      : { result: "x7k2p9", fqdn: "f", privateFQDN: "f", oidcIssuerProfile: {} }),
  }),
});

describe("a living cluster", () => {
  describe("is not replaced", () => {
    const dns = withNetwork({ dnsServiceIP: "10.1.0.10" });
    type Row = [argument: string, args: AksClusterArgs, live: object, says: string, options?: RecordOptions];
    const rows: Row[] = [
      [
        "location",
        { location: "northeurope" },
        {},
        "location northeurope, and the cluster blue has norwayeast",
      ],
      [
        "location",
        {},
        { location: "westeurope" },
        "location norwayeast, and the cluster blue has westeurope",
      ],
      [
        "managedCluster.diskEncryptionSetID",
        { managedCluster: { diskEncryptionSetID: `${disks}a` } },
        {},
        `${disks}a, and the cluster blue has (none)`,
      ],
      [
        "managedCluster.diskEncryptionSetID",
        {},
        { diskEncryptionSetID: `${disks}a` },
        `(none), and the cluster blue has ${disks}a`,
      ],
      ["managedCluster.dnsPrefix", {}, { dnsPrefix: "old" }, "dnsPrefix blue, and the cluster blue has old"],
      [
        "managedCluster.nodeResourceGroup",
        {},
        { nodeResourceGroup: "MC_blue" },
        "nodeResourceGroup blue-nodes, and",
      ],
      [
        "network.serviceCidr",
        { network: { serviceCidr: "10.1.0.0/16" } },
        dns,
        "10.1.0.0/16, and the cluster blue has 10.0.0.0/16",
      ],
      [
        "managedCluster.networkProfile.dnsServiceIP",
        inNetwork({ dnsServiceIP: "10.0.0.11" }),
        {},
        "10.0.0.11, and",
      ],
      ["network.podCidr", { network: { podCidr: "10.100.0.0/16" } }, {}, "10.100.0.0/16, and"],
      [
        "network.podCidr",
        {},
        withNetwork({ podCidr: "10.100.0.0/16" }),
        "10.244.0.0/16, and the cluster blue has 10.100.0.0/16",
      ],
      [
        "managedCluster.networkProfile.outboundType",
        inNetwork({ outboundType: "managedNATGateway" }),
        {},
        "managedNATGateway, and",
      ],
      [
        "network.mode",
        {},
        withNetwork({ networkPluginMode: undefined }),
        "overlay, and the cluster blue has (none)",
      ],
      ["network.mode", { network: { mode: "Flat" } }, {}, "(none), and the cluster blue has overlay"],
      [
        "clusterName",
        {},
        { name: "red" },
        "the name blue, and the cluster red has red",
        madeAs({ resourceName: "red" }),
      ],
      [
        "resourceGroupName",
        {},
        {},
        "the resource group shared, and the cluster blue has other",
        madeAs({ resourceGroupName: "other" }),
      ],
      [
        "resourceGroupName",
        {},
        {},
        "the resource group shared, and the cluster blue has Shared",
        madeAs({ resourceGroupName: "Shared" }),
      ],
    ];
    for (const [argument, args, live, says, options] of rows) {
      it(`for ${argument}: ${says}`, async () => {
        await assert.rejects(up(args, live, options), (error: Error) => {
          assert.deepEqual(error.message.match(/^ {2}[\w.]+(?=: )/gm), [`  ${argument}`], error.message);
          assert.ok(error.message.includes(says), error.message);
          assert.match(
            error.message,
            /write: .*(replaceCluster: true|az aks update --ids \S+ --outbound-type)/,
          );
          return true;
        });
        const allowed = await up({ ...args, replaceCluster: true }, live, options);
        assert.equal(allowed.named("dev-cluster").inputs.resourceName, "blue");
      });
    }

    it("for a component of another name, of which the cluster's is made", async () => {
      const unnamed = { clusterName: undefined, resourceGroupName: undefined };
      const made = madeAs({ resourceName: "old-x7k2p9", resourceGroupName: "old-x7k2p9" });
      await assert.rejects(
        up(unnamed, {}, made),
        /resourceGroupName: .* old-x7k2p9\n[^]*clusterName: .*the name dev-x7k2p9, .*\n.*\n.*the component's former name/,
      );
    });

    it("nor refused where azure-native sees no difference, or Azure says what nobody asked for", async () => {
      const same = { location: "West Europe", diskEncryptionSetID: `${disks}A`, fqdnSubdomain: "x" };
      const more = withNetwork({
        ipFamilies: ["IPv4"],
        networkDataplane: "azure",
        networkMode: "transparent",
      });
      await up(
        { managedCluster: { diskEncryptionSetID: `${disks}a` }, location: "westeurope" },
        { ...same, ...more },
      );
    });

    it("nor made once more in another subscription", async () => {
      await assert.rejects(
        up({}, {}, { ...madeAs({ subscriptionId: "old" }), subscriptionId: "new" }),
        /azure-native:subscriptionId: is new, and the cluster blue was made in old/,
      );
    });

    it("and all is said together", async () => {
      const asked = { location: "northeurope", network: { serviceCidr: "10.1.0.0/16" } };
      await assert.rejects(up(asked), /3 arguments are refused[^]*location[^]*serviceCidr[^]*dnsServiceIP/);
    });

    it("nor refused for what a preview does not know", async () => {
      const later = pulumi.output(Promise.resolve(pulumi.unknown as unknown as string));
      await up({ location: later }, {}, { preview: true });
    });

    it("is looked for under the names that it was made with, which change only with a replacement", async () => {
      const stash = async (args: AksClusterArgs) => (await up(args)).named("dev-made-as");
      assert.deepEqual((await stash({})).replaceOnChanges, []);
      assert.deepEqual((await stash({ replaceCluster: true })).replaceOnChanges, ["input"]);
    });
  });

  describe("keeps its nodes", () => {
    const pool = (name: string, count: number, more: object = {}) => ({ name, count, ...more });
    const auto = { enableAutoScaling: true };
    const counts = async (args: AksClusterArgs, agentPoolProfiles: object[], options?: RecordOptions) => {
      const recording = await up(args, { agentPoolProfiles }, options);
      const [{ count }] = recording.named("dev-cluster").inputs.agentPoolProfiles;
      return [count, recording.named("dev-pool-apool").inputs.count];
    };
    const scaled = { autoscaling: { min: 2, max: 9 } };
    const both = { systemPool: scaled, nodePools: [{ name: "apool", ...scaled }] };

    it("that the autoscaler gave it, system and user pool alike, found by name", async () => {
      const live = [pool("apool", 7, auto), pool("system", 5, auto)];
      assert.deepEqual(await counts(both, live), [5, 7]);
      assert.deepEqual(await counts(both, live, { preview: true }), [5, 7]);
    });
    it("within bounds that have moved", async () => {
      assert.deepEqual(await counts(both, [pool("apool", 12, auto), pool("system", 1, auto)]), [2, 9]);
    });
    it("when autoscaling begins", async () => {
      assert.deepEqual(await counts(both, [pool("apool", 4), pool("system", 3)]), [3, 4]);
    });
    it("when it ends, and afterwards, where no number is written", async () => {
      const fixed = { nodePools: [{ name: "apool" }] };
      assert.deepEqual(await counts(fixed, [pool("apool", 7, auto), pool("system", 5, auto)]), [5, 7]);
      assert.deepEqual(await counts(fixed, [pool("apool", 7), pool("system", 5)]), [5, 7]);
    });
    it("when it ends and another number is written: that is refused", async () => {
      const fixed = { nodePools: [{ name: "apool", count: 3 }] };
      await assert.rejects(
        counts(fixed, [pool("apool", 7, auto), pool("system", 3)]),
        /nodePools\[0\]\.count: is 3, .* has brought the pool apool to 7[^]*write: 7/,
      );
      assert.deepEqual(await counts(fixed, [pool("apool", 7), pool("system", 3)]), [3, 3]);
    });
    it("and a new pool begins as the program says", async () => {
      assert.deepEqual(await counts(both, [pool("system", 5, auto)]), [5, 2]);
    });
  });

  describe("keeps its version", () => {
    const pool = (name: string, kept: string, runs = kept) => ({
      ...{ name, count: 3 },
      ...{ orchestratorVersion: kept, currentOrchestratorVersion: runs },
    });
    const sent = async (asked: string | undefined, [kept, runs]: string[], ...pools: object[]) => {
      const live = { kubernetesVersion: kept, currentKubernetesVersion: runs, agentPoolProfiles: pools };
      const args: AksClusterArgs = {
        nodePools: [{ name: "apool" }],
        managedCluster: { autoUpgradeProfile: { upgradeChannel: "none" } },
      };
      const recording = await up({ ...args, kubernetesVersion: asked }, live);
      const { kubernetesVersion, agentPoolProfiles } = recording.named("dev-cluster").inputs;
      const user = recording.named("dev-pool-apool");
      assert.ok(user.dependsOn.includes("dev-cluster"), "control plane first");
      return [kubernetesVersion, agentPoolProfiles[0].orchestratorVersion, user.inputs.orchestratorVersion];
    };
    type Case = [title: string, asked: string | undefined, live: string[], pools: object[], sent: unknown[]];
    const [lagging, running] = [pool("apool", "1.34", "1.34.9"), pool("system", "1.34", "1.35.2")];
    const [user, system] = [pool("apool", "1.35", "1.35.4"), pool("system", "1.35", "1.35.4")];
    const [userPatch, systemPatch] = [pool("apool", "1.35.4"), pool("system", "1.35.4")];
    const kept = ["1.35", "1.35.4"];
    const cases: Case[] = [
      [
        "an older one is not sent",
        "1.34",
        ["1.35.4", "1.35.4"],
        [userPatch, systemPatch],
        ["1.35.4", "1.35.4", "1.35.4"],
      ],
      [
        "nor one older than what runs",
        "1.34",
        ["1.34", "1.35.2"],
        [lagging, running],
        ["1.35.2", "1.35.2", "1.34"],
      ],
      [
        "nor an older patch",
        "1.35.1",
        ["1.35.4", "1.35.4"],
        [userPatch, systemPatch],
        ["1.35.4", "1.35.4", "1.35.4"],
      ],
      ["the minor version alone stays as it is", "1.35", kept, [user, system], ["1.35", "1.35", "1.35"]],
      [
        "an upgrade is carried out, pools included",
        "1.36",
        kept,
        [user, pool("system", "1.34.1")],
        ["1.36", "1.36", "1.36"],
      ],
      [
        "a pool that lags follows",
        "1.36",
        ["1.36", "1.36.1"],
        [user, pool("system", "1.36", "1.36.1")],
        ["1.36", "1.36", "1.36"],
      ],
      ["a new pool gets the control plane's", "1.34", kept, [system], ["1.35", "1.35", "1.35"]],
      ["none is left to AKS", undefined, kept, [], [undefined, undefined, undefined]],
    ];
    for (const [title, asked, live, pools, expected] of cases)
      it(title, async () => assert.deepEqual(await sent(asked, live, ...pools), expected));

    it("and skips no minor version", async () => {
      await assert.rejects(
        sent("1.36", ["1.34", "1.34.3"]),
        /kubernetesVersion: is 1\.36, and the cluster blue runs 1\.34\.3[^]*write: "1\.35" first/,
      );
    });
  });
});
