// The cluster itself, as the typed resource or, where it needs a preview version of AKS's API, as the generic one.
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster";
import * as pulumi from "@pulumi/pulumi";
import type { AksClusterPlan } from "../validate/aksCluster";
import { importedAsFound } from "./imported";
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
  const own = { protect: plan.protect, import: plan.importId, ignoreChanges: importedAsFound(plan) };
  if (!plan.hasKubeProxy) return createPreviewCluster(name, names, body, { ...opts, ...own });
  const resource = new ManagedCluster(`${name}-cluster`, { ...names, ...body }, { ...opts, ...own });
  const { fqdn, privateFQDN, nodeResourceGroup, oidcIssuerProfile } = resource;
  const { identity, identityProfile, addonProfiles, networkProfile } = resource;
  const answer = { fqdn, privateFQDN, nodeResourceGroup, oidcIssuerProfile, identity, identityProfile };
  return { resource, answer: pulumi.output({ ...answer, addonProfiles, networkProfile }) };
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
    none: T,
    read: (cluster: Answer) => T | undefined,
    asked?: pulumi.Input<A>,
    isAsAsked: (has: Answer, asked: any) => boolean = (has) => read(has) !== undefined,
  ) =>
    pulumi.all([live, asked]).apply(([found, given]) => {
      const stays = found !== undefined && !plan.replaceCluster && isAsAsked(found, given);
      return (stays ? pulumi.output<Answer>(found) : answer).apply((from) => read(from as Answer) ?? none);
    }) as pulumi.Output<T>;
  const fqdn = outputOf("", (cluster) => cluster.fqdn);
  const privateFqdn = outputOf("", (cluster) => cluster.privateFQDN);
  const { apiServerAccessProfile, identityProfile, addonProfiles, networkProfile } = plan.managedCluster;
  return {
    nodeResourceGroup: outputOf("", (cluster) => cluster.nodeResourceGroup),
    // Without a private DNS zone a private cluster has its public name alone, for its private address.
    fqdn: pulumi
      .output(apiServerAccessProfile)
      .apply((given) =>
        given?.enablePrivateCluster && given.privateDNSZone !== "none" ? privateFqdn : fqdn,
      ),
    privateFqdn,
    oidcIssuerUrl: outputOf("", (cluster) => cluster.oidcIssuerProfile?.issuerURL),
    principalId: outputOf(
      "",
      ({ identity }) =>
        identity?.principalId ?? Object.values(identity?.userAssignedIdentities ?? {})[0]?.principalId,
      identityId,
      ({ identity }, id) =>
        id === undefined
          ? identity?.principalId !== undefined
          : Object.keys(identity?.userAssignedIdentities ?? {}).some((one) => !differs("id", id, one)),
    ),
    kubeletIdentityObjectId: outputOf(
      "",
      (cluster) => cluster.identityProfile?.kubeletidentity?.objectId,
      identityProfile,
      ({ identityProfile: has }, asked) => {
        const id = asked?.kubeletidentity?.resourceId;
        const { objectId, resourceId } = has?.kubeletidentity ?? {};
        return objectId !== undefined && (!id || !differs("id", id, resourceId));
      },
    ),
    keyVaultIdentityObjectId: outputOf(
      "",
      (cluster) => cluster.addonProfiles?.azureKeyvaultSecretsProvider?.identity?.objectId,
      addonProfiles,
      (has, asked) => {
        const [is, was] = [asked, has.addonProfiles].map((one) => one?.azureKeyvaultSecretsProvider?.enabled);
        return Boolean(is) === Boolean(was);
      },
    ),
    outboundIpIds: outputOf<string[], unknown>(
      [],
      ({ networkProfile: has }) =>
        (
          has?.loadBalancerProfile?.effectiveOutboundIPs ?? has?.natGatewayProfile?.effectiveOutboundIPs
        )?.flatMap(({ id }) => id ?? []),
      networkProfile,
      (has, asked) =>
        (["loadBalancerProfile", "natGatewayProfile", "outboundType"] as const).every(
          (member) => asked?.[member] === undefined || contains(has.networkProfile?.[member], asked[member]),
        ),
    ),
  };
}
