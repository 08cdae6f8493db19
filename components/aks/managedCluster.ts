// The cluster itself, as the typed resource or, where it needs a preview version of AKS's API, as the generic one.
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import * as pulumi from "@pulumi/pulumi";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { ClusterBody } from "./clusterBody";
import { importedAsFound } from "./imported";
import type { LiveCluster, MaybeLive } from "./liveCluster";
import type { Place } from "./names";
import { previewCluster } from "./previewCluster";

/** What the rest of the component needs of either. */
export interface ClusterParts {
  resource: pulumi.CustomResource;
  name: pulumi.Output<string>;
  fqdn: pulumi.Output<string>;
  privateFqdn: pulumi.Output<string>;
  nodeResourceGroup: pulumi.Output<string>;
  oidcIssuerUrl: pulumi.Output<string>;
}

export function managedCluster(
  name: string,
  plan: AksClusterPlan,
  where: Place,
  body: ClusterBody,
  opts: pulumi.CustomResourceOptions,
): ClusterParts {
  const names = { resourceGroupName: where.resourceGroupName, resourceName: where.clusterName };
  const asFound = plan.importId === undefined ? [] : importedAsFound(plan);
  const options = { ...opts, protect: plan.protect };
  if (!plan.hasKubeProxy) return previewCluster(name, names, body, options);
  const resource = new ManagedCluster(
    `${name}-cluster`,
    { ...names, ...body },
    plan.importId === undefined ? options : { ...options, ignoreChanges: asFound, import: plan.importId },
  );
  return {
    resource,
    name: resource.name,
    fqdn: resource.fqdn,
    privateFqdn: resource.privateFQDN,
    nodeResourceGroup: resource.nodeResourceGroup.apply((group) => group ?? ""),
    oidcIssuerUrl: resource.oidcIssuerProfile.apply((profile) => profile?.issuerURL ?? ""),
  };
}

/**
 * What never changes of a living cluster, from Azure: in the preview of an update the resource itself knows little more than
 * its id (pulumi-azure-native, provider/pkg/convert/previewOutputs.go), and every layer would seem to change.
 */
export function withLiveNames(made: ClusterParts, live: MaybeLive): ClusterParts {
  const lasting = (read: (cluster: LiveCluster) => string | undefined, own: pulumi.Output<string>) =>
    live.apply((cluster) => pulumi.output((cluster && read(cluster)) || own));
  return {
    ...made,
    fqdn: lasting(({ fqdn }) => fqdn, made.fqdn),
    privateFqdn: lasting(({ privateFQDN }) => privateFQDN, made.privateFqdn),
    nodeResourceGroup: lasting(({ nodeResourceGroup }) => nodeResourceGroup, made.nodeResourceGroup),
    oidcIssuerUrl: lasting(({ oidcIssuerProfile }) => oidcIssuerProfile?.issuerURL, made.oidcIssuerUrl),
  };
}
