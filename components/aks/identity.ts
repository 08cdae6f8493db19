// Who the control plane is to Azure, and what it may do there.
import { createHash } from "node:crypto";
import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import * as pulumi from "@pulumi/pulumi";
import type { Place } from "./names";
import type { SystemPool } from "./systemPool";
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

export function createControlPlaneIdentity(
  { name, plan, parent }: ClusterContext,
  where: Place,
  system: pulumi.Output<SystemPool>,
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
        roleDefinitionId: pulumi.output(scope).apply((id) => {
          const subscription = id.split("/").slice(0, 3).join("/");
          return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
        }),
        principalId: identity.principalId,
        // Otherwise Azure looks the identity up in Entra, which may not know it yet, and refuses the assignment.
        principalType: "ServicePrincipal",
      },
      { parent },
    );
  const access = plan.managedCluster.apiServerAccessProfile as
    { subnetId?: pulumi.Input<string> } | undefined;
  // Every subnet that is named, and that of a system pool which goes only in the next update.
  const subnets: pulumi.Input<string | undefined>[] = [plan.networkPlan.subnetId, access?.subnetId];
  for (const member of ["vnetSubnetID", "podSubnetID"] as const)
    subnets.push(
      ...plan.pools.map(({ profile }) => profile[member]),
      system.apply(({ leaving }) => leaving?.[member]),
    );
  // Azure refuses a second assignment of one role to one principal at one scope (RoleAssignmentExists). So it is named after
  // the subnet, whichever pool is in it; a preview does not show it before the subnet is known.
  const granted = new Set<string>();
  const roles = subnets.map((subnet) =>
    pulumi.output(subnet).apply((id: unknown) => {
      // What is none is Azure's to refuse.
      const own = typeof id === "string" ? id.toLowerCase() : "";
      if (!own || granted.has(own)) return [];
      granted.add(own);
      const digest = createHash("sha256").update(own).digest("hex").slice(0, 6);
      return [grant(`subnet-role-${own.split("/").pop()}-${digest}`, id as string, networkContributor)];
    }),
  );
  const disks = plan.managedCluster.diskEncryptionSetID as pulumi.Input<string> | undefined;
  const reads = disks === undefined ? [] : [grant("disks-role", disks, reader)];
  return { id: identity.id, roles: pulumi.all(roles).apply((made) => [...made.flat(), ...reads]) };
}
