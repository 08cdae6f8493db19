// A cluster without kube-proxy. `azure-native` types AKS's stable API, which does not know `kubeProxyConfig`; the generic
// resource takes any version, and its body is ours as it is.
import { Resource } from "@pulumi/azure-native/resources/resource";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterBody, InCluster, MadeCluster, Members } from "./types";

/** The one place that names the version: it knows `kubeProxyConfig` (azure-rest-api-specs, Microsoft.ContainerService/aks). */
const apiVersion = "2026-03-02-preview";

export function createPreviewCluster(
  name: string,
  names: InCluster,
  { location, tags, sku, identity, networkProfile, ...rest }: ClusterBody,
  opts: pulumi.CustomResourceOptions,
): MadeCluster {
  const resource = new Resource(
    `${name}-cluster`,
    {
      ...names,
      resourceProviderNamespace: "Microsoft.ContainerService",
      parentResourcePath: "",
      resourceType: "managedClusters",
      apiVersion,
      // ARM's shape: what belongs to every resource stands at the top, all that is AKS's under `properties`.
      location,
      tags,
      sku: sku as { name: string; tier: pulumi.Input<string> },
      identity: identity as { type: "SystemAssigned" | "UserAssigned" },
      properties: {
        ...rest,
        networkProfile: pulumi
          .output(networkProfile)
          .apply((profile) => ({ ...profile, kubeProxyConfig: { enabled: false } })),
      },
    },
    opts,
  );
  // In a preview the provider may hand the inputs back, which do not have yet what Azure adds.
  const answer = pulumi
    .all([resource.properties, resource.identity])
    .apply(([found, identity]) =>
      found?.fqdn === undefined && pulumi.runtime.isDryRun()
        ? (pulumi.unknown as object)
        : { ...found, identity },
    );
  return { resource, answer };
}

/** Recorded inputs as the typed resource has them. */
export function typedInputs(inputs: Members): Members {
  const { properties, location, tags, sku, identity, resourceGroupName, resourceName } = inputs;
  if (properties === undefined) return inputs;
  const { kubeProxyConfig: _, ...networkProfile } = properties.networkProfile ?? {};
  const own = { ...properties, location, tags, sku, identity, networkProfile };
  return { ...own, resourceGroupName, resourceName };
}
