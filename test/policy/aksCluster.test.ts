import assert from "node:assert/strict";
import { addOn, agentPools, aksCluster, azureNativeType } from "../../policy/aksCluster";
import { Unknown } from "../../policy/unknown";
import { asPolicySees, unknown } from "./judge";
import { clusterSpellings, poolSpellings } from "./spellings";

const generic = "azure-native:resources:Resource";
const arm = (type: string, parent: any = "", namespace = "Microsoft.ContainerService") => ({
  type: generic,
  props: asPolicySees({
    ...{ resourceProviderNamespace: namespace, parentResourcePath: parent, resourceType: type },
    properties: {},
  }),
});

describe("policies: a cluster's settings", () => {
  for (const { type, props, path } of clusterSpellings) {
    it(`are read and written in ${type}`, () => {
      const settings = { sku: { tier: "Standard" }, enableRBAC: true, fqdnSubdomain: unknown };
      const declared: any = props({ ...settings, agentPoolProfiles: [{ name: "one" }, { name: unknown }] });
      const resource = { type, props: asPolicySees(declared) };
      const cluster = aksCluster(resource)!;
      assert.equal(cluster.get("sku", "tier"), "Standard");
      assert.equal(cluster.get("enableRBAC"), true);
      assert.equal(cluster.get("networkProfile", "networkPlugin"), undefined);
      assert.equal(cluster.get("fqdnSubdomain", "anything"), Unknown);
      assert.equal(cluster.path("sku.tier"), path("sku.tier"));

      const [one, two, ...more] = agentPools(resource);
      assert.deepEqual([one.name, one.title], ["one", 'Pool "one"']);
      assert.deepEqual([two.name, two.title], [undefined, "A node pool"]);
      assert.equal(two.path("maxPods"), path("agentPoolProfiles[1].maxPods"));
      assert.deepEqual(more, []);

      assert.equal(one.set(30, "maxPods"), true);
      assert.equal(addOn(cluster, "omsagent").set(true, "enabled"), true);
      assert.equal(cluster.set(1, "fqdnSubdomain", "below"), false, "nothing is written below an unknown");
      const written = props({
        ...settings,
        agentPoolProfiles: [{ name: "one", maxPods: 30 }, { name: unknown }],
        addonProfiles: { omsagent: { enabled: true } },
      });
      assert.deepEqual(declared, written);
    });

    it(`has no pools while a preview does not know them in ${type}`, () => {
      assert.deepEqual(agentPools({ type, props: asPolicySees(props({ agentPoolProfiles: unknown })) }), []);
      const [one] = agentPools({ type, props: asPolicySees(props({ agentPoolProfiles: [unknown] })) });
      assert.equal(one.get("maxPods"), Unknown);
    });
  }

  for (const { type, props, path } of poolSpellings) {
    it(`of a pool are read in ${type}`, () => {
      const resource = {
        type,
        props: asPolicySees(props({ agentPoolName: "work", tags: { a: "b" }, count: 3 })),
      };
      assert.equal(aksCluster(resource), undefined);
      const [pool, ...more] = agentPools(resource);
      assert.deepEqual(more, []);
      assert.deepEqual([pool.name, pool.get("count"), pool.get("tags", "a")], ["work", 3, "b"]);
      assert.equal(pool.path("tags"), path("tags"));
    });
  }

  it("are found in the generic resource as ARM spells types: in any case, names between them", () => {
    for (const [type, parent, namespace] of [
      ["managedClusters", "", "Microsoft.ContainerService"],
      ["ManagedClusters", undefined, "microsoft.containerservice"],
      ["managedClusters/", "/", "Microsoft.ContainerService"],
    ] as const) {
      assert.ok(aksCluster(arm(type, parent, namespace)), `${namespace} ${parent} ${type}`);
    }
    for (const resource of [
      arm("agentPools", "managedClusters/aks"),
      arm("managedClusters/aks/agentPools"),
    ]) {
      assert.equal(agentPools(resource).length, 1);
      assert.equal(aksCluster(resource), undefined);
    }
    for (const other of [
      arm("managedClusters", "", "Microsoft.Hybrid"),
      arm("fleets"),
      arm(unknown),
      arm("managedClusters", unknown),
      arm("agentPools", "fleets/one"),
      { ...arm("managedClusters"), type: "azure-native:resources:Deployment" },
    ]) {
      assert.equal(aksCluster(other), undefined);
      assert.deepEqual(agentPools(other), []);
    }
  });

  it("finds add-ons in any case, and nothing in what is not known", () => {
    const type = clusterSpellings[0].type;
    const of = (addonProfiles: any) => aksCluster({ type, props: asPolicySees({ addonProfiles }) })!;
    const found = addOn(of({ omsAgent: { enabled: true } }), "omsagent");
    assert.equal(found.get("enabled"), true);
    assert.equal(found.path("enabled"), "addonProfiles.omsAgent.enabled");
    assert.equal(addOn(of({ omsagent: { enabled: true } }), "omsAgent").get("enabled"), true);
    assert.equal(addOn(of({}), "omsagent").get("enabled"), undefined);
    assert.equal(addOn(of(unknown), "omsagent").get("enabled"), Unknown);
    assert.equal(addOn(of({ omsagent: unknown }), "omsagent").get("enabled"), Unknown);
  });

  it("leaves other providers' types alone", () => {
    assert.equal(
      azureNativeType("azure-native:monitor/v20210501preview:DiagnosticSetting"),
      "monitor:DiagnosticSetting",
    );
    for (const type of [
      "azure:containerservice/kubernetesCluster:KubernetesCluster",
      "my:containerservice:ManagedCluster",
    ])
      assert.equal(azureNativeType(type), undefined);
  });
});
