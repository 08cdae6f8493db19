// An update is made for a change: numbers, versions and the order of Azure's list of pools are none.
import assert from "node:assert/strict";
import { containerservice as sdk } from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import { typedInputs } from "../../components/aks/previewCluster";
import { clusterUnlessRecorded, poolUnlessRecorded, readingRecorded } from "../../components/aks/recorded";
import { valueOf } from "./record";

const system = { name: "system", vmSize: "D4", count: 3, nodeLabels: {}, orchestratorVersion: "1.35" };
const filled = { osDiskSizeGB: 128, osDiskType: "Managed" };
const body = (change: object = {}): any => ({
  location: "westeurope",
  kubernetesVersion: "1.35",
  tags: { team: "a" },
  networkProfile: { networkPlugin: "azure", serviceCidr: "10.0.0.0/16", dnsServiceIP: "10.0.0.10" },
  agentPoolProfiles: [system],
  ...change,
});
const ranges = { podCidr: "10.244.0.0/16", outboundType: "loadBalancer" };
const recorded = (change: object = {}) => ({
  ...body({ networkProfile: { ...body().networkProfile, ...ranges } }),
  ...{ resourceGroupName: "g", resourceName: "blue", azureApiVersion: "2025-09-01" },
  ...change,
});
const live = (count: number, version = "1.35", change: object = {}): any => ({
  ...body({ kubernetesVersion: version, networkProfile: { ...body().networkProfile, ...ranges } }),
  agentPoolProfiles: [
    { ...system, ...filled, name: "apool", vmSize: "D8", count: 9, orchestratorVersion: version },
    { ...system, ...filled, nodeLabels: undefined, count, orchestratorVersion: version },
  ],
  ...change,
});
const inState = async (inputs?: object): Promise<any> => inputs && { inputs, isComparable: true };
const sent = async (asked: object, was: object | undefined, has: object) => {
  const given = clusterUnlessRecorded(asked as any, inState(was), pulumi.output(has as any));
  return JSON.parse(JSON.stringify(await valueOf(pulumi.output(given))));
};
const grown = body({ agentPoolProfiles: [{ ...system, count: 5 }] });
/** As a refresh leaves it: the first entry has taken on another pool's values. */
const merged = [
  { ...system, name: "apool", vmSize: "D8", count: 9 },
  { ...system, ...filled, count: 5 },
];

describe("what is recorded", () => {
  const store = (state as any).getStore();
  beforeEach(() => (store.supportsStateMigrations = true));
  afterEach(() => (store.supportsStateMigrations = false));

  it("is that of the component's own children, under the names that they have now", async () => {
    const urn = (type: string, name: string) => `urn:pulumi:s::p::${type}::${name}`;
    const self = urn("aks-calico-ebpf:index:AksCluster", "blue");
    const child = (type: string, name: string, parent: string, more: object = {}) => ({
      urn: urn(type, name),
      type,
      parent,
      id: `/id/of/${name}`,
      inputs: {},
      ...more,
    });
    const cluster = "azure-native:containerservice:ManagedCluster";
    const oldState = [
      { urn: self },
      child(cluster, "blue-cluster", self),
      child("azure-native:resources:ResourceGroup", "team", self),
      child("azure-native:resources:Resource", "flux", self),
      child("pulumi-nodejs:dynamic:Resource", "blue-hook", self),
      child(cluster, "blue-cluster", urn("mine:index:C", "blue-mine"), { id: "/id/of/theirs" }),
      child(cluster, "blue-cluster", self, { id: "/id/of/leaving", delete: true }),
    ];
    const { seen, options } = readingRecorded("green");
    const [read] = options.stateMigrations!;
    assert.equal(await (read as any)({ oldState }), undefined);
    assert.deepEqual([...seen.keys()], ["green-cluster"]);
    assert.equal(seen.get("green-cluster")!.id, "/id/of/blue-cluster");
  });

  it("is sent again where Azure has what the program asks for: a grown pool, a newer version, a refreshed list", async () => {
    for (const was of [{}, { agentPoolProfiles: merged }])
      assert.deepEqual(
        (await sent(grown, recorded(was), live(5))).agentPoolProfiles,
        recorded(was).agentPoolProfiles,
      );
    const [apool, { nodeLabels: _, ...bare }] = merged as any[];
    const refreshed = recorded({ agentPoolProfiles: [apool, bare] });
    const list = await sent(grown, refreshed, live(5));
    assert.deepEqual(list.agentPoolProfiles, refreshed.agentPoolProfiles, "which lacks what is empty");
    const newer = body({
      kubernetesVersion: "1.36",
      agentPoolProfiles: [{ ...system, orchestratorVersion: "1.36" }],
    });
    const given = await sent(newer, recorded(), live(3, "1.36"));
    assert.deepEqual([given.kubernetesVersion, given.agentPoolProfiles], ["1.35", [system]]);
    const unsaid = body({
      kubernetesVersion: undefined,
      agentPoolProfiles: [{ ...system, orchestratorVersion: undefined }],
    });
    assert.equal((await sent(unsaid, recorded(), live(3, "1.36"))).kubernetesVersion, "1.35");
  });

  const changes: [string, object, object?][] = [
    ["a tag", { tags: { team: "b" } }],
    ["a tag that goes", { tags: {} }],
    ["a pool's label", { agentPoolProfiles: [{ ...system, count: 5, nodeLabels: { a: "b" } }] }],
    ["what is recorded beside it", {}, { autoScalerProfile: { expander: "random" } }],
    ["an upgrade", { kubernetesVersion: "1.36" }],
  ];
  for (const [what, change, was] of changes)
    it(`is not sent where something else changes: ${what}`, async () => {
      const asked = { ...grown, ...change };
      for (const list of [[system], merged]) {
        const given = await sent(asked, recorded({ agentPoolProfiles: list, ...was }), live(5));
        assert.deepEqual(given.agentPoolProfiles, JSON.parse(JSON.stringify(asked)).agentPoolProfiles);
      }
    });

  it("is not known in the first run, and nothing is when a preview does not know it", async () => {
    assert.deepEqual(await sent(grown, undefined, live(5)), JSON.parse(JSON.stringify(grown)));
    const later = pulumi.output(Promise.resolve(pulumi.unknown as unknown as string));
    const asked = { ...grown, identity: later };
    const given = clusterUnlessRecorded(asked, inState(recorded()), pulumi.output(live(5)));
    assert.equal((await valueOf(pulumi.output(given.agentPoolProfiles)))![0].count, 5);
  });

  it("stays where the program begins to say what Azure has: that replaces no cluster", async () => {
    const network = { ...body().networkProfile, networkDataplane: "azure" };
    const has = live(3, "1.35", { networkProfile: { ...network, ...ranges } });
    const given = await sent(body({ networkProfile: network, tags: {} }), recorded(), has);
    assert.deepEqual(given.networkProfile, recorded().networkProfile);
    const later = pulumi.output({ networkPlugin: "azure", serviceCidr: "10.0.0.0/16" });
    const whole = await sent(body({ networkProfile: later }), recorded(), has);
    assert.deepEqual(whole.networkProfile, recorded().networkProfile);
  });

  it("is the same where azure-native's SDK has filled in defaults of its own", async () => {
    const profiles = {
      networkProfile: { ...body().networkProfile, loadBalancerProfile: { managedOutboundIPs: { count: 2 } } },
      securityProfile: { azureKeyVaultKms: { enabled: true, keyId: "id" } },
    };
    const { networkProfile, securityProfile } = profiles;
    const filled = {
      networkProfile: await valueOf(
        pulumi.output(sdk.containerServiceNetworkProfileArgsProvideDefaults(networkProfile)),
      ),
      securityProfile: await valueOf(
        pulumi.output(sdk.managedClusterSecurityProfileArgsProvideDefaults(securityProfile)),
      ),
    };
    assert.notDeepEqual(filled, profiles);
    const was = recorded({ ...body(), ...filled });
    const has = live(5, "1.35", filled);
    const given = await sent({ ...grown, ...profiles }, was, has);
    assert.deepEqual(given.agentPoolProfiles, [system]);
  });

  it("of a cluster without kube-proxy, too, which has a tag of ours and perhaps another type", async () => {
    const { location, tags: _, networkProfile, ...properties } = recorded();
    const network = { ...networkProfile, kubeProxyConfig: { enabled: false } };
    const tags = { "aks-calico-ebpf-kube-proxy": "Absent" };
    const inputs = {
      location,
      tags,
      resourceType: "x",
      properties: { ...properties, networkProfile: network },
    };
    const removed = { ...recorded(), tags: { "aks-calico-ebpf-kube-proxy": "Removed" } };
    for (const state of [inputs, removed]) {
      const given = await sent({ ...grown, tags: state.tags }, typedInputs(state), live(5));
      assert.deepEqual(given.agentPoolProfiles, [system]);
      assert.deepEqual(given.networkProfile, networkProfile);
    }
  });

  it("of a user pool, too", async () => {
    const apool = { ...system, name: "apool", vmSize: "D8" };
    const count = async (asked: object, has: object = live(3)) => {
      const was = inState({ ...apool, agentPoolName: "apool" });
      const { name: _, ...inputs } = { ...apool, count: 9, ...asked };
      const given = poolUnlessRecorded(
        { agentPoolName: "apool", name: "apool", ...inputs },
        was,
        pulumi.output(has as any),
      );
      return valueOf(pulumi.output(given.count));
    };
    assert.equal(await count({}), 3);
    assert.equal(await count({ nodeLabels: { a: "b" } }), 9);
    assert.equal(await count({ nodeLabels: undefined, vmSize: "D16" }), 9);
    const upgradeSettings = { maxSurge: "33%" };
    const has = live(3);
    Object.assign(has.agentPoolProfiles[0], { upgradeSettings });
    assert.equal(await count({ upgradeSettings }, has), 9, "what Azure has already is new to azure-native");
  });
});
