// The cluster itself, as the typed resource or, where it needs a preview version of AKS's API, as the generic one.
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import * as pulumi from "@pulumi/pulumi";
import { KubeProxy } from "../enums";
import type { AksClusterPlan } from "../validate/aksCluster";
import { importedAsFound } from "./imported";
import { kubeProxyTagged } from "./liveMode";
import { contains, differs } from "./liveValues";
import type { Place } from "./names";
import { createPreviewCluster } from "./previewCluster";
import type { Answer, ClusterBody, ClusterContext, MadeCluster, MaybeLive } from "./types";

export function createManagedCluster(
  { name, plan }: ClusterContext,
  where: Place,
  body: ClusterBody,
  opts: pulumi.CustomResourceOptions,
): MadeCluster {
  const names = { resourceGroupName: where.resourceGroupName, resourceName: where.clusterName };
  const options = { ...opts, protect: plan.protect };
  if (!plan.hasKubeProxy) return createPreviewCluster(name, names, body, options);
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

/**
 * What is handed out of a cluster: what the living one has, where the program asks for no other. In the preview of an update the
 * resource itself knows little more than its id (pulumi-azure-native, provider/pkg/convert/previewOutputs.go), and every
 * layer would seem to change.
 */
export function clusterOutputs(
  plan: AksClusterPlan,
  { answer }: MadeCluster,
  live: MaybeLive,
  identityId: pulumi.Input<string> | undefined,
) {
  const outputOf = <T, A>(
    read: (cluster: Answer) => T,
    asked: pulumi.Input<A>,
    isAsAsked: (has: Answer, asked: any) => boolean,
  ) =>
    pulumi.all([live, asked]).apply(([found, given]): pulumi.Output<T> => {
      const stays = found !== undefined && !plan.replaceCluster && isAsAsked(found, given);
      return (stays ? pulumi.output<Answer>(found) : answer).apply(read as any);
    }) as unknown as pulumi.Output<T>;
  const text = (
    read: (cluster: Answer) => string | undefined,
    asked?: pulumi.Input<unknown>,
    isAsAsked: (has: Answer, asked: any) => boolean = (has) => read(has) !== undefined,
  ) => outputOf((cluster) => read(cluster) ?? "", asked, isAsAsked);
  const fqdn = text((cluster) => cluster.fqdn);
  const privateFqdn = text((cluster) => cluster.privateFQDN);
  const { apiServerAccessProfile, identityProfile, addonProfiles, networkProfile } = plan.managedCluster;
  return {
    nodeResourceGroup: text((cluster) => cluster.nodeResourceGroup),
    // Without a private DNS zone a private cluster has its public name alone, for its private address.
    fqdn: pulumi
      .output(apiServerAccessProfile)
      .apply((given) =>
        given?.enablePrivateCluster && given.privateDNSZone !== "none" ? privateFqdn : fqdn,
      ),
    privateFqdn,
    oidcIssuerUrl: text((cluster) => cluster.oidcIssuerProfile?.issuerURL),
    principalId: text(
      ({ identity }) =>
        identity?.principalId ?? Object.values(identity?.userAssignedIdentities ?? {})[0]?.principalId,
      identityId,
      ({ identity }, id) =>
        id === undefined
          ? identity?.principalId !== undefined
          : Object.keys(identity?.userAssignedIdentities ?? {}).some((one) => !differs("id", id, one)),
    ),
    kubeletIdentityObjectId: text(
      (cluster) => cluster.identityProfile?.kubeletidentity?.objectId,
      identityProfile,
      (has, asked) => {
        const [is, was] = [asked, has.identityProfile].map((one) => one?.kubeletidentity);
        return (
          was?.objectId !== undefined && (!is?.resourceId || !differs("id", is.resourceId, was.resourceId))
        );
      },
    ),
    keyVaultIdentityObjectId: text(
      (cluster) => cluster.addonProfiles?.azureKeyvaultSecretsProvider?.identity?.objectId,
      addonProfiles,
      (has, asked) => {
        const [is, was] = [asked, has.addonProfiles].map((one) => one?.azureKeyvaultSecretsProvider?.enabled);
        return Boolean(is) === Boolean(was);
      },
    ),
    outboundIpIds: outputOf(
      (cluster) => {
        const { loadBalancerProfile, natGatewayProfile } = cluster.networkProfile ?? {};
        const ips = loadBalancerProfile?.effectiveOutboundIPs ?? natGatewayProfile?.effectiveOutboundIPs;
        return (ips ?? []).flatMap(({ id }) => id ?? []);
      },
      networkProfile,
      (has, asked) =>
        (["loadBalancerProfile", "natGatewayProfile", "outboundType"] as const).every(
          (member) => asked?.[member] === undefined || contains(has.networkProfile?.[member], asked[member]),
        ),
    ),
  };
}
