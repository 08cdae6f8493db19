// What would replace a cluster, property by property, with what azure-native knows of it.
import assert from "node:assert/strict";
import { specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import {
  asRecordedLeaf,
  namesOfMade,
  namesWanted,
  ownDeletions,
  replacements,
  rows,
} from "../../components/aks/replacement";
import { unknown } from "../../components/aks/liveValues";
import { body } from "./record";

const names = { resourceGroupName: "shared", resourceName: "blue" };
const refused = (asked: object, live: object, plan: object = {}) =>
  replacements(plan as any, asked, { name: "blue", ...live } as any, names, names);

describe("a property that replaces the cluster", () => {
  // pulumi-azure-native, provider/pkg/gen/replacement.go.
  const azureNative = [
    ...["location", "diskEncryptionSetID", "dnsPrefix", "fqdnSubdomain", "linuxProfile", "nodeResourceGroup"],
    ...["networkProfile.serviceCidr", "networkProfile.serviceCidrs"],
    ...["networkProfile.dnsServiceIP", "networkProfile.networkMode", "networkProfile.networkPluginMode"],
    ...["networkProfile.podCidr", "networkProfile.podCidrs", "networkProfile.ipFamilies"],
    ...["networkProfile.networkDataplane", "networkProfile.outboundType"],
  ];
  const ofMode = ["networkProfile.networkPlugin", "networkProfile.networkPolicy"];
  it("is in our list where it is in azure-native's; plugin and policy are the mode's, Windows is refused", () => {
    assert.deepEqual(rows.map(({ path }) => path).sort(), [...azureNative, ...ofMode].sort());
  });
  const valued = (path: string, value: string) =>
    path.endsWith("Profile") ? { adminUsername: value } : /Cidrs|Families$/.test(path) ? [value] : value;

  for (const path of azureNative)
    it(`is refused, or taken for the living one's: ${path}`, async () => {
      const [old, other] = [body(path, valued(path, "old")), body(path, valued(path, "new"))];
      const [finding, ...more] = await refused(other, old);
      assert.match(finding.wrong, new RegExp(`asks for ${path} .*new.*, and the cluster blue has .*old`));
      assert.deepEqual([more, await refused(old, old)], [[], []]);
      // Pulumi has recorded none, or the same in other words: what is recorded stays.
      const [member] = path.split(".");
      for (const recorded of [body(path, undefined), old])
        assert.deepEqual(
          JSON.stringify(await asRecordedLeaf(member, old[member], recorded, old)),
          JSON.stringify(recorded[member]),
        );
      assert.deepEqual(await asRecordedLeaf(member, other[member], old, old), other[member]);
      const [drifted] = await replacements({} as any, old, { name: "blue", ...old }, names, names, other);
      assert.match(drifted.write, /pulumi up --refresh/);
      // What Azure does not answer, as seen beside what Pulumi has recorded.
      const unanswered = (recorded?: object) =>
        replacements({} as any, other, { name: "blue" } as any, names, names, recorded).length;
      const isStated = rows.some((row) => row.path === path && row.stated);
      const secret = body(path, { [specialSigKey]: "a secret's" });
      if (!isStated) assert.deepEqual([{}, old, other, secret, undefined].map(unanswered), [1, 1, 0, 0, 0]);
    });

  it("is refused where it is a secret, too, and not shown", async () => {
    const envelope = { [specialSigKey]: "a secret's" };
    const secret = (asked: object, live: object, recorded: object) =>
      replacements({} as any, asked, { name: "blue", ...live } as any, names, names, recorded);
    const [finding] = secret({ location: "northeurope" }, { location: "westeurope" }, { location: envelope });
    assert.match(
      finding.wrong,
      /asks for location another value \(a secret\), and the cluster blue has westeurope/,
    );
    const networkProfile = { networkMode: "transparent", serviceCidr: "10.0.0.0/16" };
    const answered = { networkProfile: { serviceCidr: "10.0.0.0/16" } };
    assert.deepEqual(secret({ networkProfile }, answered, { networkProfile: envelope }), []);
  });

  it("is left as it is recorded where the program no longer names it", async () => {
    const recorded = { networkProfile: { networkDataplane: "azure" } };
    assert.deepEqual(await asRecordedLeaf("networkProfile", {}, recorded, recorded), recorded.networkProfile);
  });
});

describe("what the component has made", () => {
  const group = "/subscriptions/s/resourceGroups/aks-x7k2p9";
  const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/aks-identity`;
  const paths = (plan: object, id?: string) =>
    ownDeletions(plan as any, { resourceGroupName: "AKS-x7k2p9", resourceName: "blue" }, id, {
      group,
      identity,
    }).map(({ path }) => path);

  it("is not deleted by naming it, in whatever case", () => {
    assert.deepEqual(paths({}), []);
    assert.deepEqual(paths({ resourceGroupName: "AKS-x7k2p9", replaceCluster: true }), ["resourceGroupName"]);
    assert.deepEqual(paths({ resourceGroupName: "AKS-x7k2p9", importId: "id" }), ["importId"]);
    assert.deepEqual(paths({}, identity.toUpperCase().replace("/SUBSCRIPTIONS", "/subscriptions")), [
      "userAssignedIdentityId",
    ]);
    assert.deepEqual(paths({}, `${identity}2`), []);
  });

  it("has the names that the program wrote, or those in its id", () => {
    const id = "/subscriptions/s/resourcegroups/g/providers/Microsoft.ContainerService/managedClusters/blue";
    const names = { resourceGroupName: "g", resourceName: "blue" };
    assert.deepEqual(namesOfMade({ id }), { subscriptionId: "s", ...names });
    const written = { resourceGroupName: "G", resourceName: "Blue" };
    assert.deepEqual(namesOfMade({ id, ...written }), { subscriptionId: "s", ...written });
    assert.equal(namesOfMade(written), undefined);
  });

  it("has other names where a preview has yet to make them, and its own where one is not known", () => {
    const made = { subscriptionId: "s", resourceGroupName: "g", resourceName: "blue" };
    const later = { subscriptionId: "s", resourceGroupName: "g", resourceName: unknown };
    const random = { ...made, resourceName: "a new one with random letters" };
    assert.deepEqual(namesWanted({ resourceGroupName: "g" }, later, made), random);
    assert.deepEqual(namesWanted({ resourceGroupName: "g", clusterName: "blue" }, later, made), made);
    assert.equal(namesWanted({}, later, undefined), undefined);
    assert.deepEqual(namesWanted({}, made, { ...made, resourceName: "red" }), made);
  });
});
