// Who the control plane is to Azure, and what it may do there.
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import * as pulumi from "@pulumi/pulumi";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { Place } from "./names";
import type { ClusterContext } from "./types";

/** Azure's built-in roles: the same ids in every tenant (azure-docs, built-in-roles). */
const networkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7";
const reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

export interface ControlPlaneIdentity {
  /** Resource id; undefined for the identity that Azure makes with the cluster. */
  id?: pulumi.Input<string>;
  /** What must be there before the cluster. */
  roles: pulumi.Input<pulumi.Resource[]>;
}

export function controlPlaneIdentity(
  { name, plan, parent }: ClusterContext,
  where: Place,
): ControlPlaneIdentity {
  if (!plan.createIdentity) return { id: plan.userAssignedIdentityId, roles: [] };
  const identity = new UserAssignedIdentity(
    `${name}-identity`,
    {
      resourceGroupName: where.resourceGroupName,
      resourceName: pulumi.interpolate`${where.clusterName}-identity`,
      location: where.location,
      tags: plan.tags,
    },
    { parent },
  );
  const grant = (suffix: string, scope: pulumi.Input<string>, role: string) =>
    new RoleAssignment(
      `${name}-${suffix}`,
      {
        scope,
        roleDefinitionId: pulumi.output(scope).apply((id) => definitionIn(id, role)),
        principalId: identity.principalId,
        // Otherwise Azure looks the identity up in Entra, which may not know it yet, and refuses the assignment.
        principalType: "ServicePrincipal",
      },
      { parent },
    );
  const roles = atEachOnce(subnets(plan), (suffix, subnet) => grant(suffix, subnet, networkContributor));
  const disks = plan.managedCluster.diskEncryptionSetID as pulumi.Input<string> | undefined;
  if (disks !== undefined) roles.push([grant("disks-role", disks, reader)]);
  return { id: identity.id, roles: pulumi.all(roles).apply((made) => made.flat()) };
}

/** Every subnet that is named, with the end of its role's name. */
function subnets({ networkPlan, pools, managedCluster }: AksClusterPlan): [pulumi.Input<string>, string][] {
  const access = managedCluster.apiServerAccessProfile as { subnetId?: pulumi.Input<string> } | undefined;
  const named: [any, string][] = [
    [networkPlan.subnetId, "subnet-role"],
    [access?.subnetId, "subnet-role-api-server"],
    ...pools.flatMap(({ name, profile }): [any, string][] => [
      [profile.vnetSubnetID, `subnet-role-${name}`],
      [profile.podSubnetID, `subnet-role-${name}-pods`],
    ]),
  ];
  return named.filter(([subnet]) => subnet !== undefined);
}

/**
 * Azure refuses a second assignment of one role to one principal at one scope (RoleAssignmentExists), and whether two Outputs
 * are one subnet is seen only when both are known: all but the first are declared then, and missing in a preview before.
 */
function atEachOnce(
  scopes: [pulumi.Input<string>, string][],
  grant: (suffix: string, scope: pulumi.Input<string>) => pulumi.Resource,
): pulumi.Input<pulumi.Resource[]>[] {
  return scopes.map(([scope, suffix], index) => {
    const before = scopes.slice(0, index).map(([other]) => other);
    if (index === 0) return [grant(suffix, scope)];
    return pulumi
      .all([scope, ...before])
      .apply(([own, ...others]) =>
        others.some((other) => other.toLowerCase() === own.toLowerCase()) ? [] : [grant(suffix, scope)],
      );
  });
}

/** The role's id, which begins with the subscription of the scope. */
function definitionIn(scope: string, role: string): string {
  const subscription = scope.split("/").slice(0, 3).join("/");
  return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
}
