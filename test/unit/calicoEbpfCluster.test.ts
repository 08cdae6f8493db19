import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { CalicoEbpfCluster, type CalicoEbpfClusterArgs } from "../../components";
import { readCalicoEbpfClusterArgs } from "../../components/validate/calicoEbpfCluster";
import { isSecret, record, valueOf } from "./record";

describe("CalicoEbpfCluster", () => {
  const program = () => new CalicoEbpfCluster("dev", { nodePools: [{ name: "work" }] });

  it("is a cluster and its data plane", async () => {
    const recording = await record(program);
    const components = recording.resources.filter((r) => r.type.startsWith("aks-calico-ebpf:"));
    assert.deepEqual(
      components.map((r) => r.urn.split("::")[2]),
      [
        "aks-calico-ebpf:index:CalicoEbpfCluster",
        "aks-calico-ebpf:index:CalicoEbpfCluster$aks-calico-ebpf:index:AksCluster",
        "aks-calico-ebpf:index:CalicoEbpfCluster$aks-calico-ebpf:index:CalicoEbpfDataplane",
      ],
    );
  });

  it("has every layer go with the cluster, and reach it by its own provider", async () => {
    const layers = (await record(program)).resources.filter((r) => r.type.startsWith("kubernetes:"));
    assert.equal(layers.length, 17);
    for (const layer of layers) {
      assert.equal(layer.deletedWith, "dev-cluster", layer.name);
      assert.equal(layer.provider, "dev-provider", layer.name);
      assert.equal(layer.protect, false, layer.name);
    }
  });

  it("has what nothing depends on protected with the cluster, and nothing that a change of the program takes away", async () => {
    const window = { startTime: "03:00", schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } } };
    const extras = { felixMetrics: {}, defaultDeny: {}, maintenanceWindow: window };
    for (const dataplane of ["Ebpf", "Iptables"] as const) {
      const { resources } = await record(
        () => new CalicoEbpfCluster("dev", { protect: true, dataplane, ...extras }),
      );
      const used = new Set(
        resources.flatMap(({ parent, provider, dependsOn }) => [parent, provider, ...dependsOn]),
      );
      const ends = resources.filter(
        ({ name, type }) => !used.has(name) && !type.startsWith("aks-calico-ebpf:"),
      );
      assert.deepEqual(
        ends.map(({ name }) => name),
        ["dev-made-as", "dev-ready"],
      );
      const kept = ["dev-made-as", "dev-resources", "dev-cluster", "dev-provider", "dev-ready"];
      assert.deepEqual(
        resources.filter(({ protect }) => protect).map(({ name }) => name),
        kept,
      );
    }
  });

  it("switches when all pools are there", async () => {
    assert.ok((await record(program)).named("dev-calico-found").dependsOn.includes("dev-pool-work"));
  });

  it("hands out what both parts report", async () => {
    const recording = await record(program);
    const outputs = recording.outputs.get(
      "urn:pulumi:stack::project::aks-calico-ebpf:index:CalicoEbpfCluster::dev",
    );
    const { kubeconfig, ...plain } = outputs;
    assert.ok(isSecret(kubeconfig));
    assert.deepEqual(plain, {
      resourceGroupName: "dev-x7k2p9",
      clusterName: "dev-x7k2p9",
      clusterId: "/id/of/dev-cluster",
      nodeResourceGroup: "dev-x7k2p9-nodes",
      fqdn: "aks-1a2b.hcp.westeurope.azmk8s.io",
      privateFqdn: "aks-1a2b.privatelink.westeurope.azmk8s.io",
      principalId: "system",
      kubeletIdentityObjectId: "kubelet",
      keyVaultIdentityObjectId: "",
      outboundIpIds: ["/id/of/ip"],
      oidcIssuerUrl: "https://issuer.example/",
      linuxDataplane: "BPF",
      bpfEnabled: true,
      calicoVersion: "v3.31.2",
      endpoint: "aks-1a2b.hcp.westeurope.azmk8s.io:443",
    });
  });

  it("hands out its resources, typed", async () => {
    const recording = await record(() => {
      const { resourceGroup, managedCluster, nodePools, provider } = program();
      // A member of its own type of each.
      const count: pulumi.Output<number | undefined> = nodePools[0].count;
      const names = [resourceGroup!.name, managedCluster.urn, count, provider.urn];
      return valueOf(pulumi.all(names as pulumi.Output<unknown>[]));
    });
    const [group, cluster, count, provider] = recording.result;
    assert.deepEqual([group, count], ["dev-x7k2p9", 3]);
    assert.match(cluster, /:ManagedCluster::dev-cluster$/);
    assert.match(provider, /pulumi:providers:kubernetes::dev-provider$/);
  });

  const maxNodes = async (args: CalicoEbpfClusterArgs) => {
    const { dataplane } = readCalicoEbpfClusterArgs("test", "dev", args);
    const nodes = dataplane.maxNodes!;
    return [await valueOf(pulumi.output(nodes)), pulumi.Output.isInstance(nodes)];
  };

  it("tells the data plane how many nodes there can be: plain where the pools are, otherwise when they are known", async () => {
    const nodePools = [
      { name: "work", count: 2 },
      { name: "more", autoscaling: { min: 0, max: 40 } },
    ];
    assert.deepEqual(await maxNodes({}), [3, false]);
    assert.deepEqual(await maxNodes({ nodePools }), [45, false]);
    const later = { autoscaling: { min: 1, max: pulumi.output(7) } };
    assert.deepEqual(await maxNodes({ nodePools, systemPool: later }), [49, true]);
  });

  it("tells the data plane which addresses are the pods', where it needs to know", async () => {
    const podCidrOf = (args: CalicoEbpfClusterArgs) =>
      readCalicoEbpfClusterArgs("test", "dev", args).dataplane.podCidr;
    const network = { podCidr: "10.100.0.0/16" };
    assert.equal(podCidrOf({ mode: "CalicoCni", network }), "10.100.0.0/16");
    assert.equal(podCidrOf({ mode: "CalicoCni", network, calico: { existing: true } }), undefined);
    assert.equal(podCidrOf({ mode: "SelfManaged", network }), undefined);
    assert.equal(podCidrOf({ network }), undefined);
  });
});
