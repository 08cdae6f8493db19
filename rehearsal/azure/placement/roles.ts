// Role assignments: one of a kind, and what they give an identity.
import type { Props } from "../../plugin/provider";
import { refusal, type Problem } from "../arm";
import type { Store } from "../store";
import { at, sameId, text } from "../values";
import { idsIn, nodeSubnets, type Note } from "./held";

/** Authorization RP: one assignment of a role to a principal at a scope. */
export function checkRoleTwice(store: Store, id: string, asked: Props): void {
  const same = store.ofType("Microsoft.Authorization/roleAssignments").find((entry) => {
    const is = (name: string) =>
      sameId(String(at(entry.response, `properties.${name}`)), String(asked[name]));
    return !sameId(entry.id, id) && is("scope") && is("principalId") && is("roleDefinitionId");
  });
  if (!same) return;
  const message = `The role assignment already exists. The ID of the existing role assignment is ${String(same.response.name)}.`;
  const advice = "Declare it once.";
  throw refusal(409, "RoleAssignmentExists", message, advice);
}

/** learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const networkRoles = [
  "4d97b98b-1d4f-4787-a291-c67834d212e7", // Network Contributor
  "b24988ac-6180-42a0-ab88-20f7382dd24c", // Contributor
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", // Owner
];
export const cryptoRoles = [
  "e147488a-f6f5-4113-8e2d-b22465e65bf6", // Key Vault Crypto Service Encryption User
  "14b46e9e-c2b7-41b4-b07b-48a6ebf60603", // Key Vault Crypto Officer
  "00482a5a-887f-4fb3-b363-3b7fe8e74483", // Key Vault Administrator
];
const reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

/**
 * @returns whether an assignment on the resource, or on what it stands in, gives the principal one of the roles;
 * undefined = only roles that nobody here knows, such as a custom one
 */
export function hasRole(
  store: Store,
  principalId: string,
  resource: string,
  roles: readonly string[],
): boolean | undefined {
  const covering = store
    .ofType("Microsoft.Authorization/roleAssignments")
    .map(({ response }) => response.properties as Props)
    .filter((given) => sameId(String(given.principalId), principalId))
    .filter((given) => {
      const scope = String(given.scope).replace(/\/+$/, "").toLowerCase();
      return `${resource.toLowerCase()}/`.startsWith(`${scope}/`);
    })
    .map((given) => String(given.roleDefinitionId).toLowerCase());
  if (covering.some((role) => roles.some((one) => role.endsWith(one)))) return true;
  return covering.some((role) => !role.endsWith(reader)) ? undefined : false;
}

/**
 * learn.microsoft.com/azure/aks/configure-azure-cni, "Prerequisites": the cluster's identity "must have at least Network
 * Contributor permissions on the subnet". Azure makes the cluster all the same and fails at its first load balancer, in
 * these words (Azure/terraform-azurerm-aks#178); a rehearsal has none, so it says so at once. An identity of the
 * cluster's own gets its role after the cluster is there, and is not asked for it.
 * @param cluster body or response of a cluster; @param body that of what stands in subnets: the cluster or a pool
 */
export function* checkSubnetRoles(store: Store, cluster: Props, body: Props, note: Note): Generator<Problem> {
  for (const [target, subnet] of nodeSubnets(body))
    for (const [, identity] of idsIn(cluster.identity)) {
      const principal = text(store.get(identity)?.response, "properties.principalId");
      if (principal === undefined) continue;
      const allowed = hasRole(store, principal, subnet, networkRoles);
      if (allowed === undefined)
        note(
          `Whether ${identity} may join ${subnet} is not known: its roles there are none of the built-in ones.`,
        );
      if (allowed === false)
        yield {
          target,
          code: "AuthorizationFailed",
          message: `The client '${principal}' with object id '${principal}' does not have authorization to perform action 'Microsoft.Network/virtualNetworks/subnets/join/action' over scope '${subnet}' or the scope is invalid.`,
          advice:
            "Assign Network Contributor on the subnet to the identity (a RoleAssignment with principalType ServicePrincipal), " +
            "and let the cluster depend on that.",
        };
    }
}
