// The cluster itself, as the typed resource or, where it needs a preview version of AKS's API, as the generic one.
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import * as pulumi from "@pulumi/pulumi";
import { KubeProxy } from "../enums";
import type { AksClusterPlan } from "../validate/aksCluster";
import { importedAsFound } from "./imported";
import { kubeProxyTagged } from "./liveMode";
import type { Place } from "./names";
import { previewCluster } from "./previewCluster";
import type { Answer, ClusterBody, ClusterContext, MadeCluster, MaybeLive } from "./types";

export function managedCluster(
  { name, plan }: ClusterContext,
  where: Place,
  body: ClusterBody,
  opts: pulumi.CustomResourceOptions,
): MadeCluster {
  const names = { resourceGroupName: where.resourceGroupName, resourceName: where.clusterName };
  const options = { ...opts, protect: plan.protect };
  if (!plan.hasKubeProxy) return previewCluster(name, names, body, options);
  const removed = plan.kubeProxy === KubeProxy.Removed;
  const resource = new ManagedCluster(
    `${name}-cluster`,
    { ...names, ...body, ...(removed ? { tags: kubeProxyTagged(body.tags, "Removed") } : {}) },
    plan.importId === undefined
      ? options
      : { ...options, ignoreChanges: importedAsFound(plan), import: plan.importId },
  );
  const { fqdn, privateFQDN, nodeResourceGroup, oidcIssuerProfile } = resource;
  const { identity, identityProfile, addonProfiles, networkProfile } = resource;
  const answer = { fqdn, privateFQDN, nodeResourceGroup, oidcIssuerProfile, identity, identityProfile };
  return {
    resource,
    name: resource.name,
    answer: pulumi.output({ ...answer, addonProfiles, networkProfile }),
  };
}

/** What is handed out of a cluster. */
export function clusterOutputs(plan: AksClusterPlan, { answer }: MadeCluster, live: MaybeLive) {
  const now = (read: (cluster: Answer) => string | undefined) => answer.apply((own) => read(own) ?? "");
  // What never changes is taken from the living cluster: in the preview of an update the resource itself knows little more
  // than its id (pulumi-azure-native, provider/pkg/convert/previewOutputs.go), and every layer would seem to change.
  const lasting = (read: (cluster: Answer) => string | undefined) =>
    plan.replaceCluster
      ? now(read)
      : live.apply((found) => pulumi.output((found && read(found)) || now(read)));
  const fqdn = lasting((cluster) => cluster.fqdn);
  const privateFqdn = lasting((cluster) => cluster.privateFQDN);
  return {
    nodeResourceGroup: lasting((cluster) => cluster.nodeResourceGroup),
    // Without a private DNS zone a private cluster has its public name alone, for its private address.
    fqdn: pulumi
      .output(plan.managedCluster.apiServerAccessProfile)
      .apply((given) =>
        given?.enablePrivateCluster && given.privateDNSZone !== "none" ? privateFqdn : fqdn,
      ),
    privateFqdn,
    oidcIssuerUrl: lasting((cluster) => cluster.oidcIssuerProfile?.issuerURL),
    principalId: lasting(
      ({ identity }) =>
        identity?.principalId ?? Object.values(identity?.userAssignedIdentities ?? {})[0]?.principalId,
    ),
    kubeletIdentityObjectId: lasting((cluster) => cluster.identityProfile?.kubeletidentity?.objectId),
    keyVaultIdentityObjectId: now(
      (cluster) => cluster.addonProfiles?.azureKeyvaultSecretsProvider?.identity?.objectId,
    ),
    outboundIpIds: answer.apply(({ networkProfile }) => {
      const ips =
        networkProfile?.loadBalancerProfile?.effectiveOutboundIPs ??
        networkProfile?.natGatewayProfile?.effectiveOutboundIPs;
      return (ips ?? []).flatMap(({ id }) => id ?? []);
    }),
  };
}
