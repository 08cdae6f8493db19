// As many clusters as asked for, or as many resources in their place: of the same kinds without our components, or of
// the simplest kind that there is. What is not made is not loaded.
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const kinds = {
  ours(count: number) {
    const { CalicoEbpfCluster } = require("../../components") as typeof import("../../components");
    for (let i = 1; i <= count; i++) new CalicoEbpfCluster(`c${i}`);
  },

  /** A cluster by the SDKs alone: as many resources as ours, with a ConfigMapPatch for each layer and component. */
  bare(count: number) {
    const { ManagedCluster } = require("@pulumi/azure-native/containerservice/managedCluster");
    const { ResourceGroup } = require("@pulumi/azure-native/resources/resourceGroup");
    const { Provider } = require("@pulumi/kubernetes/provider");
    const { ConfigMapPatch } = require("@pulumi/kubernetes/core/v1/configMapPatch");
    for (let i = 1; i <= count; i++) {
      const group = new ResourceGroup(`c${i}`);
      const cluster = new ManagedCluster(`c${i}`, {
        resourceGroupName: group.name,
        dnsPrefix: `c${i}`,
        identity: { type: "SystemAssigned" },
        networkProfile: { networkPlugin: "azure", networkPolicy: "calico" },
        agentPoolProfiles: [{ name: "system", mode: "System", count: 3, vmSize: "Standard_D4ds_v5" }],
      });
      const provider = new Provider(`c${i}`, { kubeconfig: cluster.fqdn });
      for (let object = 1; object <= config.requireNumber("objects"); object++) {
        const metadata = { namespace: "default", name: `settings-${object}` };
        new ConfigMapPatch(`c${i}-${object}`, { metadata, data: { host: cluster.fqdn } }, { provider });
      }
    }
  },

  strings(count: number) {
    const { RandomString } = require("@pulumi/random/randomString");
    for (let i = 1; i <= count; i++) new RandomString(`r${i}`, { length: 8 });
  },
};

const count = config.requireNumber("count");
if (count > 0) kinds[config.require("kind") as keyof typeof kinds](count);
