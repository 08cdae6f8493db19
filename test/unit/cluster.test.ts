import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster } from "../../components";
import { addOnNames } from "../../components/aks/imported";
import { record, type Recording } from "./record";

const subnet =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/nodes";
const identity =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/aks";

const types = (recording: Recording) =>
  Object.fromEntries(
    recording.resources.filter((r) => !r.type.startsWith("aks-calico-ebpf:")).map((r) => [r.name, r.type]),
  );

describe("AksCluster", () => {
  it("declares these resources by default, and no other", async () => {
    const recording = await record(() => new AksCluster("dev"));
    assert.deepEqual(types(recording), {
      "dev-suffix": "random:index/randomString:RandomString",
      "dev-made-as": "pulumi:index:Stash",
      "dev-resources": "azure-native:resources:ResourceGroup",
      "dev-cluster": "azure-native:containerservice:ManagedCluster",
      "dev-provider": "pulumi:providers:kubernetes",
    });
    for (const resource of recording.resources.slice(1)) assert.equal(resource.parent, "dev");
    assert.equal(recording.resources[0].type, "aks-calico-ebpf:index:AksCluster");
  });

  it("names everything after the component, with a random suffix", async () => {
    const recording = await record(() => new AksCluster("dev"));
    assert.deepEqual(recording.named("dev-suffix").inputs, { length: 6, special: false, upper: false });
    assert.equal(recording.named("dev-resources").inputs.resourceGroupName, "dev-x7k2p9");
    const { resourceName, dnsPrefix, nodeResourceGroup, resourceGroupName } =
      recording.named("dev-cluster").inputs;
    assert.deepEqual(
      { resourceName, dnsPrefix, nodeResourceGroup, resourceGroupName },
      {
        resourceName: "dev-x7k2p9",
        dnsPrefix: "dev-x7k2p9",
        nodeResourceGroup: "dev-x7k2p9-nodes",
        resourceGroupName: "dev-x7k2p9",
      },
    );
  });

  it("asks Azure for a cluster with Calico and the defaults of a platform engineer", async () => {
    const { inputs } = (await record(() => new AksCluster("dev"))).named("dev-cluster");
    assert.equal(inputs.enableRBAC, true);
    assert.equal(inputs.disableLocalAccounts, false);
    assert.equal(inputs.aadProfile, undefined);
    assert.deepEqual(inputs.identity, { type: "SystemAssigned" });
    assert.deepEqual(inputs.oidcIssuerProfile, { enabled: true });
    assert.deepEqual(inputs.autoUpgradeProfile, {
      upgradeChannel: "patch",
      nodeOSUpgradeChannel: "NodeImage",
    });
    assert.deepEqual(inputs.sku, { name: "Base", tier: "Free" });
    assert.deepEqual(inputs.networkProfile, {
      networkPlugin: "azure",
      networkPluginMode: "overlay",
      networkPolicy: "calico",
      loadBalancerSku: "standard",
      outboundType: "loadBalancer",
      podCidr: "10.244.0.0/16",
      serviceCidr: "10.0.0.0/16",
      dnsServiceIP: "10.0.0.10",
    });
    assert.deepEqual(inputs.agentPoolProfiles, [
      {
        name: "system",
        mode: "System",
        osType: "Linux",
        type: "VirtualMachineScaleSets",
        vmSize: "Standard_D4ds_v5",
        count: 3,
        maxPods: 110,
        enableAutoScaling: false,
        nodeLabels: {},
        nodeTaints: [],
        tags: {},
      },
    ]);
  });

  it("passes every argument on", async () => {
    const recording = await record(
      () =>
        new AksCluster("dev", {
          location: "northeurope",
          kubernetesVersion: "1.35",
          systemPool: {
            name: "sys",
            vmSize: "Standard_D8ds_v5",
            profile: { availabilityZones: ["1", "2"], osSKU: "AzureLinux3", osDiskSizeGB: 64 },
          },
          network: { mode: "Flat", subnetId: subnet, serviceCidr: "172.16.0.0/16" },
          managedCluster: {
            sku: { name: "Base", tier: "Standard" },
            networkProfile: { outboundType: "userDefinedRouting" },
            apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/24", "198.51.100.7"] },
            autoUpgradeProfile: { upgradeChannel: "none", nodeOSUpgradeChannel: "SecurityPatch" },
          },
          userAssignedIdentityId: identity,
          tags: { team: "platform" },
        }),
    );
    assert.deepEqual(recording.named("dev-resources").inputs, {
      resourceGroupName: "dev-x7k2p9",
      location: "northeurope",
      tags: { team: "platform" },
    });
    const { inputs } = recording.named("dev-cluster");
    assert.equal(inputs.location, "northeurope");
    assert.equal(inputs.kubernetesVersion, "1.35");
    assert.equal(inputs.sku.tier, "Standard");
    assert.deepEqual(inputs.identity, { type: "UserAssigned", userAssignedIdentities: [identity] });
    assert.deepEqual(inputs.apiServerAccessProfile, {
      authorizedIPRanges: ["203.0.113.0/24", "198.51.100.7"],
    });
    assert.deepEqual(inputs.autoUpgradeProfile, {
      upgradeChannel: "none",
      nodeOSUpgradeChannel: "SecurityPatch",
    });
    assert.equal(inputs.networkProfile.networkPluginMode, undefined);
    assert.equal(inputs.networkProfile.outboundType, "userDefinedRouting");
    assert.equal(inputs.networkProfile.dnsServiceIP, "172.16.0.10");
    assert.deepEqual(inputs.tags, { team: "platform" });
    assert.deepEqual(inputs.agentPoolProfiles, [
      {
        name: "sys",
        mode: "System",
        osType: "Linux",
        type: "VirtualMachineScaleSets",
        vmSize: "Standard_D8ds_v5",
        count: 3,
        availabilityZones: ["1", "2"],
        osSKU: "AzureLinux3",
        osDiskSizeGB: 64,
        vnetSubnetID: subnet,
        orchestratorVersion: "1.35",
        tags: { team: "platform" },
        enableAutoScaling: false,
        nodeLabels: {},
        nodeTaints: [],
      },
    ]);
  });

  it("says what is off, because AKS keeps what an update leaves out", async () => {
    const recording = await record(() => new AksCluster("dev", { nodePools: [{ name: "work" }] }));
    const { inputs } = recording.named("dev-cluster");
    const off = { enabled: false };
    assert.deepEqual(Object.keys(inputs.addonProfiles).sort(), [...addOnNames].sort());
    for (const [name, addOn] of Object.entries(inputs.addonProfiles)) assert.deepEqual(addOn, off, name);
    const { defender, imageCleaner } = inputs.securityProfile;
    assert.deepEqual([defender, imageCleaner], [{ securityMonitoring: off }, off]);
    assert.deepEqual(inputs.azureMonitorProfile, { metrics: off });
    assert.deepEqual(inputs.ingressProfile, { webAppRouting: off });
    assert.deepEqual(inputs.metricsProfile, { costAnalysis: off });
    assert.equal(inputs.nodeProvisioningProfile.mode, "Manual");
    assert.deepEqual(inputs.storageProfile, { blobCSIDriver: off });
    assert.deepEqual(inputs.tags, {});
    assert.deepEqual(inputs.serviceMeshProfile, { mode: "Disabled" });
    assert.deepEqual(inputs.workloadAutoScalerProfile, { keda: off, verticalPodAutoscaler: off });
    assert.deepEqual(inputs.apiServerAccessProfile, { authorizedIPRanges: [] });
    const { enableAutoScaling, nodeLabels, nodeTaints, tags } = recording.named("dev-pool-work").inputs;
    assert.deepEqual([enableAutoScaling, nodeLabels, nodeTaints, tags], [false, {}, [], {}]);
  });

  it("gives AKS the same hours for Kubernetes and for node images", async () => {
    const window = {
      durationHours: 4,
      schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } },
      startTime: "02:00",
      utcOffset: pulumi.output("+01:00"),
    };
    const recording = await record(() => new AksCluster("dev", { maintenanceWindow: window }));
    const names = {
      "dev-upgrade-window": "aksManagedAutoUpgradeSchedule",
      "dev-node-os-window": "aksManagedNodeOSUpgradeSchedule",
    };
    for (const [name, configName] of Object.entries(names)) {
      const configuration = recording.named(name);
      assert.equal(configuration.type, "azure-native:containerservice:MaintenanceConfiguration");
      assert.equal(configuration.deletedWith, "dev-cluster");
      assert.deepEqual(configuration.inputs, {
        resourceGroupName: "dev-x7k2p9",
        resourceName: "dev-x7k2p9",
        configName,
        maintenanceWindow: { ...window, utcOffset: "+01:00" },
      });
    }
  });

  it("gives Azure the time that a large cluster needs, or what is asked for", async () => {
    for (const [operationTimeoutMinutes, time] of [
      [undefined, "480m"],
      [30, "30m"],
    ] as const) {
      const recording = await record(
        () => new AksCluster("dev", { operationTimeoutMinutes, nodePools: [{ name: "work" }] }),
      );
      for (const name of ["dev-cluster", "dev-pool-work"])
        assert.deepEqual(recording.named(name).timeouts, { create: time, update: time, delete: time }, name);
    }
  });

  it("protects group, cluster, pools and provider where asked, and nothing otherwise", async () => {
    const program = (protect?: boolean) => () =>
      new AksCluster("dev", { nodePools: [{ name: "work" }], protect });
    const guarded = (await record(program(true))).resources.filter((r) => r.protect).map((r) => r.name);
    assert.deepEqual(guarded.sort(), [
      "dev-cluster",
      "dev-made-as",
      "dev-pool-work",
      "dev-provider",
      "dev-resources",
    ]);
    assert.deepEqual(
      (await record(program())).resources.filter((r) => r.protect),
      [],
    );
  });

  it("goes into a resource group that exists, under a name that is given", async () => {
    const recording = await record(
      () => new AksCluster("dev", { resourceGroupName: "shared", clusterName: "blue_1" }),
    );
    assert.deepEqual(Object.keys(types(recording)).sort(), ["dev-cluster", "dev-made-as", "dev-provider"]);
    const { inputs } = recording.named("dev-cluster");
    assert.equal(inputs.resourceGroupName, "shared");
    assert.equal(inputs.resourceName, "blue_1");
    assert.equal(inputs.location, "norwayeast", "the group's");
    assert.equal(inputs.dnsPrefix, "blue-1");
  });
});
