// What a cluster is asked for in each mode, and that a living one keeps its mode.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster, type AksClusterArgs } from "../../components";
import { record, type RecordOptions, valueOf } from "./record";

const cni = { mode: "CalicoCni", network: { podCidr: "10.100.0.0/16" } } as const;
const cluster = (args: AksClusterArgs, options?: RecordOptions) =>
  record(() => new AksCluster("dev", args), options);

describe("the network of a cluster", () => {
  const network = async (args: AksClusterArgs) =>
    (await cluster(args)).named("dev-cluster").inputs.networkProfile;
  const common = {
    loadBalancerSku: "standard",
    outboundType: "loadBalancer",
    serviceCidr: "10.0.0.0/16",
    dnsServiceIP: "10.0.0.10",
  };

  it("has AKS's Calico in AzureManaged, which is the default", async () => {
    const managed = { ...common, networkPlugin: "azure", networkPolicy: "calico", podCidr: "10.244.0.0/16" };
    assert.deepEqual(await network({}), { ...managed, networkPluginMode: "overlay" });
    assert.deepEqual(await network({ mode: "AzureManaged" }), { ...managed, networkPluginMode: "overlay" });
  });

  it("has Azure's addresses and nobody's policy in SelfManaged", async () => {
    const self = { ...common, networkPlugin: "azure", networkPolicy: "none", podCidr: "10.244.0.0/16" };
    assert.deepEqual(await network({ mode: "SelfManaged" }), { ...self, networkPluginMode: "overlay" });
    const flat = await network({ mode: "SelfManaged", network: { mode: "Flat" } });
    assert.equal(flat.networkPluginMode, undefined);
    assert.equal(flat.networkPolicy, "none");
  });

  it("has neither in CalicoCni, and pods' addresses that are said", async () => {
    const recording = await cluster(cni);
    const { networkProfile, agentPoolProfiles, tags } = recording.named("dev-cluster").inputs;
    assert.deepEqual(networkProfile, { ...common, networkPlugin: "none", podCidr: "10.100.0.0/16" });
    assert.equal(agentPoolProfiles[0].maxPods, 110);
    assert.deepEqual(tags, {});
  });
});

describe("a cluster without kube-proxy", () => {
  const absent = { ...cni, kubeProxy: "Absent" } as const;

  it("is the generic resource with the preview version, and its body is the typed one's", async () => {
    const args: AksClusterArgs = {
      ...cni,
      tags: { team: "platform" },
      createIdentity: true,
      managedCluster: {
        sku: { name: "Base", tier: "Standard" },
        addonProfiles: { azurepolicy: { enabled: true } },
        aadProfile: { adminGroupObjectIDs: ["22222222-2222-2222-2222-222222222222"] },
      },
    };
    const typed = (await cluster(args)).named("dev-cluster").inputs;
    const generic = (await cluster({ ...args, kubeProxy: "Absent" })).named("dev-cluster");
    assert.equal(generic.type, "azure-native:resources:Resource");
    assert.equal(generic.parent, "dev");
    const { location, tags, sku, identity, resourceGroupName, resourceName, networkProfile, ...properties } =
      typed;
    assert.deepEqual(generic.inputs, {
      resourceGroupName,
      resourceName,
      resourceProviderNamespace: "Microsoft.ContainerService",
      parentResourcePath: "",
      resourceType: "managedClusters",
      apiVersion: "2026-03-02-preview",
      location,
      tags: { ...tags, "aks-calico-ebpf-kube-proxy": "Absent" },
      sku,
      identity,
      properties: {
        ...properties,
        networkProfile: { ...networkProfile, kubeProxyConfig: { enabled: false } },
      },
    });
  });

  it("hands out what Azure reports, as the typed one does", async () => {
    const outputs = (args: AksClusterArgs) =>
      record(async () => {
        const made = new AksCluster("dev", args);
        const { fqdn, privateFqdn, oidcIssuerUrl, clusterName, clusterId, nodeResourceGroup } = made;
        const { principalId, kubeletIdentityObjectId, keyVaultIdentityObjectId, outboundIpIds } = made;
        const identities = { principalId, kubeletIdentityObjectId, keyVaultIdentityObjectId };
        const names = { clusterName, clusterId, nodeResourceGroup };
        return valueOf(
          pulumi.output({ fqdn, privateFqdn, oidcIssuerUrl, ...names, ...identities, outboundIpIds }),
        );
      });
    const hiddenApi = { managedCluster: { apiServerAccessProfile: { enablePrivateCluster: true } } };
    const generic = await outputs(absent);
    assert.deepEqual(generic.result, {
      fqdn: "aks-1a2b.hcp.westeurope.azmk8s.io",
      privateFqdn: "aks-1a2b.privatelink.westeurope.azmk8s.io",
      principalId: "system",
      kubeletIdentityObjectId: "kubelet",
      keyVaultIdentityObjectId: "",
      outboundIpIds: ["/id/of/ip"],
      oidcIssuerUrl: "https://issuer.example/",
      clusterName: "dev-x7k2p9",
      clusterId: "/id/of/dev-cluster",
      nodeResourceGroup: "dev-x7k2p9-nodes",
    });
    assert.deepEqual(generic.result, (await outputs(cni)).result);
    const hidden = await outputs({ ...absent, ...hiddenApi });
    assert.equal(hidden.result.fqdn, "aks-1a2b.privatelink.westeurope.azmk8s.io");
    const addonProfiles = { azureKeyvaultSecretsProvider: { enabled: true } };
    for (const mode of [absent, cni]) {
      const { result } = await outputs({
        ...mode,
        createIdentity: true,
        managedCluster: { addonProfiles, networkProfile: { outboundType: "userDefinedRouting" } },
      });
      const { principalId, keyVaultIdentityObjectId, outboundIpIds } = result;
      assert.deepEqual([principalId, keyVaultIdentityObjectId, outboundIpIds], ["user", "vault", []]);
    }
  });

  it("has pools, windows and a provider that go with it", async () => {
    const recording = await cluster({
      ...absent,
      protect: true,
      systemPool: { autoscaling: { min: 1, max: 5 } },
      nodePools: [{ name: "work" }],
    });
    const made = recording.named("dev-cluster");
    assert.equal(made.protect, true);
    const pool = recording.named("dev-pool-work");
    assert.equal(pool.deletedWith, "dev-cluster");
    assert.equal(pool.inputs.resourceName, "dev-x7k2p9");
    assert.equal(recording.named("dev-provider").inputs.clusterIdentifier, "/id/of/dev-cluster");
  });

  it("does not take inputs for what Azure reports, in a preview", async () => {
    // As a provider may answer in the preview of an update.
    const recording = await record(
      () => {
        const { fqdn } = new AksCluster("dev", absent);
        return (fqdn as any).isKnown;
      },
      { preview: true, state: (_type, _name, inputs) => ({ ...inputs, name: "n", result: "x7k2p9" }) },
    );
    assert.equal(recording.result, false);
  });
});
