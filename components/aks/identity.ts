// Who the control plane is to Azure, and what it may do there.
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import * as pulumi from "@pulumi/pulumi";
import type { AksClusterPlan } from "../validate/aksCluster";
import type { Place } from "./names";

/** Azure's built-in roles: the same ids in every tenant (azure-docs, built-in-roles). */
const networkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7";
const reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

export interface ControlPlaneIdentity {
  /** Resource id; undefined for the identity that Azure makes with the cluster. */
  id?: pulumi.Input<string>;
  /** What must be there before the cluster. */
  roles: pulumi.Resource[];
}

export function controlPlaneIdentity(
  name: string,
  plan: AksClusterPlan,
  where: Place,
  parent: pulumi.Resource,
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
  const roles = [...subnets(plan)].map(([subnet, suffix]) => grant(suffix, subnet, networkContributor));
  const { diskEncryptionSetId: disks } = plan;
  if (disks !== undefined) roles.push(grant("disks-role", disks, reader));
  return { id: identity.id, roles };
}

/** Each subnet once, with the end of its role's name: two assignments of one role at one place are refused. */
function subnets({ network, systemPool, userPools }: AksClusterPlan): Map<pulumi.Input<string>, string> {
  const roles = new Map<pulumi.Input<string>, string>();
  if (network.subnetId !== undefined) roles.set(network.subnetId, "subnet-role");
  for (const { name, subnetId } of [systemPool, ...userPools]) {
    if (subnetId !== undefined && !roles.has(subnetId)) roles.set(subnetId, `subnet-role-${name}`);
  }
  return roles;
}

/** The role's id, which begins with the subscription of the scope. */
function definitionIn(scope: string, role: string): string {
  const subscription = scope.split("/").slice(0, 3).join("/");
  return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
}
