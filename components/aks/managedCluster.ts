// The cluster itself, as the typed resource or, where it needs a preview version of AKS's API, as the generic one.
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import type * as pulumi from "@pulumi/pulumi";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { ClusterBody } from "./clusterBody";
import { importedAsFound } from "./imported";
import { kubeProxyTagged } from "./liveMode";
import type { Place } from "./names";
import { changedByAks, movesMinorVersion } from "./pools";
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
  const ignoreChanges = ignored(plan);
  const options = { ...opts, protect: plan.protect };
  if (!plan.hasKubeProxy) return previewCluster(name, names, body, { ...options, ignoreChanges });
  const resource = new ManagedCluster(
    `${name}-cluster`,
    { ...names, ...body, ...(plan.kubeProxyRemoved ? { tags: kubeProxyTagged(body.tags, "Removed") } : {}) },
    plan.importId === undefined
      ? { ...options, ignoreChanges }
      : { ...options, ignoreChanges: [...ignoreChanges, ...importedAsFound(plan)], import: plan.importId },
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

function ignored(plan: AksClusterPlan): string[] {
  const inSystemPool = changedByAks(plan.systemPool, plan).map((member) => `agentPoolProfiles[0].${member}`);
  return movesMinorVersion(plan.channel) ? ["kubernetesVersion", ...inSystemPool] : inSystemPool;
}
