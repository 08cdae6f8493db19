import { Resource } from "@pulumi/azure-native/resources/resource";
import { group, layers, makeProvider, rightCluster } from "../right";

const { identity, networkProfile, ...properties } = rightCluster;
const cluster = new Resource("cluster", {
  resourceGroupName: group().name,
  resourceProviderNamespace: "Microsoft.ContainerService",
  resourceType: "managedClusters",
  parentResourcePath: "",
  resourceName: "ipvs",
  apiVersion: "2026-03-02-preview",
  location: "westeurope",
  identity: identity as { type: "SystemAssigned" },
  properties: {
    ...properties,
    networkProfile: { ...(networkProfile as object), kubeProxyConfig: { enabled: true, mode: "IPVS" } },
  },
});
layers(
  cluster.properties.apply((properties: { fqdn: string }) => properties.fqdn),
  makeProvider(cluster),
);
