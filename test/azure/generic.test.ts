import assert from "node:assert/strict";
import fs from "node:fs";
import { UNKNOWN, type Props } from "../../rehearsal/plugin/provider";
import { genericInputs, removeFolders, world, type Change, type World } from "./fixtures";

const type = "resources:Resource";
const mc = "containerservice:ManagedCluster";
const group = { resourceGroupName: "rg" };
const id =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks";
const found = async (change: Change) => (await world()).failures(type, genericInputs(change));

async function made(change?: Change): Promise<World & { resource: any }> {
  const own = await world();
  await own.up("resources:ResourceGroup", "rg", group);
  return { ...own, resource: await own.up(type, "aks", genericInputs(change)) };
}

describe("azure: a cluster of a preview API version, by the generic resource", () => {
  after(removeFolders);

  describe("is checked", () => {
    it("by name: another type, another place in the path, another version", async () => {
      await assert.rejects(
        found((all) => (all.resourceType = "fleets")),
        /only for Microsoft.ContainerService\/managedClusters: resourceType is "fleets"/,
      );
      await assert.rejects(
        found((all) => (all.parentResourcePath = "x/y")),
        /parentResourcePath is "x\/y"/,
      );
      for (const version of ["2022-07-02-preview", "2026-03-02", "latest"])
        await assert.rejects(
          found((all) => (all.apiVersion = version)),
          new RegExp(`cannot check API version ${version} of .*2026-03-02-preview`),
        );
    });
    it("for what azure-native asks for", async () => {
      const failures = await found((all) => {
        delete all.apiVersion;
        delete all.parentResourcePath;
      });
      assert.deepEqual(
        failures.map((one) => /missing required property '(\w+)'/.exec(one)?.[1]),
        ["parentResourcePath", "apiVersion"],
      );
    });
    it("a stable version is as good for a cluster with nothing new", async () => {
      const stable: Change = (all) => {
        all.apiVersion = "2025-10-01";
        delete all.properties.networkProfile.kubeProxyConfig;
      };
      assert.deepEqual(await found(stable), []);
    });
    it("in a preview only as far as it is known", async () => {
      const unknown: Change = (all) => {
        all.resourceGroupName = UNKNOWN;
        all.location = UNKNOWN;
        all.apiVersion = UNKNOWN;
        all.properties.networkProfile.networkPlugin = UNKNOWN;
        all.properties.networkProfile.podCidr = UNKNOWN;
      };
      assert.deepEqual(await found(unknown), []);
    });
  });

  it("starts the control plane without kube-proxy and CNI, and tells what Azure must allow", async () => {
    const { clusters, logs, resource } = await made();
    const [[call, spec]] = clusters.calls as [string, any][];
    assert.equal(call, "create");
    assert.deepEqual(
      [spec.name, spec.kubeProxy, spec.networkPlugin, spec.calico, spec.fqdn],
      ["aks", false, "none", false, resource.outputs.properties.fqdn],
    );
    assert.match(logs.join("\n"), /info: .*az feature register .* KubeProxyConfigurationPreview/);
  });
  it("answers in the generic shape: `properties` raw, in the version asked for", async () => {
    const { resource } = await made();
    assert.equal(resource.id, id);
    const { name, location, azureApiVersion, identity, properties, sku } = resource.outputs;
    assert.deepEqual(
      [name, location, azureApiVersion, sku.tier],
      ["aks", "westeurope", "2024-03-01", "Free"],
    );
    assert.match(identity.principalId, /^[0-9a-f-]{36}$/);
    assert.match(properties.fqdn, /^aks-[0-9a-f]{8}\.hcp\.westeurope\.azmk8s\.io$/);
    assert.deepEqual(properties.networkProfile.kubeProxyConfig, { enabled: false });
    assert.equal(properties.networkProfile.podCidr, "10.240.0.0/16");
    assert.equal(properties.autoScalerProfile["scan-interval"], "20s");
    assert.equal(properties.agentPoolProfiles[0].maxPods, 250);
    assert.equal(resource.outputs.fqdn, undefined);
  });
  it("is the cluster that everybody else sees, in their version of the API", async () => {
    const { azure, resource } = await made();
    const token = "azure-native:containerservice:getManagedCluster";
    const signal = new AbortController().signal;
    const result = await azure.invoke(token, { ...group, resourceName: "aks" }, signal);
    assert.equal(result.fqdn, resource.outputs.properties.fqdn);
    assert.equal((result.networkProfile as Props).networkPlugin, "none");
    assert.equal((result.networkProfile as Props).kubeProxyConfig, undefined);
    const same = await azure.invoke("azure-native:resources:getResource", genericInputs(), signal);
    assert.deepEqual(
      (same.properties as any).networkProfile.kubeProxyConfig,
      resource.outputs.properties.networkProfile.kubeProxyConfig,
    );
  });
  it("is read again as it was made, and cannot be imported", async () => {
    const { azure, op, resource } = await made();
    const again = await azure.read(op(type, "aks"), id, resource.inputs, resource.outputs);
    assert.deepEqual(again, { id, outputs: resource.outputs, inputs: resource.inputs });
    await assert.rejects(
      azure.read(op(type, "aks"), id, {}, {}),
      /NoRegisteredProviderFound.*API version '2024-03-01'.*\n.*import the cluster as containerservice:ManagedCluster/s,
    );
  });
  it("is not made where a typed one stands, nor the other way round", async () => {
    const { up } = await made();
    const { properties, ...typed } = genericInputs((all) => {
      delete all.properties.networkProfile.kubeProxyConfig;
      for (const name of ["resourceProviderNamespace", "parentResourcePath", "resourceType", "apiVersion"])
        delete all[name];
      delete all.properties.autoScalerProfile;
    });
    await assert.rejects(
      up(mc, "aks", { ...typed, ...(properties as Props) }),
      /cannot create already existing resource/,
    );
  });

  describe("changes", () => {
    async function change(edit: Change) {
      const own = await made();
      const op = own.op(type, "aks");
      const now = await own.azure.check(op, own.resource.inputs, genericInputs(edit));
      assert.deepEqual(now.failures, []);
      const diff = await own.azure.diff(op, id, own.resource.inputs, {}, now.inputs);
      return { ...own, diff, run: () => own.azure.update(op, id, own.resource.inputs, {}, now.inputs) };
    }
    it("in place, whatever stands in `properties`; only the path and the edge zone replace it", async () => {
      const { diff, run, clusters } = await change((all) => {
        all.properties.agentPoolProfiles[0].count = 4;
        all.tags = { a: "b" };
      });
      assert.deepEqual(diff, {
        changed: ["properties.agentPoolProfiles[0].count", "tags"],
        replace: [],
        deleteBeforeReplace: false,
      });
      assert.equal((await run()).outputs.location, "westeurope");
      assert.deepEqual(clusters.calls.at(-1), [
        "setPool",
        { cluster: "aks", name: "system", count: 4, mode: "System", osSku: "Ubuntu" },
      ]);
      const renamed = await change((all) => (all.resourceName = "other"));
      assert.deepEqual(renamed.diff.replace, ["resourceName"]);
      const version = await change((all) => (all.apiVersion = "2026-04-02-preview"));
      assert.deepEqual([version.diff.changed, version.diff.replace], [["apiVersion"], []]);
    });
    const fixed: [string, Change, RegExp][] = [
      ["dnsPrefix", (all) => (all.properties.dnsPrefix = "b"), /Changing property 'properties.dnsPrefix'/],
      [
        "pod CIDR",
        (all) => (all.properties.networkProfile.podCidr = "10.0.0.0/8"),
        /PropertyChangeNotAllowed.*networkProfile.podCidr/,
      ],
      ["location", (all) => (all.location = "northeurope"), /Status=409 Code="InvalidResourceLocation"/],
      [
        "kube-proxy",
        (all) => (all.properties.networkProfile.kubeProxyConfig.enabled = true),
        /rehearsal cannot change networkProfile.kubeProxyConfig.enabled of a cluster that runs/,
      ],
    ];
    for (const [what, edit, words] of fixed)
      it(`not at all: ${what}`, async () => assert.rejects((await change(edit)).run, words));
  });

  it("goes with its control plane", async () => {
    const { azure, op, clusters, store } = await made();
    await azure.delete(op(type, "aks"), id, {}, {});
    assert.deepEqual(clusters.calls.at(-1), ["delete", "aks"]);
    assert.equal(JSON.parse(fs.readFileSync(store, "utf8")).resources.length, 1);
  });
});
