// A cluster without kube-proxy. `azure-native` types AKS's stable API, which does not know `kubeProxyConfig`; the generic
// resource takes any version, and its body is ours as it is.
import { Resource } from "@pulumi/azure-native/resources/resource";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterBody } from "./clusterBody";
import { kubeProxyTag } from "./liveMode";
import type { ClusterParts } from "./managedCluster";

/** The one place that names the version: it knows `kubeProxyConfig` (azure-rest-api-specs, Microsoft.ContainerService/aks). */
const apiVersion = "2026-03-02-preview";

export function previewCluster(
  name: string,
  names: { resourceGroupName: pulumi.Input<string>; resourceName: pulumi.Input<string> },
  body: ClusterBody,
  opts: pulumi.CustomResourceOptions,
): ClusterParts {
  const resource = new Resource(
    `${name}-cluster`,
    {
      ...names,
      resourceProviderNamespace: "Microsoft.ContainerService",
      parentResourcePath: "",
      resourceType: "managedClusters",
      apiVersion,
      ...armBody(body),
    },
    opts,
  );
  return {
    resource,
    name: resource.name,
    fqdn: reported(resource, (cluster) => cluster.fqdn),
    privateFqdn: reported(resource, (cluster) => cluster.privateFQDN),
    nodeResourceGroup: reported(resource, (cluster) => cluster.nodeResourceGroup),
    oidcIssuerUrl: reported(resource, (cluster) => cluster.oidcIssuerProfile?.issuerURL),
  };
}

/** ARM's shape: what belongs to every resource stands at the top, all that is AKS's under `properties`. */
function armBody({ location, tags, sku, identity, networkProfile, ...rest }: ClusterBody) {
  return {
    location,
    // Says to whoever reads the cluster, us first of all, what the stable API does not show.
    tags: pulumi.output(tags).apply((given) => ({ ...given, [kubeProxyTag]: "Absent" })),
    sku: sku as { name: string; tier: pulumi.Input<string> },
    identity: identity as { type: "SystemAssigned" | "UserAssigned" },
    properties: {
      ...rest,
      networkProfile: pulumi
        .output(networkProfile)
        .apply((profile) => ({ ...profile, kubeProxyConfig: { enabled: false } })),
    },
  };
}

/** Recorded inputs as the typed resource has them; those of the typed one as they are. */
export function typedInputs(inputs: Record<string, any>): Record<string, any> {
  const { properties, location, sku, identity } = inputs;
  if (properties === undefined) return inputs;
  const { kubeProxyConfig: _, ...networkProfile } = properties.networkProfile ?? {};
  const { [kubeProxyTag]: __, ...tags } = inputs.tags ?? {};
  const given = Object.keys(tags).length > 0 ? tags : undefined;
  return { ...properties, location, sku, identity, networkProfile, tags: given };
}

/** A property that Azure adds. In a preview the provider may hand the inputs back, which do not have it yet. */
function reported(resource: Resource, read: (cluster: any) => string | undefined): pulumi.Output<string> {
  return pulumi.output(resource.properties).apply((properties): string => {
    const value = read(properties ?? {});
    return value === undefined && pulumi.runtime.isDryRun() ? (pulumi.unknown as never) : (value ?? "");
  });
}
