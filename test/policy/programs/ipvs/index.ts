import { Resource } from "@pulumi/azure-native/resources/resource";
import * as pulumi from "@pulumi/pulumi";
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
// The id is not known in a preview, and nor is the name then that Azure gives.
const fqdn = pulumi.all([cluster.id, cluster.properties]).apply(([, { fqdn }]) => fqdn as string);
layers(fqdn, makeProvider(cluster));
